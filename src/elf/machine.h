// The processor this is compiled for, as ELF files name it: its number, and what its relocation types ask for.
// Source: the psABI of x86-64 and of AArch64.
#pragma once

#include <elf.h>

#include <cstdint>

namespace elf {

// What a relocation wants written at its place. S is the symbol's address, A the addend, B the object's base.
enum class Wants {
  nothing,
  absolute,       // S + A
  slot,           // S, or S + A where the psABI says so: an entry of the GOT or PLT
  relative,       // B + A
  resolved,       // what the function at B + A returns (IRELATIVE)
  module,         // the thread-local block's number
  module_offset,  // the place inside the block
  thread_offset,  // the place relative to the thread pointer (initial-exec)
  descriptor,     // two words: a function and its argument (TLSDESC)
  size,           // the symbol's size + A
  unsupported
};

#if defined __x86_64__
constexpr std::uint16_t kMachine = EM_X86_64;

constexpr Wants wants(std::uint32_t type) {
  switch (type) {
    case R_X86_64_NONE:
      return Wants::nothing;
    case R_X86_64_64:
      return Wants::absolute;
    case R_X86_64_GLOB_DAT:
    case R_X86_64_JUMP_SLOT:
      return Wants::slot;
    case R_X86_64_RELATIVE:
      return Wants::relative;
    case R_X86_64_IRELATIVE:
      return Wants::resolved;
    case R_X86_64_DTPMOD64:
      return Wants::module;
    case R_X86_64_DTPOFF64:
      return Wants::module_offset;
    case R_X86_64_TPOFF64:
      return Wants::thread_offset;
    case R_X86_64_TLSDESC:
      return Wants::descriptor;
    case R_X86_64_SIZE64:
      return Wants::size;
    default:
      return Wants::unsupported;
  }
}
// Both kinds of slot hold the plain address here; addends are zero.
constexpr bool kSlotsHaveAddends = false;
#elif defined __aarch64__
constexpr std::uint16_t kMachine = EM_AARCH64;

constexpr Wants wants(std::uint32_t type) {
  switch (type) {
    case R_AARCH64_NONE:
      return Wants::nothing;
    case R_AARCH64_ABS64:
      return Wants::absolute;
    case R_AARCH64_GLOB_DAT:
    case R_AARCH64_JUMP_SLOT:
      return Wants::slot;
    case R_AARCH64_RELATIVE:
      return Wants::relative;
    case 1032 /* IRELATIVE */:
      return Wants::resolved;
    case 1028 /* TLS_DTPMOD64 */:
      return Wants::module;
    case 1029 /* TLS_DTPREL64 */:
      return Wants::module_offset;
    case 1030 /* TLS_TPREL64 */:
      return Wants::thread_offset;
    case R_AARCH64_TLSDESC:
      return Wants::descriptor;
    default:
      return Wants::unsupported;
  }
}
constexpr bool kSlotsHaveAddends = true;
#endif

// "x86-64", for messages.
char const* machine_name(std::uint16_t machine);

}  // namespace elf
