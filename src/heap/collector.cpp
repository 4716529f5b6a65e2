// SPDX-License-Identifier: Apache-2.0
#include "heap/collector.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "heap/blocks.hpp"
#include "heap/copier.hpp"
#include "heap/memory_account.hpp"
#include "heap/validate.hpp"

namespace lithe::heap {

namespace {

/// Up to this many live words a heap is one block that each collection copies whole.
constexpr u64 single_words = 4096;
constexpr u64 single_words_stress = 64;
constexpr u64 first_nursery_words = 16384;
/// Two of them fit the second-level cache of current processors.
constexpr u64 largest_nursery_words = 131072;
constexpr u64 least_words = 24;
constexpr u64 timed_words = 4096;
/// From here on a heap goes on with room for three quarters of what is alive, not for as much
/// again: while all of it is copied, what there was and what is alive are less than three times
/// that.
constexpr u64 large_words = u64{2} << 20;
constexpr u64 least_off_heap_trigger = u64{256} << 10;

u64 fragment_words(const HeapState& heap) {
  u64 words = 0;
  for (Fragment* f = heap.fragments_; f != nullptr; f = f->adopted_next) {
    if (!f->moved) words += f->words;
  }
  return words;
}

u64 single_limit(const HeapState& heap) {
  return heap.environment_->options.stress_every != 0 ? single_words_stress : single_words;
}

void note_most(std::atomic<u64>& most, u64 value) {
  u64 known = most.load(std::memory_order_relaxed);
  do {
    if (known >= value) return;
  } while (!most.compare_exchange_weak(known, value));
}

/// A block of that many words, or of fewer, but at least `least`, if one lies ready. The account
/// knows of it. Empty when there is no memory.
Area new_area(HeapState& heap, u64 words, u64 least) {
  HeapEnvironment& environment = *heap.environment_;
  if (environment.options.fail_blocks) return {};
  BlockCache::Block block{nullptr, 0};
  if (is_mapped(words)) block = environment.blocks.take(least, words);
  if (block.begin == nullptr) block = {allocate_block(words), words};
  if (block.begin == nullptr) return {};
  environment.account.add(block.words * 8);
  return Area(block.begin, block.begin, block.begin + block.words);
}

Area new_area(HeapState& heap, u64 words) { return new_area(heap, words, words); }

void free_area(HeapState& heap, u64* begin, u64 words) {
  if (begin == nullptr) return;
  // Whoever kept an address sees it at once, also without a sanitizer.
  if (heap.environment_->options.stress_every != 0) std::memset(begin, 0x5A, words * 8);
  if (begin == heap.home_) return poison(begin, words);
  heap.environment_->account.remove(words * 8);
  heap.environment_->blocks.give(begin, words);
}

void trim(HeapState& heap, Area& area, u64 keep) {
  u64 words = u64(area.end - area.begin);
  u64 kept = trim_block(area.begin, words, keep);
  heap.environment_->account.remove((words - kept) * 8);
  area.end = area.begin + kept;
}

/// The heap is what has been copied into `area`, in one block; the off-heap list is there.
void become_single(HeapState& heap, const Area& area) {
  heap.begin_ = area.begin;
  heap.top = heap.high_water_ = area.top;
  heap.end_ = area.end;
}

/// The survivors are the old space, which is to be filled up to `fill` words; the young one is
/// empty.
void become_generational(HeapState& heap, const Area& survivors, u64 fill, const Area& nursery) {
  if (heap.old_ == nullptr) heap.old_ = new OldSpace;
  OldSpace& old = *heap.old_;
  old.begin = survivors.begin;
  old.top = survivors.top;
  old.words = u64(survivors.end - survivors.begin);
  old.end = survivors.begin + std::min(fill, old.words);
  LITHE_CHECK(old.top <= old.end);
  old.remembered.clear();
  old.off_heap = heap.off_heap_;
  old.nursery_words = std::max(old.nursery_words, first_nursery_words);
  heap.off_heap_ = nullptr;
  heap.begin_ = heap.top = heap.high_water_ = nursery.begin;
  heap.end_ = nursery.end;
}

void free_old_block(HeapState& heap) {
  if (heap.old_ == nullptr) return;
  free_area(heap, heap.old_->begin, heap.old_->words);
  heap.old_->begin = heap.old_->top = heap.old_->end = nullptr;
  heap.old_->words = 0;
}

void free_spare(HeapState& heap) {
  free_area(heap, heap.old_->spare, heap.old_->spare_words);
  heap.old_->spare = nullptr;
  heap.old_->spare_words = 0;
}

void drop_old(HeapState& heap) {
  if (heap.old_ == nullptr) return;
  free_old_block(heap);
  free_spare(heap);
  delete heap.old_;
  heap.old_ = nullptr;
}

/// Room that a small heap needs beside a large stack, which each collection goes over: with it the
/// time for that stays in proportion to what is allocated.
u64 room_for_roots(const HeapState& heap) {
  if (heap.environment_->options.stress_every != 0) return 0;
  return (u64{1} << heap.root_words_width_) / 2;
}

/// Size of the block that a small heap goes on in: it doubles with every collection, up to a
/// multiple of what has been alive, and of how long the process has been busy.
u64 single_target(const HeapState& heap) {
  u64 capacity = u64(heap.end_ - heap.begin_);
  u64 live = u64(heap.high_water_ - heap.begin_);
  u64 busy = std::min(3u, (heap.collections_ - heap.collections_at_rest_) / 8);
  u64 bound = std::clamp<u64>(16 * live, u64{512} << busy, single_words * 2);
  bound = std::max(bound, room_for_roots(heap));
  return std::max(least_words, std::min(capacity * 2, bound));
}

/// Copies everything into `to`; then the blocks it came from are free.
void copy_all(Heap& heap, Area& to) {
  UnitRegistry& registry = heap.environment_->units;
  bool look_for_retired = false;
  u64 epoch = registry.begin_collection(look_for_retired);
  Copier<true> copier(heap, to, nullptr, look_for_retired);
  copier.run();
  to = copier.to();
  registry.finish_collection(heap.units_, epoch, copier.met_units());
  heap.root_words_width_ = u8(std::bit_width(copier.root_words()));
  heap.environment_->totals.copied_bytes.fetch_add(copier.copied_words() * 8,
                                                   std::memory_order_relaxed);
  free_area(heap, heap.begin_, u64(heap.end_ - heap.begin_));
  free_old_block(heap);
}

u64 words_to_collect(const HeapState& heap) {
  return heap.environment_->account.room_to_collect() / 8;
}

/// Largest block in which a heap may go on: at the next collection there must be as much again.
/// `own` words of what the account knows are that block.
u64 most_capacity(const HeapState& heap, u64 own) { return (words_to_collect(heap) + own) / 2; }

/// How far the block that a large heap has been copied to is to be filled, and what of it goes
/// back. In a block that the cache keeps there is room for the young space behind that, so that
/// next time everything fits another one of that size, whatever is alive then.
void settle(Heap& heap, Area& to, u64 live, u64 nursery_words, const Area& nursery) {
  u64 words = u64(to.end - to.begin);
  u64 wanted = live < large_words ? 2 * live : live + live / 4 * 3;
  u64 fill = std::min(wanted, std::max(live, most_capacity(heap, words))) + nursery_words;
  u64 keep = fill;
  bool outgrown = false;
  if (heap.environment_->blocks.keeps(fill + nursery_words)) {
    keep = fill + nursery_words;
    outgrown = words < keep - keep / 4 || words < live + nursery_words;
    if (words < keep) fill = outgrown ? words : words - nursery_words;
  }
  trim(heap, to, keep);
  become_generational(heap, to, fill, nursery);
  heap.old_->outgrown = outgrown;
}

bool collect_major(Heap& heap, u64 need) {
  u64 used = heap.used_words() + fragment_words(heap);
  u64 nursery_words = heap.old_ != nullptr ? heap.old_->nursery_words : first_nursery_words;
  bool maybe_large = used > single_limit(heap);
  u64 room = words_to_collect(heap);
  if (used > room) return false;
  if (used + 2 * nursery_words > room) nursery_words = std::min(nursery_words, first_nursery_words);
  Area nursery;
  if (maybe_large) {
    nursery = new_area(heap, std::max(nursery_words, need));
    if (nursery.begin == nullptr) return false;
  }
  // A large heap gets room for as much again: what is not used is not touched. A block that lies
  // ready will do if everything fits. For a small heap what is needed is hoped to be dead in the
  // old block.
  u64 large = std::min(2 * used, std::max(used, room)) + nursery_words + need;
  u64 small = std::max({used, 2 * need, std::min(single_target(heap), room)});
  bool outgrown = heap.old_ != nullptr && heap.old_->outgrown;
  Area to =
      maybe_large ? new_area(heap, large, outgrown ? large : used + need) : new_area(heap, small);
  if (to.begin == nullptr) {
    free_area(heap, nursery.begin, u64(nursery.end - nursery.begin));
    return false;
  }
  copy_all(heap, to);
  u64 live = u64(to.top - to.begin);
  if (maybe_large && live > single_limit(heap)) {
    note_most(heap.environment_->totals.most_live_bytes, live * 8);
    settle(heap, to, live, nursery_words, nursery);
  } else {
    free_area(heap, nursery.begin, u64(nursery.end - nursery.begin));
    drop_old(heap);
    u64 roots = std::min(room_for_roots(heap), words_to_collect(heap));
    trim(heap, to, 2 * live + need + single_words + roots);
    become_single(heap, to);
  }
  return true;
}

bool lacks_room(const HeapState& heap, u64 need) { return u64(heap.end_ - heap.top) < need; }

/// A small heap into one block of that size.
bool collect_into(Heap& heap, u64 words) {
  Area to = new_area(heap, words);
  if (to.begin == nullptr) return false;
  copy_all(heap, to);
  become_single(heap, to);
  return true;
}

/// A young block to copy into.
Area young_target(Heap& heap, u64 words) {
  OldSpace& old = *heap.old_;
  if (old.spare != nullptr && old.spare_words >= words) {
    Area area(old.spare, old.spare, old.spare + old.spare_words);
    old.spare = nullptr;
    old.spare_words = 0;
    return area;
  }
  return new_area(heap, words);
}

/// The young block that was copied from serves the next time, unless its size is wrong now or
/// errors are being looked for.
void retire_young(Heap& heap) {
  OldSpace& old = *heap.old_;
  u64 words = u64(heap.end_ - heap.begin_);
  LITHE_ASSERT(heap.begin_ != heap.home_);
  bool keep = old.spare == nullptr && words == old.nursery_words &&
              heap.environment_->options.stress_every == 0;
  if (!keep) return free_area(heap, heap.begin_, words);
  old.spare = heap.begin_;
  old.spare_words = words;
}

u64 old_room(const HeapState& heap) { return u64(heap.old_->end - heap.old_->top); }

/// Up to where the young space is promoted. If most of it survived last time, most of it will
/// now: it is not copied to and fro first.
u64* promote_end(const HeapState& heap) {
  bool all = heap.old_->mostly_survives && u64(heap.top - heap.begin_) <= old_room(heap);
  return all ? heap.top : heap.high_water_;
}

bool collect_minor(Heap& heap, u64 need) {
  OldSpace& old = *heap.old_;
  u64 survivors = u64(heap.top - heap.high_water_) + fragment_words(heap);
  Area to = young_target(heap, std::max(old.nursery_words, survivors + need));
  if (to.begin == nullptr) return false;
  Copier<false> copier(heap, to, promote_end(heap), false);
  copier.run();
  heap.environment_->totals.copied_bytes.fetch_add(copier.copied_words() * 8,
                                                   std::memory_order_relaxed);
  u64 copied = copier.copied_words();
  old.mostly_survives = copied * 2 > u64(heap.top - heap.begin_) && copied * 8 > old.nursery_words;
  // Many survivors or roots: collect less often.
  u64 busy = std::max(copied * 4, copier.root_words() * 2);
  u64 largest = std::max(largest_nursery_words, copier.root_words() * 2);
  bool room = old.nursery_words * 4 < words_to_collect(heap);
  if (busy > old.nursery_words && old.nursery_words < largest && room) {
    old.nursery_words *= 2;
    free_spare(heap);
  }
  retire_young(heap);
  heap.begin_ = copier.to().begin;
  heap.top = heap.high_water_ = copier.to().top;
  heap.end_ = copier.to().end;
  return true;
}

bool can_promote(const HeapState& heap) {
  return u64(heap.high_water_ - heap.begin_) <= old_room(heap);
}

void check(Heap& heap) {
  std::string wrong = validate(heap);
  if (wrong.empty()) return;
  std::fprintf(stderr, "heap broken after collection %u: %s\n", heap.collections_, wrong.c_str());
  std::abort();
}

/// What is due after every collection.
void finish(Heap& heap, bool major) {
  ++heap.collections_;
  HeapTotals& totals = heap.environment_->totals;
  (major ? totals.major_collections : totals.minor_collections)
      .fetch_add(1, std::memory_order_relaxed);
  heap.want_collect_ = false;
  heap.no_memory_ = false;
  heap.reserved_ = nullptr;
  heap.set_usable_end();
  if (major) heap.trigger_bytes_ = std::max(least_off_heap_trigger, 2 * heap.off_heap_bytes_);
  if (heap.environment_->options.validate) check(heap);
}

/// Of this thread's processor time: what other threads of the machine take is no pause of ours.
u64 nanoseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return u64(time.tv_sec) * 1'000'000'000 + u64(time.tv_nsec);
}

}  // namespace

bool collect(Heap& heap, u64 need, bool major) {
  LITHE_CHECK(heap.no_collect_ == 0);
  if (heap.owner_ != nullptr) heap.owner_->before_collection();
  bool timed = heap.used_words() > timed_words;
  u64 start = timed ? nanoseconds() : 0;
  major = major || heap.old_ == nullptr || !can_promote(heap);
  if (!(major ? collect_major(heap, need) : collect_minor(heap, need))) return false;
  finish(heap, major);
  if (lacks_room(heap, need)) {
    // Nearly all was alive. The heap is now known to be that small, and the next block larger.
    u64 live = u64(heap.top - heap.begin_);
    u64 room = words_to_collect(heap);
    if (live > room || !collect_into(heap, std::min(2 * live, room) + need)) return false;
    finish(heap, true);
  }
  if (!major && heap.off_heap_bytes_ > heap.trigger_bytes_) {
    if (collect_major(heap, need)) finish(heap, true);
  }
  if (timed) note_most(heap.environment_->totals.longest_pause_ns, nanoseconds() - start);
  return true;
}

bool compact(Heap& heap) {
  LITHE_CHECK(heap.no_collect_ == 0);
  if (heap.owner_ != nullptr) heap.owner_->before_collection();
  u64 used = heap.used_words() + fragment_words(heap);
  Area to = new_area(heap, std::max(used, least_words));
  if (to.begin == nullptr) return false;
  copy_all(heap, to);
  drop_old(heap);
  become_single(heap, to);
  u64 live = u64(to.top - to.begin);
  Area exact = to;
  if (heap.home_ != nullptr && live <= heap.home_words_) {
    unpoison(heap.home_, heap.home_words_);
    exact = Area(heap.home_, heap.home_, heap.home_ + heap.home_words_);
  } else if (live < u64(to.end - to.begin)) {
    exact = new_area(heap, std::max(live, least_words));
  }
  if (exact.begin != nullptr && exact.begin != to.begin) {
    copy_all(heap, exact);
    become_single(heap, exact);
  }
  heap.collections_at_rest_ = heap.collections_;
  finish(heap, true);
  return true;
}

void free_young(HeapState& heap) {
  if (heap.begin_ == heap.home_) return;
  free_area(heap, heap.begin_, u64(heap.end_ - heap.begin_));
}

void free_old(HeapState& heap) { drop_old(heap); }

}  // namespace lithe::heap
