// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "base/watcher.hpp"

// The face of the plugin: a table of plain functions, found by one name. Everything else in
// src/edit/ is private to it. It knows terminals and nothing of the language but how its words
// are separated.
//
// An Editor belongs to one thread from open() to close(): the locale that libedit needs is set for
// that thread alone.

namespace lithe::edit {

struct Settings {
  int wake_up = -1;          ///< descriptor that becomes readable when the watcher is to be asked
  std::string history_path;  ///< empty: nothing is kept from run to run
};

/// Names, sorted.
using Names = std::vector<std::string>;

/// What a line is asked for with.
struct Question {
  bool edited = true;  ///< else a line as the terminal gives it, by its own means
  std::string_view prompt = {};
  u32 indent = 0;                           ///< spaces that stand in the line already
  std::shared_ptr<const Names> names = {};  ///< for completion
};

enum class Outcome : u8 {
  line,
  end,      ///< Ctrl-D on an empty line, or the terminal is gone
  dropped,  ///< the watcher wanted it to stop
};

struct Editor;  ///< opaque

struct Plugin {
  /// For the terminal on descriptors 0 and 1. Null: there is no way to edit on it.
  Editor* (*open)(const Settings& settings);
  /// Waits for a line, which comes without its newline and is valid UTF-8 if it was edited. The
  /// terminal is as it was when this returns.
  Outcome (*read)(Editor* editor, const Question& question, base::Watcher& watcher,
                  std::string& line);
  void (*close)(Editor* editor);
};

constexpr const char* plugin_symbol = "lithe_edit_plugin";

}  // namespace lithe::edit

extern "C" [[gnu::visibility("default")]] const lithe::edit::Plugin* lithe_edit_plugin();
