// Python objects that travel through the configuration as numbers (config::Callable, config::Opaque). Kept as long as
// the configuration is.
#pragma once

#include <vector>

#include "config/raw_value.h"
#include "python/ref.h"

namespace python {

class Held {
 public:
  // A number for `object`; the same object keeps its first one.
  std::size_t hold(Gil const&, PyObject* object);

  // Borrowed.
  PyObject* get(std::size_t index) const { return objects_.at(index).get(); }

  // `object` as a configuration value: what TOML knows too stays plain, functions, classes and what lists and dicts
  // hold beyond plain values are held.
  config::RawValue to_raw(Gil const&, PyObject* object);

  // The way back; a value made of the same Held. Empty with the exception set when memory runs out.
  Ref to_object(Gil const&, config::RawValue const& value) const;

 private:
  Ref object_of(Gil const&, std::monostate) const;
  Ref object_of(Gil const&, bool flag) const;
  Ref object_of(Gil const&, std::int64_t number) const;
  Ref object_of(Gil const&, double number) const;
  Ref object_of(Gil const&, std::string const& text) const;
  Ref object_of(Gil const&, config::RawList const& values) const;
  Ref object_of(Gil const&, config::RawTable const& table) const;
  Ref object_of(Gil const&, config::Callable const& callable) const;
  Ref object_of(Gil const&, config::Opaque const& opaque) const;
  config::RawValue opaque(Gil const&, PyObject* object);
  config::RawValue part_to_raw(Gil const&, PyObject* object);
  config::RawValue list_to_raw(Gil const&, PyObject* sequence);
  config::RawValue table_to_raw(Gil const&, PyObject* dict);

  std::vector<Ref> objects_;
};

}  // namespace python
