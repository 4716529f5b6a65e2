// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "io/operation.hpp"

namespace lithe::io {

/// A line without its newline; nullopt at the end of input.
using Line = base::Result<std::optional<std::string>, Error>;
using LineDone = void (*)(void* context, Line&& line);

/// Reads lines from a descriptor (terminal, pipe, socket, file), for many askers in the order in
/// which they ask. A last line without a newline counts. After the end it keeps giving the end;
/// on a terminal it asks again. Does not own the descriptor, and leaves its flags as they are.
class LineReader {
 public:
  static constexpr u64 default_line_limit = u64{256} << 20;

  /// A line over `line_limit` bytes is an error; its rest is skipped.
  LineReader(sched::Scheduler& scheduler, int descriptor, u64 line_limit = default_line_limit);
  /// Cancels what is outstanding.
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The next line if it is there without waiting and nobody asked before; => false: use read().
  bool try_read(Line& line);
  /// Asks for the next line; never completes inside the call.
  Operation* read(LineDone done, void* context);
  /// Blocks the thread for the next line. Only while nobody has asked.
  Line read_now();

 private:
  struct State;
  class Request;
  State* state_;  ///< outlives the reader by what the loop still holds
};

}  // namespace lithe::io
