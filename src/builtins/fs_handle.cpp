// SPDX-License-Identifier: Apache-2.0
// fs/: open files. A handle's OffHeap holds an OpenHandle; work under way retains it, so the file
// is closed when neither the process's heap nor any work refers to it.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "builtins/building.hpp"
#include "builtins/outside.hpp"
#include "builtins/strings.hpp"
#include "io/open_file.hpp"
#include "value/off_heap.hpp"

namespace lithe::builtins {

using io::Cancelled;
using io::OpenFile;
using io::Opening;
using value::OffHeap;

namespace {

constexpr u64 longest_line = u64{1} << 30;
/// What an open file may hold beside its heap object: bytes read ahead.
constexpr u64 counted_bytes = u64{1} << 16;

struct OpenHandle {
  std::string path;
  std::unique_ptr<OpenFile> file;
};

OpenHandle& handle_in(OffHeap* data) { return *reinterpret_cast<OpenHandle*>(data->data()); }

void end_handle(OffHeap* data) { std::destroy_at(&handle_in(data)); }

/// A reference to what a handle holds.
class Held {
 public:
  explicit Held(OffHeap* data) : data_(data) { data_->retain(); }
  Held(const Held& other) : Held(other.data_) {}
  Held& operator=(const Held&) = delete;
  ~Held() { data_->release(); }

  OpenFile& file() const { return *handle_in(data_).file; }

 private:
  OffHeap* data_;
};

bool expect_handle(NativeCall& call, OffHeap*& out) {
  if (!value::is_kind(call[0], value::Kind::handle)) {
    call.wrong_type(0, "a handle");
    return false;
  }
  out = value::off_heap_of(call[0].as_object());
  if (out->end == end_handle) return true;
  call.wrong_type(0, "a handle that this process has opened");
  return false;
}

Described describe(NativeCall& call, std::string_view verb, const std::string& path) {
  std::string_view name = primitives::table[call.primitive()].name;
  return {fmt::format("{}: cannot {} {}", name, verb, path), path};
}

bool expect_opening(NativeCall& call, Opening& out) {
  constexpr std::string_view names[] = {"read", "write", "append"};  // in the order of Opening
  out = Opening::read;
  if (!call.given(1)) return true;
  for (u32 i = 0; call[1].is_keyword() && i < std::size(names); i++) {
    if (call.heap().names().text(call[1].name()) != names[i]) continue;
    out = Opening(i);
    return true;
  }
  call.wrong_type(1, ":read, :write or :append");
  return false;
}

Value answer_handle(vm::Runtime& runtime, process::Process& process, const Described& described,
                    std::unique_ptr<OpenFile> file) {
  OffHeap* data = OffHeap::create_holder(sizeof(OpenHandle), counted_bytes, end_handle);
  if (data == nullptr) return fail_outside(process, described, "not enough memory");
  std::construct_at(&handle_in(data), described.path, std::move(file));
  Value made = process.heap.adopt_handle(data, runtime.next_ref());
  if (made != Value::error()) return made;
  process.heap.take_refused();
  return fail_outside(process, described, "not enough memory");
}

struct Nothing {};

}  // namespace

Value fs_open(NativeCall& call) {
  std::string_view path;
  Opening how;
  if (!expect_path(call, 0, path) || !expect_opening(call, how)) return Value::error();
  using File = std::unique_ptr<OpenFile>;
  Described described = describe(call, "open", std::string(path));
  auto run = [path = described.path, how](const Cancelled&) -> base::Result<File, io::Error> {
    io::Error error;
    File file = OpenFile::open(path, how, error);
    if (!file) return base::failure(std::move(error));
    return file;
  };
  auto answer = [&runtime = call.runtime](process::Process& process, const Described& described,
                                          File& file) {
    return answer_handle(runtime, process, described, std::move(file));
  };
  return wait_for<File>(call, std::move(described), run, answer);
}

Value fs_read_chunk(NativeCall& call) {
  OffHeap* handle;
  u64 most;
  if (!expect_handle(call, handle) || !call.expect_count(1, most)) return Value::error();
  if (most == 0) return call.wrong_type(1, "an integer above 0");
  auto run = [held = Held(handle), most](const Cancelled& cancelled) {
    return held.file().read_chunk(most, cancelled);
  };
  auto answer = [](process::Process& process, const Described& described, std::string& bytes) {
    return bytes.empty() ? Value::nil() : answer_bytes(process, described, bytes);
  };
  return wait_for<std::string>(call, describe(call, "read", handle_in(handle).path), run, answer);
}

Value fs_read_line(NativeCall& call) {
  OffHeap* handle;
  if (!expect_handle(call, handle)) return Value::error();
  using Line = std::optional<std::string>;
  auto run = [held = Held(handle)](const Cancelled& cancelled) {
    return held.file().read_line(longest_line, cancelled);
  };
  auto answer = [](process::Process& process, const Described& described, Line& line) {
    return line ? answer_string(process, described, *line) : Value::nil();
  };
  return wait_for<Line>(call, describe(call, "read", handle_in(handle).path), run, answer);
}

Value fs_write_chunk(NativeCall& call) {
  OffHeap* handle;
  std::string_view bytes;
  if (!expect_handle(call, handle) || !expect_bytes(call, 1, bytes)) return Value::error();
  if (!call.heap().has_room(bytes.size())) return call.out_of_memory();
  expect_handle(call, handle);
  expect_bytes(call, 1, bytes);
  auto run = [held = Held(handle), bytes = std::string(bytes)](
                 const Cancelled& cancelled) -> base::Result<Nothing, io::Error> {
    base::Result<void, io::Error> done = held.file().write(bytes, cancelled);
    if (!done) return base::failure(done.error());
    return Nothing{};
  };
  auto answer = [](process::Process&, const Described&, Nothing&) { return Value::nil(); };
  return wait_for<Nothing>(call, describe(call, "write", handle_in(handle).path), run, answer);
}

Value fs_close(NativeCall& call) {
  OffHeap* handle;
  if (!expect_handle(call, handle)) return Value::error();
  auto run = [held = Held(handle)](const Cancelled&) { return held.file().close(); };
  auto answer = [](process::Process&, const Described&, bool& open) {
    return Value::boolean(open);
  };
  return wait_for<bool>(call, describe(call, "close", handle_in(handle).path), run, answer);
}

}  // namespace lithe::builtins
