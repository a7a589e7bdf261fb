// Whatever a file holds, it is refused with a reason or read, bound and relocated within its own memory; nothing of it
// is run here.
#include <sys/mman.h>
#include <unistd.h>

#include "elf/inspection.h"
#include "elf/relocation.h"
#include "fuzzing.h"

namespace {

// Binds everything to something, so that every kind of relocation is reached.
class Anything final : public elf::Binder {
 public:
  explicit Anything(elf::Dynamic const& dynamic) : dynamic_(dynamic) {}

  base::Result<elf::Binding> bind(Elf64_Sym const&, std::string_view name) override {
    auto const* const symbol = dynamic_.symbols.find(elf::Name(name));
    return elf::Binding{name.size() % 2 ? 0x1000u : 0u, symbol, &storage_};
  }
  elf::ThreadStorage const* own_storage() const override { return &storage_; }
  Descriptor dynamic_descriptor(std::size_t module, std::uint64_t offset) override { return {module, offset}; }
  std::uintptr_t static_descriptor_function() const override { return 1; }
  std::uintptr_t call_resolver(std::uintptr_t function) override { return function; }

 private:
  elf::Dynamic const& dynamic_;
  elf::ThreadStorage storage_{.module = 1, .is_static = true, .distance = -64};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static int const file = ::memfd_create("object", MFD_CLOEXEC);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  auto const opened = elf::Opened::read({file, 0, size});
  fuzzing::expect(opened || !opened.error().message().empty(), "an error says what is wrong");
  if (!opened) return 0;
  auto const& dynamic = opened->dynamic;
  (void)dynamic.symbols.find(elf::Name("malloc"));
  (void)dynamic.symbols.nearest(size);
  (void)opened->image.headers();
  Anything binder(dynamic);
  (void)elf::for_each_static_access(dynamic, [](Elf64_Sym const*) { return base::Result<void>(); });
  auto const relocated = elf::relocate(opened->image, dynamic, binder);
  fuzzing::expect(relocated || !relocated.error().message().empty(), "an error says what is wrong");
  (void)opened->image.protect_relocated();
  return 0;
}
