// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "base/result.hpp"
#include "io/descriptor.hpp"
#include "io/error.hpp"
#include "io/job.hpp"

namespace lithe::io {

enum class Opening : u8 { read, write, append };

/// A file that is open; closed at the latest when it goes. The functions block and belong on a
/// job's thread. One of them is under way at a time: one that was cancelled and has not seen it
/// yet keeps the next one waiting.
class OpenFile {
 public:
  /// Null: `error` says why.
  static std::unique_ptr<OpenFile> open(const std::string& path, Opening how, Error& error);

  /// At least one byte, at most `most`, as many as there are at once; none at the end.
  base::Result<std::string, Error> read_chunk(u64 most, const Cancelled& cancelled);
  /// Without its end; nothing at the end of the file. Longer than `limit` is an error.
  base::Result<std::optional<std::string>, Error> read_line(u64 limit, const Cancelled& cancelled);
  base::Result<void, Error> write(std::string_view bytes, const Cancelled& cancelled);
  /// => whether it was open.
  base::Result<bool, Error> close();

 private:
  OpenFile(int number, Opening how) : file_(number), how_(how) {}
  std::optional<Error> not_usable(bool for_writing) const;
  /// The next bytes of ahead_, with `skipped` ones behind them that nobody gets.
  std::string take(size_t bytes, size_t skipped = 0);
  /// Reads more to the end of ahead_. => bytes; 0: the end.
  base::Result<u64, Error> read_more(u64 most, const Cancelled& cancelled);

  std::mutex mutex_;
  Descriptor file_;
  Opening how_;
  bool awaits_writer_ = false;  ///< a FIFO of which nothing has been read
  std::string ahead_;           ///< read already
  size_t given_ = 0;            ///< how much of ahead_ was asked for
};

}  // namespace lithe::io
