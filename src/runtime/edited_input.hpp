// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "edit/plugin.hpp"
#include "io/line_reader.hpp"

namespace lithe::runtime {

class Runtime;

/// Standard input of a dialogue on a terminal: lines of forms can be edited, all others come as
/// the terminal gives them. Stands in the place of the io::LineReader: lines go to many askers in
/// the order in which they ask, and processes run meanwhile.
///
/// A thread of its own waits for the keys, inside the plugin, and posts each line to the runtime's
/// inbox. Everything here belongs to the runtime's thread.
class EditedInput {
 public:
  enum class What : u8 {
    form,          ///< the line that begins a form
    rest_of_form,  ///< is begun where the formatter would begin it
    plain,         ///< for (read-line)
  };

  /// Null: `why_not` says why lines cannot be edited.
  static std::unique_ptr<EditedInput> open(Runtime& runtime, std::string& why_not);
  /// Cancels what is outstanding.
  ~EditedInput();
  EditedInput(const EditedInput&) = delete;
  EditedInput& operator=(const EditedInput&) = delete;

  /// The thread ends, and the terminal is as it was. What is asked for from then on, or has been
  /// and not come, never comes.
  void stop();
  bool stopped() const { return !thread_.joinable(); }

  /// As io::LineReader::read.
  io::Operation* read(What what, std::string_view prompt, io::LineDone done, void* context);

 private:
  class Request;
  struct Shared;

  EditedInput(Runtime& runtime, const edit::Plugin& plugin);
  bool start(std::string& why_not);
  edit::Question question(What what);
  void note_line(What what, const std::string& line);

  Runtime& runtime_;
  const edit::Plugin& plugin_;
  std::shared_ptr<Shared> shared_;  ///< with the thread, and with what it has posted
  std::thread thread_;
  std::string typed_;  ///< of the form that is being typed
};

}  // namespace lithe::runtime
