// SPDX-License-Identifier: Apache-2.0

#include "runtime/edited_input.hpp"

#include <dlfcn.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <utility>

#include "base/plugin_path.hpp"
#include "io/descriptor.hpp"
#include "runtime/runtime.hpp"
#include "sched/quiet_thread.hpp"
#include "syntax/formatter.hpp"

namespace lithe::runtime {

namespace {

constexpr const char* file_name = "liblithe-edit.so";

/// Beside the program, where the command has its plugins, else where the system looks for
/// libraries.
const edit::Plugin* load_plugin(std::string& why_not) {
  std::string path = base::find_plugin(file_name);
  if (path.empty()) path = file_name;
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = library ? dlsym(library, edit::plugin_symbol) : nullptr;
  if (symbol) return reinterpret_cast<const edit::Plugin* (*)()>(symbol)();
  why_not = std::string("the plugin ") + file_name + " cannot be loaded";
  return nullptr;
}

/// Where lines are kept from run to run; empty: nobody knows.
std::string history_path() {
  const char* state = io::environment("XDG_STATE_HOME");
  if (state && state[0] == '/') return std::string(state) + "/lithe/history";
  const char* home = io::environment("HOME");
  if (home && home[0] == '/') return std::string(home) + "/.local/state/lithe/history";
  return {};
}

}  // namespace

/// Between the two threads. A line that was given up may have come all the same; then it is lost,
/// as what is typed when Ctrl-C comes always is.
struct EditedInput::Shared final : base::Watcher {
  struct Asked {
    u64 number;
    edit::Question question;
    std::string prompt;
  };

  Shared() : wake_up(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  /// Asked by the thread, about the line that it reads.
  bool is_over() override {
    std::lock_guard lock(mutex);
    return closing || given_up == reading;
  }

  void wake() {
    u64 one = 1;
    (void)!write(wake_up.number, &one, sizeof one);
  }

  io::Descriptor wake_up;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Asked> asked;
  u64 reading = 0;  ///< number of the question that the thread is at; 0: none
  u64 given_up = ~u64{0};
  bool closing = false;
  u64 last_number = 0;                            ///< the runtime's thread
  std::vector<std::pair<u64, Request*>> waiting;  ///< the runtime's thread
};

class EditedInput::Request final : public io::Operation {
 public:
  Request(EditedInput& input, What what, io::LineDone done, void* context)
      : input_(input),
        shared_(input.shared_),
        what_(what),
        done_(done),
        context_(context),
        number_(++shared_->last_number) {
    shared_->waiting.emplace_back(number_, this);
    input_.runtime_.scheduler().expect_outside();
  }
  ~Request() {
    std::erase_if(shared_->waiting, [this](auto& each) { return each.second == this; });
    input_.runtime_.scheduler().expect_no_more();
  }

  void begin(uv_loop_s&) override {}
  void run_now() override {}
  void drop() override { delete this; }
  void cancel() override {
    {
      std::lock_guard lock(shared_->mutex);
      std::erase_if(shared_->asked, [this](auto& each) { return each.number == number_; });
      shared_->given_up = number_;
    }
    shared_->wake();
    delete this;
  }

  u64 number() const { return number_; }

  /// The completion.
  void finish(edit::Outcome outcome, std::string line) {
    auto [call, context] = std::pair(done_, context_);
    bool is_line = outcome == edit::Outcome::line;
    if (is_line) input_.note_line(what_, line);
    delete this;
    std::optional<std::string> given;
    if (is_line) given = std::move(line);
    call(context, io::Line(std::move(given)));
  }

 private:
  EditedInput& input_;
  std::shared_ptr<Shared> shared_;
  What what_;
  io::LineDone done_;
  void* context_;
  u64 number_;
};

std::unique_ptr<EditedInput> EditedInput::open(Runtime& runtime, std::string& why_not) {
  const edit::Plugin* plugin = load_plugin(why_not);
  if (!plugin) return nullptr;
  auto made = std::unique_ptr<EditedInput>(new EditedInput(runtime, *plugin));
  return made->start(why_not) ? std::move(made) : nullptr;
}

EditedInput::EditedInput(Runtime& runtime, const edit::Plugin& plugin)
    : runtime_(runtime), plugin_(plugin), shared_(std::make_shared<Shared>()) {}

EditedInput::~EditedInput() {
  stop();
  while (!shared_->waiting.empty()) shared_->waiting.back().second->cancel();
}

void EditedInput::stop() {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->closing = true;
  }
  shared_->changed.notify_one();
  shared_->wake();
  if (thread_.joinable()) thread_.join();
}

bool EditedInput::start(std::string& why_not) {
  auto opened = std::make_shared<std::promise<bool>>();
  std::future<bool> is_open = opened->get_future();
  auto body = [shared = shared_, inbox = runtime_.inbox(), &plugin = plugin_, opened] {
    edit::Editor* editor = plugin.open({shared->wake_up.number, history_path()});
    opened->set_value(editor != nullptr);
    if (!editor) return;
    std::unique_lock lock(shared->mutex);
    for (;;) {
      shared->changed.wait(lock, [&] { return shared->closing || !shared->asked.empty(); });
      if (shared->closing) break;
      Shared::Asked next = std::move(shared->asked.front());
      shared->asked.pop_front();
      shared->reading = next.number;
      lock.unlock();
      next.question.prompt = next.prompt;
      std::string line;
      edit::Outcome outcome = plugin.read(editor, next.question, *shared, line);
      if (outcome != edit::Outcome::dropped) {
        inbox->post([shared, number = next.number, outcome, line = std::move(line)](Runtime&) {
          for (auto [asked, request] : shared->waiting) {
            if (asked == number) return request->finish(outcome, line);
          }
        });
      }
      lock.lock();
    }
    lock.unlock();
    plugin.close(editor);
  };
  thread_ = sched::start_quiet_thread(std::move(body));
  if (thread_.joinable() && is_open.get()) return true;
  why_not =
      thread_.joinable() ? "the terminal cannot move its cursor" : "there is no thread for it";
  return false;
}

io::Operation* EditedInput::read(What what, std::string_view prompt, io::LineDone done,
                                 void* context) {
  runtime_.flush_all();  // the prompt comes behind what was printed
  auto* request = new Request(*this, what, done, context);
  Shared::Asked asked{request->number(), question(what), std::string(prompt)};
  {
    std::lock_guard lock(shared_->mutex);
    shared_->asked.push_back(std::move(asked));
  }
  shared_->changed.notify_one();
  return request;
}

edit::Question EditedInput::question(What what) {
  edit::Question made;
  made.edited = what != What::plain;
  if (!made.edited) return made;
  if (what == What::form) {
    typed_.clear();
  } else {
    made.indent = syntax::indent_of_next_line(typed_);
  }
  made.names = std::make_shared<const edit::Names>(runtime_.names_with_prefix({}));
  return made;
}

void EditedInput::note_line(What what, const std::string& line) {
  constexpr std::size_t most_typed = 64 * 1024;  // what is longer was not typed by hand
  if (what == What::plain) return;
  if (typed_.size() + line.size() < most_typed) typed_ += line + "\n";
}

}  // namespace lithe::runtime
