#include "elf/machine.h"

namespace elf {

char const* machine_name(std::uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_386:
      return "32-bit x86";
    case EM_AARCH64:
      return "aarch64";
    case EM_ARM:
      return "32-bit ARM";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    case 243 /* EM_RISCV */:
      return "RISC-V";
    default:
      return "another processor";
  }
}

}  // namespace elf
