#include "elf/symbol_table.h"

#include <string.h>

#include <algorithm>

namespace elf {
namespace {

using base::failure;

// What lies at an address, as many of them as their segment holds, but at most `most`.
template <typename T>
std::span<T const> array_at(Image const& image, std::uint64_t vaddr, std::uint64_t most = UINT32_MAX) {
  if (vaddr == 0 || vaddr % alignof(T) != 0) return {};
  auto const count = std::min(image.readable_from(vaddr) / sizeof(T), most);
  auto const* const bytes = image.readable(vaddr, count * sizeof(T));
  return bytes ? std::span(reinterpret_cast<T const*>(bytes), count) : std::span<T const>();
}

constexpr unsigned kTypes =
    1u << STT_NOTYPE | 1u << STT_OBJECT | 1u << STT_FUNC | 1u << STT_COMMON | 1u << STT_TLS | 1u << STT_GNU_IFUNC;
constexpr unsigned kBindings = 1u << STB_GLOBAL | 1u << STB_WEAK | 1u << STB_GNU_UNIQUE;
constexpr std::uint16_t kHiddenVersion = 0x8000;

bool may_be_bound(Elf64_Sym const& symbol) {
  auto const type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && (symbol.st_value != 0 || type == STT_TLS) && (kTypes >> type & 1) &&
         (kBindings >> ELF64_ST_BIND(symbol.st_info) & 1);
}

}  // namespace

Name::Name(std::string_view text) : text_(text) {
  for (char const c : text) gnu_hash_ = gnu_hash_ * 33 + static_cast<unsigned char>(c);
}

std::uint32_t Name::system_v_hash() const {
  std::uint32_t hash = 0;
  for (char const c : text_) {
    hash = hash * 16 + static_cast<unsigned char>(c);
    hash ^= hash >> 24 & 0xf0;
  }
  return hash & 0x0fffffff;
}

base::Result<SymbolTable> SymbolTable::read(Image const& image, Places const& places) {
  SymbolTable table;
  table.symbols_ = array_at<Elf64_Sym>(image, places.symbols);
  table.strings_ = array_at<char>(image, places.strings, places.strings_size);
  if (table.symbols_.empty() || table.strings_.size() != places.strings_size || table.strings_.empty()) {
    return failure("its symbol table is damaged");
  }
  table.versions_ = array_at<std::uint16_t>(image, places.versions);
  table.system_v_ = array_at<std::uint32_t>(image, places.system_v_hash);
  auto const gnu = array_at<std::uint32_t>(image, places.gnu_hash);
  if (gnu.size() < 4) return table;
  auto const buckets = gnu[0], bloom = gnu[2];
  table.first_hashed_ = gnu[1], table.bloom_shift_ = gnu[3];
  bool const is_power_of_two = bloom != 0 && (bloom & (bloom - 1)) == 0;
  if (!is_power_of_two || gnu.size() - 4 < 2ull * bloom + buckets) return failure("its hash table is damaged");
  table.bloom_ = array_at<std::uint64_t>(image, places.gnu_hash + 16, bloom);
  table.buckets_ = gnu.subspan(4 + 2ull * bloom, buckets);
  table.chains_ = gnu.subspan(4 + 2ull * bloom + buckets);
  if (table.bloom_.size() != bloom) return failure("its hash table is damaged");
  return table;
}

Elf64_Sym const* SymbolTable::at(std::uint32_t index) const {
  return index < symbols_.size() ? &symbols_[index] : nullptr;
}

std::string_view SymbolTable::string(std::uint64_t offset) const {
  if (offset >= strings_.size()) return {};
  auto const rest = strings_.subspan(offset);
  auto const length = ::strnlen(rest.data(), rest.size());
  return length < rest.size() ? std::string_view(rest.data(), length) : std::string_view();
}

bool SymbolTable::is_definition_of(std::uint32_t index, std::string_view name) const {
  auto const* const symbol = at(index);
  if (!symbol || !may_be_bound(*symbol)) return false;
  if (index < versions_.size() && (versions_[index] & kHiddenVersion)) return false;
  auto const begin = symbol->st_name;
  if (begin >= strings_.size() || name.size() >= strings_.size() - begin) return false;
  return std::string_view(&strings_[begin], name.size()) == name && strings_[begin + name.size()] == '\0';
}

Elf64_Sym const* SymbolTable::find(Name const& name) const {
  return buckets_.empty() ? find_by_system_v_hash(name) : find_by_gnu_hash(name);
}

Elf64_Sym const* SymbolTable::find_by_gnu_hash(Name const& name) const {
  auto const hash = name.gnu_hash();
  auto const word = bloom_[hash / 64 & (bloom_.size() - 1)];
  if (!(word >> hash % 64 & word >> (hash >> (bloom_shift_ & 31)) % 64 & 1)) return nullptr;
  for (std::uint64_t index = buckets_[hash % buckets_.size()]; index >= first_hashed_; ++index) {
    auto const place = index - first_hashed_;
    if (index == 0 || place >= chains_.size()) return nullptr;
    auto const found = chains_[place];
    if ((found | 1) == (hash | 1) && is_definition_of(static_cast<std::uint32_t>(index), name.text())) {
      return &symbols_[index];
    }
    if (found & 1) return nullptr;
  }
  return nullptr;
}

Elf64_Sym const* SymbolTable::find_by_system_v_hash(Name const& name) const {
  if (system_v_.size() < 2 || system_v_[0] == 0) return nullptr;
  std::uint64_t const buckets = system_v_[0], chains = system_v_[1];
  if (buckets + chains > system_v_.size() - 2) return nullptr;
  std::uint64_t index = system_v_[2 + name.system_v_hash() % buckets];
  // A damaged chain may be a ring: no longer than there are symbols.
  for (std::uint64_t steps = 0; index != 0 && index < chains && steps < chains; ++steps) {
    if (is_definition_of(static_cast<std::uint32_t>(index), name.text())) return &symbols_[index];
    index = system_v_[2 + buckets + index];
  }
  return nullptr;
}

std::uint32_t SymbolTable::count() const {
  if (system_v_.size() >= 2) return static_cast<std::uint32_t>(std::min<std::uint64_t>(system_v_[1], symbols_.size()));
  std::uint64_t last = 0;
  for (auto const bucket : buckets_) last = std::max<std::uint64_t>(last, bucket);
  if (last < first_hashed_ || last == 0) return 0;
  while (last - first_hashed_ < chains_.size() && !(chains_[last - first_hashed_] & 1)) ++last;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(last + 1, symbols_.size()));
}

Elf64_Sym const* SymbolTable::nearest(std::uint64_t value) const {
  Elf64_Sym const* best = nullptr;
  for (auto const& symbol : symbols_.first(count())) {
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_value == 0 || ELF64_ST_TYPE(symbol.st_info) == STT_TLS) continue;
    if (symbol.st_value <= value && (!best || symbol.st_value > best->st_value)) best = &symbol;
  }
  return best;
}

}  // namespace elf
