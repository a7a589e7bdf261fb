#include "bundle/own.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <new>

extern "C" [[gnu::visibility("hidden")]] char const __ehdr_start[];

namespace bundle {
namespace {

constinit Own const* of_process = nullptr;

// Linkers and objcopy put the table of sections last.
std::uint64_t end_of_executable() {
  auto const& header = *reinterpret_cast<Elf64_Ehdr const*>(__ehdr_start);
  return header.e_shoff + static_cast<std::uint64_t>(header.e_shnum) * header.e_shentsize;
}

base::Fd open_executable(std::string const& called) {
  base::Fd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!file) file = base::Fd(::open(called.c_str(), O_RDONLY | O_CLOEXEC));
  return file;
}

}  // namespace

Own const* own() {
  return of_process;
}

base::Result<void> open_own(std::string const& program, std::string const& called) {
  auto file = open_executable(called);
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0) return {};  // not readable: then it cannot be a bundle of ours
  auto const size = static_cast<std::uint64_t>(status.st_size);
  auto const begin = end_of_executable();
  if (size <= begin) return {};
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) return std::unexpected(base::Error::from_errno(program, errno));
  auto archive = Archive::read({static_cast<std::byte const*>(mapped), size}, begin);
  if (!archive || !*archive) ::munmap(mapped, size);
  if (!archive) {
    return base::failure(program + ": the application inside is damaged (" + archive.error().message() +
                         "): copy the file here again, or make it anew with `monoceros bundle`");
  }
  if (*archive) of_process = new Own{program, std::move(file), **std::move(archive)};
  return {};
}

}  // namespace bundle
