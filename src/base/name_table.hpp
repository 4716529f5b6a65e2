// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/integers.hpp"

namespace lithe::base {

/// Ids of the predefined names: the same in every table. `name::quote`, `name::if_`, ….
namespace name {

enum Predefined : ::lithe::u32 {
#define LITHE_NAME(identifier, text) index_of_##identifier,
#include "base/predefined_names.def"
#undef LITHE_NAME
  predefined_end
};

#define LITHE_NAME(identifier, text) \
  inline constexpr ::lithe::u32 identifier = index_of_##identifier;
#include "base/predefined_names.def"
#undef LITHE_NAME

/// Number of predefined names: ids below this are predefined.
inline constexpr ::lithe::u32 predefined_count = predefined_end;

}  // namespace name

/// Text of a predefined name.
inline constexpr auto predefined_names = std::to_array<std::string_view>({
#define LITHE_NAME(identifier, text) text,
#include "base/predefined_names.def"
#undef LITHE_NAME
});

/// Interns names: the same text always gives the same id, different texts different ids. Symbols
/// and keywords share one table (a keyword is stored without its colon). Names live as long as
/// the table. All members may be called from any thread; text(), and find() and intern() of a
/// known name, take no lock.
class NameTable {
 public:
  NameTable();
  ~NameTable();
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

  /// Precondition: text is shorter than 4 GiB.
  u32 intern(std::string_view text) {
    u64 hash = hash_of(text);
    if (std::optional<u32> id = lookup(text, hash)) return *id;
    return add(text, hash);
  }

  std::optional<u32> find(std::string_view text) const { return lookup(text, hash_of(text)); }

  /// Precondition: `id` came from this table or is predefined. The text stays where it is.
  std::string_view text(u32 id) const;

  u32 size() const { return size_.load(std::memory_order_acquire); }

  /// What the names take, with what hangs on each elsewhere (count()).
  u64 bytes() const { return bytes_.load(std::memory_order_relaxed); }
  /// Adds to bytes().
  void count(u64 bytes) {
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
    if (total_) total_->fetch_add(bytes, std::memory_order_relaxed);
  }
  /// Counts in `total`, too, from now on. Before the table is shared.
  void count_in(std::atomic<u64>& total) {
    total_ = &total;
    total.fetch_add(bytes(), std::memory_order_relaxed);
  }

 private:
  struct Entry {
    const char* data;
    u32 size;
  };
  /// Open addressing; a slot holds (upper half of the hash, id + 1), 0 when free.
  struct Index {
    u64 mask;
    std::unique_ptr<std::atomic<u64>[]> slots;
  };
  static constexpr u32 first_chunk_bits = 10;
  static constexpr u32 chunk_count = 23;

  static u64 hash_of(std::string_view text);
  std::optional<u32> lookup(std::string_view text, u64 hash) const;
  u32 add(std::string_view text, u64 hash);
  const Entry& entry(u32 id) const;
  void grow_index();
  static void insert(Index& index, u64 hash, u32 id);

  std::atomic<const Index*> index_;
  std::array<std::atomic<Entry*>, chunk_count> chunks_{};
  std::atomic<u32> size_{0};
  std::atomic<u64> bytes_{0};
  std::atomic<u64>* total_ = nullptr;

  std::mutex mutex_;                             // guards all below
  std::vector<std::unique_ptr<Index>> indexes_;  // the last one is current; readers may still
                                                 // be in an older one
  Arena texts_;
};

}  // namespace lithe::base
