// This program, as it lies in memory.
#pragma once

#include <elf.h>

#include <cstdint>
#include <span>

namespace base {

// Where its first byte is. Addresses in its headers count from there.
std::uintptr_t program_base();
std::span<Elf64_Phdr const> program_headers();

// Unmaps every page of code and constants that this process has touched (madvise(2), MADV_DONTNEED): the file stays in
// the page cache, and what is used again is mapped again, sixteen pages at a fault. Starting needs most of the
// program, serving little of it. Any thread may call it at any time; where the kernel refuses, nothing changes.
void forget_program_pages();

}  // namespace base
