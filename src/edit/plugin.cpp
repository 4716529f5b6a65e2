// SPDX-License-Identifier: Apache-2.0
#include "edit/plugin.hpp"

#include "edit/editor.hpp"

namespace lithe::edit {

namespace {

Outcome read(Editor* editor, const Question& question, base::Watcher& watcher, std::string& line) {
  return editor->read(question, watcher, line);
}

void close(Editor* editor) { delete editor; }

constexpr Plugin plugin{Editor::open, read, close};

}  // namespace

}  // namespace lithe::edit

const lithe::edit::Plugin* lithe_edit_plugin() { return &lithe::edit::plugin; }
