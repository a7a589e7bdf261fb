#include "config/shell_words.h"

#include <optional>

namespace config {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

class Splitter {
 public:
  explicit Splitter(std::string_view line) : rest_(line) {}

  base::Result<std::vector<std::string>> run() {
    while (!rest_.empty()) {
      char const c = take();
      if (kBlanks.contains(c)) {
        end_word();
      } else if (c == '\'' || c == '"') {
        TRY_VOID(quoted(c));
      } else if (c == '\\') {
        if (rest_.empty()) return base::failure("No escaped character");
        word() += take();
      } else {
        word() += c;
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  char take() {
    char const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string& word() { return word_ ? *word_ : word_.emplace(); }

  void end_word() {
    if (word_) words_.push_back(*std::move(word_));
    word_.reset();
  }

  // Up to the closing quote. Between double quotes a backslash escapes itself and the quote, and nothing else.
  base::Result<void> quoted(char quote) {
    word();
    while (!rest_.empty()) {
      char const c = take();
      if (c == quote) return {};
      bool const escapes = quote == '"' && c == '\\' && !rest_.empty() && (rest_[0] == '"' || rest_[0] == '\\');
      *word_ += escapes ? take() : c;
    }
    return base::failure("No closing quotation");
  }

  std::string_view rest_;
  std::optional<std::string> word_;  // the one being read, even if it is empty so far
  std::vector<std::string> words_;
};

}  // namespace

base::Result<std::vector<std::string>> split_shell_words(std::string_view line) {
  return Splitter(line).run();
}

}  // namespace config
