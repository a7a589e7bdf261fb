// The ZIP archive behind an executable: what `monoceros bundle` writes (pyembed/python/monoceros/bundler.py).
// Source of the format: PKWARE's APPNOTE.TXT 6.3. Of all that ZIP may be, this is what we write and hence all we read:
//   - the archive follows the executable at once and ends with the file; offsets count from the file's first byte
//   - contents are stored, not compressed, right behind a header without an extra field: what the directory says is
//     enough to find them, and pages of headers are never touched
//   - names are relative, and strictly ascending as bytes; folders have entries of their own, which end in "/"
// Nothing is copied: the archive looks at the bytes of a mapped file, which outlive it. Finding allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace bundle {

struct Entry {
  std::string_view name;     // a folder's without the "/" at its end
  std::uint64_t offset = 0;  // of its content in the file
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;  // CRC-32 of the content; not verified
  std::int64_t modified = 0;   // seconds since 1970, UTC
  std::size_t number = 0;      // its place in the order of names
  bool is_folder = false;
};

class Archive {
 public:
  // `begin`: where the executable ends. An empty optional: nothing of ours follows there. An error says what is wrong
  // with the archive, without the file's name.
  static base::Result<std::optional<Archive>> read(std::span<std::byte const> file, std::uint64_t begin);

  std::size_t size() const { return headers_.size(); }

  // A file or folder by its name, "" being the folder of all.
  std::optional<Entry> find(std::string_view name) const;

  // The children of a folder, one after the other: pass the number of the last one's successor, 0 first. `next` is
  // where to go on.
  struct Child {
    Entry entry;
    std::string_view name;  // its own, without the folder's
    std::size_t next = 0;
  };
  std::optional<Child> child(std::string_view folder, std::size_t from) const;

  std::string_view content(Entry const&) const;

 private:
  explicit Archive(std::span<std::byte const> file) : file_(file) {}
  base::Result<void> read_directory(std::uint64_t offset, std::uint64_t size, std::size_t count);
  std::string_view name(std::size_t number) const;
  std::size_t first_not_below(std::string_view name, std::string_view more) const;
  Entry entry(std::size_t number) const;

  std::span<std::byte const> file_;
  std::vector<std::uint32_t> headers_;  // of the entries in the central directory, by their offset in it
  std::uint64_t directory_ = 0;
};

}  // namespace bundle
