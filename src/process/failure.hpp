// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "base/integers.hpp"
#include "value/value.hpp"

namespace lithe::process {

/// A place in a source text (as syntax::Span, which this layer does not know). line 0: unknown.
struct Place {
  u32 source = 0;
  u32 line = 0;
  u32 column = 0;
  u32 length = 0;
};

/// A frame that the error has left.
struct TraceEntry {
  enum Mark : u8 {
    in_library = 1,     ///< the standard library's
    without_a_name = 2  ///< a function without a name: `function` is the one around it
  };
  u32 function = 0;  ///< NameTable id; 0: a form, or a function outside of any that has a name
  Place place;       ///< of the call or instruction that failed in it
  u8 marks = 0;

  bool has(Mark mark) const { return (marks & mark) != 0; }
};

/// An error on its way from where it was raised to its handler. Owned by the process, made at
/// its first error and used again for the next.
///
/// Of a long way the innermost and the outermost frames are kept, the number of those between
/// is counted: a recursion ten million deep leaves a trace of a few lines.
struct Failure {
  static constexpr u32 inner_frames = 24;
  static constexpr u32 outer_frames = 8;
  /// What one counts for in the memory of all: the frames that it may hold, too.
  static constexpr u64 counted_bytes = 1024;

  value::Value value;  ///< what was thrown; a root of the process
  Place place;         ///< where
  /// Nothing handles it, no catch and no finally: the process was interrupted.
  bool unstoppable = false;
  /// What was called is no function; what names it is not known yet.
  bool not_callable = false;

  /// Begins a new way.
  void start(value::Value thrown, Place where) {
    value = thrown;
    place = where;
    unstoppable = not_callable = false;
    inner_.clear();
    passed_ = 0;
  }

  /// The error leaves a frame.
  void add_frame(const TraceEntry& entry) {
    if (passed_ < inner_frames) {
      inner_.push_back(entry);
    } else {
      outer_[(passed_ - inner_frames) % outer_frames] = entry;
    }
    passed_++;
  }

  /// Frames that it has left in all.
  u64 passed() const { return passed_; }
  /// Frames left out between the kept ones.
  u64 omitted() const { return passed_ > kept_limit ? passed_ - kept_limit : 0; }
  /// Kept frames.
  u32 kept() const { return u32(passed_ < kept_limit ? passed_ : kept_limit); }
  /// Kept frame i, innermost first; omitted() frames are missing in front of frame inner_frames.
  const TraceEntry& frame(u32 i) const {
    if (i < inner_frames) return inner_[i];
    u64 order = i - inner_frames;
    u64 first = omitted() ? passed_ - inner_frames : 0;
    return outer_[(first + order) % outer_frames];
  }

 private:
  static constexpr u32 kept_limit = inner_frames + outer_frames;

  std::vector<TraceEntry> inner_;
  std::array<TraceEntry, outer_frames> outer_;  ///< a ring
  u64 passed_ = 0;
};

}  // namespace lithe::process
