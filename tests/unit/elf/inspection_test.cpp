#include "elf/inspection.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "elf/machine.h"

namespace elf {
namespace {

// A header alone, of an object for this processor.
Elf64_Ehdr header() {
  Elf64_Ehdr result{};
  std::copy_n(ELFMAG, SELFMAG, reinterpret_cast<char*>(result.e_ident));
  result.e_ident[EI_CLASS] = ELFCLASS64;
  result.e_ident[EI_DATA] = ELFDATA2LSB;
  result.e_machine = kMachine;
  result.e_type = ET_DYN;
  result.e_phentsize = sizeof(Elf64_Phdr);
  result.e_phnum = 1;
  result.e_phoff = sizeof(Elf64_Ehdr);
  return result;
}

Elf64_Phdr load(Elf64_Word flags, Elf64_Xword size, Elf64_Addr address = 0) {
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = flags;
  segment.p_vaddr = address;
  segment.p_filesz = address ? 0 : size;
  segment.p_memsz = size;
  return segment;
}

// What is said of an object with this header and one segment.
std::string said_of(Elf64_Ehdr const& head, Elf64_Phdr const& segment = {}) {
  int const file = ::memfd_create("object", MFD_CLOEXEC);
  EXPECT_EQ(::pwrite(file, &head, sizeof head, 0), static_cast<ssize_t>(sizeof head));
  EXPECT_EQ(::pwrite(file, &segment, sizeof segment, sizeof head), static_cast<ssize_t>(sizeof segment));
  auto const opened = Opened::read({file, 0, sizeof head + sizeof segment});
  ::close(file);
  return opened ? "" : opened.error().message();
}

TEST(Inspection, NamesTheProcessorAnObjectIsFor) {
  auto other = header();
  other.e_machine = EM_S390;
  EXPECT_TRUE(said_of(other).contains("it is built for s390x, and this program for ")) << said_of(other);
  other.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(said_of(other), "it is built for a 32-bit processor");
}

TEST(Inspection, RefusesWhatIsNoSharedObject) {
  EXPECT_EQ(said_of({}), "it is no ELF object");
  auto program = header();
  program.e_type = ET_EXEC;
  EXPECT_EQ(said_of(program), "it is no shared object");
  EXPECT_EQ(said_of(header()), "it has nothing to load");
}

TEST(Inspection, RefusesSegmentsBeyondTheEndOfTheFile) {
  EXPECT_EQ(said_of(header(), load(PF_R, 4096)), "the file is truncated");
  auto far = header();
  far.e_phoff = UINT64_MAX - 8;
  EXPECT_EQ(said_of(far), "the file is truncated");
}

TEST(Inspection, RefusesSegmentsThatAreWritableAndExecutable) {
  EXPECT_EQ(said_of(header(), load(PF_R | PF_W | PF_X, 64)), "a segment of it is writable and executable");
}

TEST(Inspection, RefusesSizesThatWrapAround) {
  EXPECT_EQ(said_of(header(), load(PF_R, 8192, UINT64_MAX - 4095)), "a segment of it is damaged");
}

TEST(Inspection, NamesTheFileThatCannotBeRead) {
  auto const outcome = inspect("/no/such/object.so");
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().message().starts_with("/no/such/object.so: ")) << outcome.error().message();
}

}  // namespace
}  // namespace elf
