#include "bundle/archive.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bundle {
namespace {

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

// A program of ten bytes with an archive behind it, as bundler.py writes them; the names' contents are the names.
class File {
 public:
  explicit File(std::vector<std::string> const& names) {
    for (auto const& name : names) add(name);
    finish();
  }

  auto read() const { return Archive::read({reinterpret_cast<std::byte const*>(bytes.data()), bytes.size()}, 10); }
  Archive archive() const { return **read(); }

  std::string reason() const {
    auto const archive = read();
    return archive ? "none" : archive.error().message();
  }

  std::string bytes = "0123456789";
  std::size_t directory = 0, end = 0;

 private:
  void add(std::string const& name) {
    auto const content = name.ends_with('/') ? "" : name;
    auto const place = bytes.size();
    // 2026-11-21 17:30:08
    auto const facts = number(17 << 11 | 30 << 5 | 4, 2) + number(46 << 9 | 11 << 5 | 21, 2) + number(0xabcd, 4) +
                       number(content.size(), 4) + number(content.size(), 4) + number(name.size(), 2);
    bytes += "PK\3\4" + number(20, 2) + number(0, 4) + facts + number(0, 2) + name + content;
    headers_ += "PK\1\2" + number(20, 2) + number(20, 2) + number(0, 4) + facts + number(0, 2) + number(0, 2) +
                number(0, 8) + number(place, 4) + name;
    ++count_;
  }

  void finish() {
    directory = bytes.size();
    bytes += headers_;
    end = bytes.size();
    bytes += "PK\5\6" + number(0, 4) + number(count_, 2) + number(count_, 2) + number(headers_.size(), 4) +
             number(directory, 4) + number(0, 2);
  }

  std::string headers_;
  std::size_t count_ = 0;
};

std::vector<std::string> const kNames = {"app/",     "app/a-b/",  "app/a-b/one", "app/a.py", "app/a/",
                                         "app/a/b/", "app/a/b/c", "app/z",       "packages/"};

std::vector<std::string> children(Archive const& archive, std::string_view folder) {
  std::vector<std::string> names;
  for (auto child = archive.child(folder, 0); child; child = archive.child(folder, child->next))
    names.push_back(std::string(child->name) + (child->entry.is_folder ? "/" : ""));
  return names;
}

TEST(Archive, IsNoneBehindAPlainProgram) {
  std::string const plain = "0123456789", with_signature = plain + "a signature";
  for (auto const& bytes : {plain, with_signature}) {
    auto const archive = Archive::read({reinterpret_cast<std::byte const*>(bytes.data()), bytes.size()}, 10);
    ASSERT_TRUE(archive);
    EXPECT_FALSE(*archive);
  }
}

TEST(Archive, FindsFilesAndFoldersByTheirNames) {
  File const file(kNames);
  auto const archive = file.archive();
  EXPECT_EQ(archive.size(), kNames.size());
  for (auto const& name : kNames) {
    bool const is_folder = name.ends_with('/');
    auto const found = archive.find(name.substr(0, name.size() - is_folder));
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->is_folder, is_folder) << name;
    EXPECT_EQ(archive.content(*found), is_folder ? "" : name);
  }
  for (auto const* name : {"ap", "app/b", "app/a/b/c/d", "app/", "app/z/", "zzz", "packages/x", "/"})
    EXPECT_FALSE(archive.find(name)) << name;
}

TEST(Archive, KnowsTimeAndChecksumOfAnEntry) {
  auto const found = File(kNames).archive().find("app/z");
  EXPECT_EQ(found->modified, 1795282208);
  EXPECT_EQ(found->checksum, 0xabcdu);
}

TEST(Archive, ListsTheChildrenOfAFolderAndNotTheirs) {
  File const file(kNames);
  auto const archive = file.archive();
  EXPECT_EQ(children(archive, ""), (std::vector<std::string>{"app/", "packages/"}));
  EXPECT_EQ(children(archive, "app"), (std::vector<std::string>{"a-b/", "a.py", "a/", "z"}));
  EXPECT_EQ(children(archive, "app/a"), (std::vector<std::string>{"b/"}));
  EXPECT_EQ(children(archive, "packages"), (std::vector<std::string>{}));
}

TEST(Archive, ThatWasCutShortIsRefused) {
  File file(kNames);
  auto const whole = file.bytes;
  for (auto size = whole.size() - 1; size >= 14; --size) {
    file.bytes = whole.substr(0, size);
    EXPECT_NE(file.reason(), "none") << size;
  }
}

TEST(Archive, WithWrongNumbersIsRefused) {
  struct Case {
    char const* reason;
    std::size_t at;
    char value;
  };
  File const good(kNames);
  for (auto const& each : {
           Case{"its end is damaged", good.end + 8, 1},                  // entries on this disk
           Case{"its end is damaged", good.end + 13, 0x7f},              // size of the directory
           Case{"its end is damaged", good.end + 16, 0x7f},              // where it begins
           Case{"its end is damaged", good.end + 19, 0x7f},              // far behind the file
           Case{"its end is damaged", good.end + 20, 1},                 // a comment
           Case{"its directory is damaged", good.directory, 'X'},        // signature of an entry
           Case{"its directory is damaged", good.directory + 29, 0x7f},  // length of a name
           Case{"its names are damaged", good.directory + 46, '/'},      // absolute
           Case{"its names are damaged", good.directory + 46, 'z'},      // not in order
           Case{"it is compressed: app/", good.directory + 10, 8},
       }) {
    File file(kNames);
    file.bytes[each.at] = each.value;
    EXPECT_EQ(file.reason(), each.reason) << each.at;
  }
}

TEST(Archive, WithContentOutsideIsRefused) {
  for (std::size_t const offset : {24, 27, 42, 45}) {  // its size, its place
    File file({"a"});
    file.bytes[file.directory + offset] = 0x7f;
    EXPECT_EQ(file.reason(), "its directory is damaged") << offset;
  }
}

}  // namespace
}  // namespace bundle
