// SPDX-License-Identifier: Apache-2.0
// fs/: files and folders by their paths. Open files are in fs_handle.cpp.

#include <fmt/format.h>

#include <string>

#include "builtins/building.hpp"
#include "builtins/outside.hpp"
#include "builtins/strings.hpp"
#include "heap/map.hpp"
#include "io/files.hpp"

namespace lithe::builtins {

namespace {

constexpr u64 largest_file = u64{4} << 30;

using io::Cancelled;

/// "fs/write!: cannot write PATH", with PATH in both places.
Described describe(NativeCall& call, std::string_view verb, std::string path) {
  std::string_view name = primitives::table[call.primitive()].name;
  std::string what = fmt::format("{}: cannot {} {}", name, verb, path);
  return {std::move(what), std::move(path)};
}

/// The path that is argument i. False: the error is set.
bool take_path(NativeCall& call, u32 i, std::string& out) {
  std::string_view path;
  if (!expect_path(call, i, path)) return false;
  out = path;
  return true;
}

/// A copy of the bytes that are argument i. False: the error is set.
bool take_bytes(NativeCall& call, u32 i, std::string& out) {
  std::string_view bytes;
  if (!expect_bytes(call, i, bytes)) return false;
  if (!call.heap().has_room(bytes.size())) {
    call.out_of_memory();
    return false;
  }
  expect_bytes(call, i, bytes);
  out = bytes;
  return true;
}

/// Work that either succeeds or fails.
struct Nothing {};
base::Result<Nothing, io::Error> nothing_or(io::Done done) {
  if (!done) return base::failure(done.error());
  return Nothing{};
}
Value give_nil(process::Process&, const Described&, Nothing&) { return Value::nil(); }
Value give_truth(process::Process&, const Described&, bool& truth) { return Value::boolean(truth); }

Value write(NativeCall& call, io::Writing how, std::string_view verb) {
  std::string path, bytes;
  if (!take_path(call, 0, path) || !take_bytes(call, 1, bytes)) return Value::error();
  auto run = [path, bytes = std::move(bytes), how](const Cancelled& cancelled) {
    return nothing_or(io::write_file(path, bytes, how, cancelled));
  };
  return wait_for<Nothing>(call, describe(call, verb, path), run, give_nil);
}

/// A map of what is known about a file. May collect.
Value give_facts(vm::Runtime& runtime, process::Process& process, const io::Facts& facts) {
  heap::RootVector pairs(process.heap);
  auto add = [&](std::string_view key, Value v) {
    pairs.push_back(Value::keyword(runtime.names().intern(key)));
    pairs.push_back(v);
  };
  std::string_view type = facts.kind == io::Facts::Kind::file     ? "file"
                          : facts.kind == io::Facts::Kind::folder ? "folder"
                                                                  : "other";
  add("type", Value::keyword(runtime.names().intern(type)));
  add("size", process.heap.make_unsigned(facts.bytes));
  add("modified", Value::number(facts.modified_ms));
  add("mode", Value::integer(facts.mode));
  return heap::make_map(process.heap, pairs.span(), heap::Duplicates::refuse).map;
}

/// From one path to another.
Value transfer(NativeCall& call, std::string_view verb,
               io::Done (*function)(const std::string&, const std::string&, const Cancelled&)) {
  std::string from, to;
  if (!take_path(call, 0, from) || !take_path(call, 1, to)) return Value::error();
  Described described = describe(call, verb, from);
  described.what += " to " + to;
  auto run = [=](const Cancelled& cancelled) { return nothing_or(function(from, to, cancelled)); };
  return wait_for<Nothing>(call, std::move(described), run, give_nil);
}

}  // namespace

Value fs_read(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled& cancelled) {
    return io::read_file(path, largest_file, cancelled);
  };
  return wait_for<std::string>(call, describe(call, "read", path), run, answer_string);
}

Value fs_read_bytes(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled& cancelled) {
    return io::read_file(path, largest_file, cancelled);
  };
  return wait_for<std::string>(call, describe(call, "read", path), run, answer_bytes);
}

Value fs_write(NativeCall& call) { return write(call, io::Writing::replace, "write"); }
Value fs_append(NativeCall& call) { return write(call, io::Writing::append, "append to"); }

Value fs_exists(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled&) -> base::Result<bool, io::Error> { return io::exists(path); };
  return wait_for<bool>(call, describe(call, "look at", path), run, give_truth);
}

Value fs_delete(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  bool everything = call.given(1) && !call[1].is_nil();
  if (everything && call[1] != Value::keyword(call.runtime.names().intern("all"))) {
    return call.wrong_type(1, ":all");
  }
  auto run = [=](const Cancelled& cancelled) {
    return io::delete_path(path, everything, cancelled);
  };
  return wait_for<bool>(call, describe(call, "delete", path), run, give_truth);
}

Value fs_copy(NativeCall& call) { return transfer(call, "copy", io::copy_file); }
Value fs_move(NativeCall& call) { return transfer(call, "move", io::move_path); }

Value fs_mkdir(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled&) { return io::make_folder(path); };
  return wait_for<bool>(call, describe(call, "make the folder", path), run, give_truth);
}

Value fs_readdir(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled& cancelled) { return io::list_folder(path, cancelled); };
  return wait_for<std::vector<std::string>>(call, describe(call, "list", path), run,
                                            answer_strings);
}

Value fs_stat(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled&) { return io::facts_of(path); };
  auto answer = [&runtime = call.runtime](process::Process& process, const Described& described,
                                          io::Facts& facts) {
    Value map = give_facts(runtime, process, facts);
    return map == Value::error() ? fail_outside(process, described, "not enough memory") : map;
  };
  return wait_for<io::Facts>(call, describe(call, "look at", path), run, answer);
}

Value fs_resolve(NativeCall& call) {
  std::string path;
  if (!take_path(call, 0, path)) return Value::error();
  auto run = [path](const Cancelled&) { return io::resolve_path(path); };
  return wait_for<std::string>(call, describe(call, "resolve", path), run, answer_string);
}

Value fs_glob(NativeCall& call) {
  std::string pattern;
  if (!take_path(call, 0, pattern)) return Value::error();
  auto run = [pattern](const Cancelled& cancelled) { return io::find_paths(pattern, cancelled); };
  return wait_for<std::vector<std::string>>(call, describe(call, "look for", pattern), run,
                                            answer_strings);
}

Value fs_temp_dir(NativeCall& call) {
  auto run = [](const Cancelled&) { return io::make_temporary_folder(); };
  return wait_for<std::string>(call, {"fs/temp-dir: cannot make a folder", ""}, run, answer_string);
}

}  // namespace lithe::builtins
