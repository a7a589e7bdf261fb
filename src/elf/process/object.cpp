#include "elf/process/object.h"

namespace elf {

Object::Object(std::string path, Identity identity, Opened opened)
    : path_(std::move(path)), identity_(identity), opened_(std::move(opened)) {
  map.l_addr = image().base();
  map.l_name = path_.data();
  map.l_ld = reinterpret_cast<Elf64_Dyn*>(image().base() + image().layout().dynamic.p_vaddr);
}

std::string_view Object::folder() const {
  auto const slash = path_.rfind('/');
  return slash == path_.npos ? std::string_view(".") : std::string_view(path_).substr(0, slash);
}

bool Object::answers_to(std::string_view name) const {
  return name == std::string_view(path_).substr(path_.rfind('/') + 1) || name == dynamic().own_name;
}

std::uintptr_t Object::add_descriptor(std::size_t module, std::uint64_t offset) {
  return reinterpret_cast<std::uintptr_t>(&descriptors_.emplace_back(std::array<std::size_t, 2>{module, offset}));
}

}  // namespace elf
