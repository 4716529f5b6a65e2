// SPDX-License-Identifier: Apache-2.0
#include "builtins/regex_search.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/strings.hpp"
#include "sched/quiet_thread.hpp"

namespace lithe::builtins {

using text::Place;
using Wanted = RegexSearch::Wanted;

namespace {

constexpr u32 most_groups = 1000;
/// Of a pattern: compiling it takes time in proportion, a third of a second for these, and cannot
/// be interrupted. RE2 also writes to the error output when a pattern has a million parts.
constexpr size_t most_pattern_bytes = 200'000;
/// Steps that take about 50 ms at the most: expression's size times bytes.
constexpr u64 quick_steps = 10'000'000;
/// Searches that nobody waits for any more.
constexpr u32 most_given_up = 8;
std::atomic<u32> given_up{0};

/// A search by itself: it knows nothing of the process.
struct Task {
  const text::Plugin& plugin;
  const text::Expression* expression;
  std::string_view text;
  Wanted wanted;
  size_t places_each;
  size_t most_places;

  std::vector<Place> places = {};
  bool too_many = false;

  /// The matches one after the other, none within another; behind an empty one a code point is
  /// left out. So do Perl, Java and JavaScript. `stop` is asked behind each match.
  template <class Stop>
  void run(const Stop& stop) {
    std::vector<Place> match(places_each);
    size_t from = 0;
    while (from <= text.size() && plugin.search(expression, text, from, match)) {
      bool empty = match[0].start == match[0].end;
      from = match[0].end;
      if (empty) from += from < text.size() ? base::utf8::decode(text.substr(from)).size : 1;
      places.insert(places.end(), match.begin(), match.end());
      too_many = places.size() > most_places;
      if (wanted == Wanted::first || too_many || stop()) return;
    }
  }
};

/// A Task on a thread, with what it needs of its own. Who is done last frees it.
struct Apart {
  Apart(const Task& task, text::Expression* expression)
      : copy(task.text), task(task), expression(expression) {
    this->task.text = copy;
  }
  ~Apart() { task.plugin.release(expression); }

  std::string copy;
  Task task;
  text::Expression* expression;  ///< a reference
  std::atomic<bool> unwanted{false};
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
};

void run_on_thread(const std::shared_ptr<Apart>& apart) {
  apart->task.run([&] { return apart->unwanted.load(std::memory_order_relaxed); });
  std::lock_guard lock(apart->mutex);
  apart->done = true;
  if (apart->unwanted.load()) given_up.fetch_sub(1);
  apart->changed.notify_all();
}

/// False: the process is to end, and the error is set.
bool wait_for_it(NativeCall& call, Apart& apart) {
  constexpr std::chrono::milliseconds between_questions(5);
  std::unique_lock lock(apart.mutex);
  while (!apart.changed.wait_for(lock, between_questions, [&] { return apart.done; })) {
    if (!call.interrupted()) continue;
    apart.unwanted.store(true);
    given_up.fetch_add(1);
    return false;
  }
  return true;
}

}  // namespace

RegexSearch::~RegexSearch() {
  if (expression_) plugin_->release(expression_);
}

/// Each search is short, but there may be one for each byte, and each may go to the text's end.
template <class Task>
bool RegexSearch::run_here(Task& task) {
  bool stopped = false;
  task.run([&] { return stopped = call_.interrupted(); });
  places_ = std::move(task.places);
  if (task.too_many) call_.out_of_memory();
  return !task.too_many && !stopped;
}

bool RegexSearch::run(Wanted wanted, bool with_groups) {
  if (!expect_strings(call_)) return false;
  plugin_ = text_plugin(call_);
  if (!plugin_) return false;
  if (value::text(call_[1]).size() > most_pattern_bytes) {
    call_.fail(ErrorKind::value,
               fmt::format("argument 2, a regular expression, is longer than {} bytes",
                           most_pattern_bytes));
    return false;
  }
  text::PatternError error;
  expression_ = plugin_->compile(value::text(call_[1]), error);
  if (!expression_) return refuse(error);
  u32 groups = with_groups ? plugin_->groups(expression_) : 0;
  if (groups > most_groups) {
    call_.fail(ErrorKind::value, fmt::format("argument 2 has more than {} groups", most_groups));
    return false;
  }
  places_each_ = groups + 1;
  if (text().size() > quick_steps / plugin_->size(expression_)) return run_apart(wanted);
  constexpr u64 bytes_each = sizeof(Place) + 2 * sizeof(value::Cons);
  Task task{*plugin_, expression_, text(), wanted, places_each_, text_budget(call_) / bytes_each};
  return run_here(task);
}

bool RegexSearch::run_apart(Wanted wanted) {
  if (given_up.load() >= most_given_up) {
    call_.fail(ErrorKind::limit, "too many searches of processes that have ended are under way");
    return false;
  }
  if (!call_.heap().has_room(text().size())) {
    call_.out_of_memory();
    return false;
  }
  constexpr u64 bytes_each = sizeof(Place) + 2 * sizeof(value::Cons);
  Task task{*plugin_, expression_, text(), wanted, places_each_, text_budget(call_) / bytes_each};
  auto apart = std::make_shared<Apart>(task, std::exchange(expression_, nullptr));
  std::thread thread = sched::start_quiet_thread([apart] { run_on_thread(apart); });
  if (thread.joinable()) {
    thread.detach();
    if (!wait_for_it(call_, *apart)) return false;
  } else {
    return run_here(apart->task);  // no thread to be had
  }
  places_ = std::move(apart->task.places);
  if (apart->task.too_many) call_.out_of_memory();
  return !apart->task.too_many;
}

bool RegexSearch::refuse(const text::PatternError& error) {
  constexpr size_t longest_message = 100;
  std::string_view pattern = value::text(call_[1]);
  std::string_view message = std::string_view(error.message)
                                 .substr(0, base::utf8::offset_of(error.message, longest_message));
  std::string place;
  // What has no part is a \ at the end, or the whole.
  size_t at = error.part.empty() ? pattern.size() - 1 : pattern.find(error.part);
  if (at < pattern.size() && (!error.part.empty() || pattern.ends_with('\\'))) {
    place = fmt::format(", at index {}", base::utf8::count(pattern.substr(0, at)));
  }
  call_.fail(ErrorKind::value,
             fmt::format("argument 2 is no regular expression: {}{}", message, place));
  return false;
}

}  // namespace lithe::builtins
