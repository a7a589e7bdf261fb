// Whatever follows a program, it is refused with a reason, or every entry is found and readable. The first byte says
// where the program ends.
#include "bundle/archive.h"
#include "fuzzing.h"

namespace {

void walk(bundle::Archive const& archive, std::string_view folder, int depth) {
  std::size_t steps = 0;
  for (auto child = archive.child(folder, 0); child; child = archive.child(folder, child->next)) {
    fuzzing::expect(++steps <= archive.size(), "listing comes to an end");
    fuzzing::expect(archive.find(child->entry.name).has_value(), "what is listed is found");
    unsigned sum = 0;
    for (char const c : archive.content(child->entry)) sum += static_cast<unsigned char>(c);
    [[maybe_unused]] unsigned const volatile all_is_readable = sum;
    if (child->entry.is_folder && depth < 20) walk(archive, child->entry.name, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  auto const archive = bundle::Archive::read({reinterpret_cast<std::byte const*>(data + 1), size - 1}, data[0]);
  fuzzing::expect(archive || !archive.error().message().empty(), "an error says what is wrong");
  if (archive && *archive) walk(**archive, "", 0);
  return 0;
}
