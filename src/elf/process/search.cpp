#include "elf/process/search.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace elf {
namespace {

using base::failure;
using base::Result;

constexpr std::string_view kSystemFolders = "/lib:/usr/local/lib:/usr/lib";

// $ORIGIN is the folder of the object whose search path it stands in.
std::string with_origin(std::string_view folder, Object const* owner) {
  std::string result(folder);
  for (std::string_view const word : {"$ORIGIN", "${ORIGIN}"}) {
    for (auto at = result.find(word); owner && at != result.npos; at = result.find(word, at)) {
      result.replace(at, word.size(), owner->folder());
      at += owner->folder().size();
    }
  }
  return result;
}

class Search {
 public:
  explicit Search(std::string_view name) : name_(name) {}

  bool look_in(std::string_view folders, Object const* owner) {
    for (auto const folder : base::split(folders, ':')) {
      if (folder.empty()) continue;
      auto const path = with_origin(folder, owner) + "/" + std::string(name_);
      tried_ += (tried_.empty() ? "" : ", ") + path.substr(0, path.rfind('/'));
      if (auto opened = open_object(path)) return found_ = *std::move(opened), true;
    }
    return false;
  }

  FoundFile take() { return std::move(found_); }
  std::string const& tried() const { return tried_; }

 private:
  std::string_view name_;
  FoundFile found_;
  std::string tried_;
};

bool look_in_search_paths(Search& search, Object const* needed_by) {
  for (auto const* owner = needed_by; owner; owner = owner->needed_by) {
    if (search.look_in(owner->dynamic().search_path, owner)) return true;
  }
  return false;
}

}  // namespace

bool is_provided_by_executable(std::string_view name) {
  static constexpr std::array kNames{std::string_view("libc.so"),       std::string_view("libm.so"),
                                     std::string_view("libpthread.so"), std::string_view("libdl.so"),
                                     std::string_view("librt.so"),      std::string_view("libutil.so"),
                                     std::string_view("libcrypt.so"),   std::string_view("libresolv.so"),
                                     std::string_view("libxnet.so"),    kZlib};
  return name.starts_with("libc.musl-") || name.starts_with("ld-musl-") || name.starts_with("libpython3") ||
         std::ranges::contains(kNames, name);
}

Result<FoundFile> open_object(std::string const& path) {
  if (auto found = find_embedded(path)) return *std::move(found);
  base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0) return std::unexpected(base::Error::from_errno(path, errno));
  return FoundFile{std::move(file), path, 0, static_cast<std::uint64_t>(status.st_size)};
}

Result<FoundFile> find_object(std::string_view name, Object const* needed_by) {
  std::string const text(name);
  if (name.contains('/')) return open_object(text);
  Search search(name);
  char const* const configured = ::secure_getenv("LD_LIBRARY_PATH");
  if ((configured && search.look_in(configured, nullptr)) || look_in_search_paths(search, needed_by) ||
      search.look_in(kSystemFolders, nullptr)) {
    return search.take();
  }
  return failure((needed_by ? needed_by->path() + ": it needs " + text : text) + ", which is not in " + search.tried());
}

}  // namespace elf
