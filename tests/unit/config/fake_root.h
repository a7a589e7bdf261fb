// A directory of made-up files that stands for "/", gone with the test.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace config {

class FakeRoot {
 public:
  FakeRoot() {
    std::string pattern = (std::filesystem::temp_directory_path() / "monoceros-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  FakeRoot(FakeRoot const&) = delete;
  ~FakeRoot() { std::filesystem::remove_all(path_); }

  std::string const& path() const { return path_; }

  void write(std::string const& file, std::string const& content) const {
    auto const path = std::filesystem::path(path_ + "/" + file);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }

 private:
  std::string path_;
};

}  // namespace config
