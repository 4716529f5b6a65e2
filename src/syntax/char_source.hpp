// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "base/result.hpp"

namespace lithe::syntax {

class SourceMap;

/// What a source had to say when asked for more.
enum class SourceState : u8 {
  more,     ///< bytes, at least one
  end,      ///< nothing more will come
  pending,  ///< nothing now; ask again later
  failed,   ///< reading failed; nothing more will come
};

/// What the reader is in the middle of when it asks: a prompt may depend on it.
enum class Need : u8 {
  form,          ///< between forms
  rest_of_form,  ///< a form has begun and is not complete
};

/// Delivers source text in pieces. Used by one Reader, on its thread.
class CharSource {
 public:
  struct Chunk {
    SourceState state;
    std::string_view bytes = {};  ///< valid until the next call of read
    std::string error = {};       ///< for a person, when failed
  };

  virtual ~CharSource() = default;

  /// Makes the source known, once, before the first read; answers its id. What is read from one
  /// that is added as a stream is appended to the SourceMap by the reader.
  virtual u32 attach(SourceMap& sources) = 0;

  /// May block, or answer `pending`.
  virtual Chunk read(Need need) = 0;
};

/// A text in memory: one chunk.
class TextSource : public CharSource {
 public:
  enum class Keep : u8 {
    file,     ///< the text stays known to the SourceMap
    snippet,  ///< it is forgotten after many others
  };
  TextSource(std::string name, std::string text, Keep keep);

  /// Another text in its place; its reader is to be restarted.
  void set(std::string_view name, std::string_view text);

  u32 attach(SourceMap& sources) override;
  Chunk read(Need need) override;

 private:
  std::string name_;
  std::shared_ptr<const std::string> text_;
  Keep keep_;
  bool delivered_ = false;
};

/// A stream that is fed by its owner: for a REPL, a socket, tests. Answers `pending` until more
/// is fed or it is closed.
class FedSource : public CharSource {
 public:
  explicit FedSource(std::string name) : name_(std::move(name)) {}

  void feed(std::string_view bytes) { waiting_ += bytes; }
  void close() { closed_ = true; }

  u32 attach(SourceMap& sources) override;
  Chunk read(Need need) override;

 private:
  std::string name_;
  std::string waiting_;
  std::string current_;
  bool closed_ = false;
};

/// A file descriptor, read as bytes arrive. Blocks when the descriptor does; answers `pending`
/// when it is non-blocking and has nothing.
class FdSource : public CharSource {
 public:
  enum class Close : bool { no, yes };
  FdSource(std::string name, int fd, Close close);
  ~FdSource() override;
  FdSource(const FdSource&) = delete;
  FdSource& operator=(const FdSource&) = delete;

  u32 attach(SourceMap& sources) override;
  Chunk read(Need need) override;

 private:
  static constexpr size_t buffer_bytes = size_t{1} << 16;

  std::string name_;
  int fd_;
  Close close_;
  std::unique_ptr<char[]> buffer_;
};

/// Opens a file: one of moderate size is read whole and stays known to the SourceMap; a larger
/// one, a pipe or a device is read as a stream. Fails with a message for a person ("cannot open
/// x.lt: No such file or directory").
base::Result<std::unique_ptr<CharSource>, std::string> open_source(const std::string& path);

}  // namespace lithe::syntax
