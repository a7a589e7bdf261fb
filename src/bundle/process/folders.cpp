// opendir() and what belongs to it. A DIR of ours is told from the C library's by its descriptor: ours has none.
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <array>
#include <cstddef>

#include "bundle/own.h"
#include "bundle/process/inside.h"
#include "bundle/process/wrapping.h"

namespace bundle {
namespace {

constexpr int kNoDescriptor = -0x62;

// Begins as musl's struct __dirstream does, of which dirfd() reads the second field.
struct Folder {
  off_t unused = 0;
  int descriptor = kNoDescriptor;
  Entry entry;
  std::size_t place = 0;  // 0 is ".", 1 "..", then 2 + the number from which the next child is looked for
  dirent found = {};
};

DIR* handle_of(Folder* folder) {
  return reinterpret_cast<DIR*>(folder);
}

Folder* ours(DIR* handle);

DIR* open_folder(Inside const& inside) {
  if (inside.kind != Inside::Kind::folder) {
    refuse(inside.exists() ? ENOTDIR : inside.error);
    return nullptr;
  }
  void* const memory = ::malloc(sizeof(Folder));
  return memory ? handle_of(new (memory) Folder{.entry = inside.entry}) : nullptr;
}

dirent* fill(Folder& folder, std::string_view name, ino_t number, unsigned char type) {
  auto& found = folder.found;
  found.d_ino = number;
  found.d_off = static_cast<off_t>(folder.place);
  found.d_reclen = sizeof found;
  found.d_type = type;
  ::memcpy(found.d_name, name.data(), name.size());
  found.d_name[name.size()] = '\0';
  return &found;
}

dirent* next_of(Folder& folder) {
  if (folder.place < 2) {
    auto const name = folder.place++ == 0 ? "." : "..";
    return fill(folder, name, folder.entry.number + 1, DT_DIR);
  }
  while (auto const child = own()->archive.child(folder.entry.name, folder.place - 2)) {
    folder.place = 2 + child->next;
    bool const fits = child->name.size() < sizeof folder.found.d_name;
    if (fits) return fill(folder, child->name, child->entry.number + 1, child->entry.is_folder ? DT_DIR : DT_REG);
  }
  return nullptr;
}

}  // namespace
}  // namespace bundle

WRAPS(DIR*, opendir, char const* path);
WRAPS(dirent*, readdir, DIR* handle);
WRAPS(int, readdir_r, DIR* handle, dirent* found, dirent** result);
WRAPS(int, closedir, DIR* handle);
WRAPS(int, dirfd, DIR* handle);
WRAPS(void, rewinddir, DIR* handle);
WRAPS(long, telldir, DIR* handle);
WRAPS(void, seekdir, DIR* handle, long place);

namespace bundle {
namespace {

Folder* ours(DIR* handle) {
  if (!own() || !handle || real_dirfd(handle) != kNoDescriptor) [[likely]]
    return nullptr;
  return reinterpret_cast<Folder*>(handle);
}

}  // namespace
}  // namespace bundle

using bundle::ours;

DIR* wrapped_opendir(char const* path) {
  if (auto const inside = bundle::look_inside(path)) return bundle::open_folder(inside);
  return real_opendir(path);
}

dirent* wrapped_readdir(DIR* handle) {
  if (auto* const folder = ours(handle)) return bundle::next_of(*folder);
  return real_readdir(handle);
}

int wrapped_readdir_r(DIR* handle, dirent* found, dirent** result) {
  auto* const folder = ours(handle);
  if (!folder) return real_readdir_r(handle, found, result);
  auto const* const next = bundle::next_of(*folder);
  if (next) *found = *next;
  *result = next ? found : nullptr;
  return 0;
}

int wrapped_closedir(DIR* handle) {
  auto* const folder = ours(handle);
  if (!folder) return real_closedir(handle);
  ::free(folder);
  return 0;
}

int wrapped_dirfd(DIR* handle) {
  return ours(handle) ? bundle::refuse(ENOTSUP) : real_dirfd(handle);
}

void wrapped_rewinddir(DIR* handle) {
  if (auto* const folder = ours(handle))
    folder->place = 0;
  else
    real_rewinddir(handle);
}

long wrapped_telldir(DIR* handle) {
  auto const* const folder = ours(handle);
  return folder ? static_cast<long>(folder->place) : real_telldir(handle);
}

void wrapped_seekdir(DIR* handle, long place) {
  if (auto* const folder = ours(handle))
    folder->place = static_cast<std::size_t>(place);
  else
    real_seekdir(handle, place);
}
