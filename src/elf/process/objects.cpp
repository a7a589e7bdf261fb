#include "elf/process/objects.h"

#include "elf/process/executable.h"

namespace elf {
namespace {

constinit Objects objects;

}  // namespace

Objects& Objects::get() {
  return objects;
}

void Objects::append(Object& object) {
  auto& before = last_ ? last_->map : Executable::get().map;
  object.map.l_prev = &before;
  before.l_next = &object.map;
  (last_ ? last_->next : first_) = &object;
  last_ = &object;
  ++additions_;
}

Object* Objects::of_handle(void const* handle) const {
  auto* object = first_;
  while (object && object != handle) object = object->next;
  return object;
}

Object* Objects::at_address(std::uintptr_t address) const {
  auto* object = first_;
  while (object && !object->image().holds(address)) object = object->next;
  return object;
}

Object* Objects::of_identity(Identity const& identity) const {
  auto* object = first_;
  while (object && object->identity() != identity) object = object->next;
  return object;
}

Object* Objects::of_name(std::string_view name) const {
  auto* object = first_;
  while (object && !object->answers_to(name)) object = object->next;
  return object;
}

Definition find_in_executable(Name const& name) {
  return {nullptr, nullptr, find_export(name)};
}

// The address of a thread-local symbol is only its place in the block; it is not null as an answer.
Definition find_in(Object& object, Name const& name) {
  auto const* const symbol = object.dynamic().symbols.find(name);
  if (!symbol) return {};
  return {&object, symbol, object.image().base() + symbol->st_value};
}

Definition find_from(Object* root, Name const& name) {
  if (auto const found = find_in_executable(name)) return found;
  for (auto* object = objects.first(); object; object = object->next) {
    if (!object->is_global) continue;
    if (auto const found = find_in(*object, name)) return found;
  }
  if (!root) return {};
  for (auto* const object : root->scope) {
    if (object->is_global) continue;
    if (auto const found = find_in(*object, name)) return found;
  }
  return {};
}

}  // namespace elf
