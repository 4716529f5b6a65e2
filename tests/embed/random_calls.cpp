// SPDX-License-Identifier: Apache-2.0
// Random sequences of API calls, wrong ones among them, from outside, from host functions, from
// sinks and sources, and from other threads: every call comes to something defined, and a runtime
// that has not ended still computes. LITHE_STRESS=N multiplies the number of sequences.
//
//     embed_random_calls [SEED]              all sequences, or the one of a seed
//     embed_random_calls --seconds N [SEED]  for so long, from a seed on

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>

#include "checking.hpp"

using lithe::Completion;
using lithe::Effect;
using lithe::Error;
using lithe::Result;
using lithe::Value;
using std::chrono::milliseconds;

namespace {

constexpr int calls_in_a_sequence = 50;
constexpr int most_runtimes = 3;
constexpr int deepest_host_call = 5;

class Sequence {
 public:
  explicit Sequence(unsigned seed) : seed_(seed), random_(seed) { add_runtime(); }

  void run() {
    for (int i = 0; i < calls_in_a_sequence; i++) {
      trail_.clear();
      act();
    }
    depth_ = deepest_host_call;  // processes that still call poke do nothing by it
    for (auto& runtime : runtimes_) {
      look_at(runtime->end_processes());
      lithe::Evaluation sum = runtime->eval("(+ 1 2)");
      bool exited = sum.failure.message == "the program has ended";
      note(sum.ok ? sum.printed == "3" : exited, "(+ 1 2) gave " + sum.printed + sum.error);
    }
  }

 private:
  int draw(int below) { return int(random_() % unsigned(below)); }

  void note(bool good, const std::string& what) {
    std::string all = "seed " + std::to_string(seed_) + ", after" + trail_ + ": " + what;
    checking::note(good, __FILE__, __LINE__, all);
  }

  /// An error is of a known kind and says something.
  template <class T>
  void look_at(const T& result) {
    if (result) return;
    const Error& error = error_of(result);
    static const char* known[] = {
        "type",    "arity",       "unbound",  "value",         "read-error", "host-error",
        "convert", "re-entry",    "stalled",  "wrong-thread",  "ended",      "timeout",
        "odd",     "interrupted", "uncaught", "error",         "time-limit", "out-of-memory",
        "limit",   "refused",     "io",       "include-error", "index"};
    bool is_known = std::find(std::begin(known), std::end(known), error.kind) != std::end(known);
    note(is_known && !error.message.empty(), ":" + error.kind + " " + error.message);
  }
  static const Error& error_of(const lithe::Evaluation& result) { return result.failure; }
  template <class T>
  static const Error& error_of(const Result<T>& result) {
    return result.error();
  }

  lithe::Runtime& any_runtime() { return *runtimes_[std::size_t(draw(int(runtimes_.size())))]; }

  void add_runtime() {
    lithe::Options options;
    options.jit = draw(8) == 0 ? lithe::Jit::eager : lithe::Jit::off;
    if (draw(4) == 0) options.max_time = milliseconds(50);
    if (draw(4) == 0) options.max_memory_bytes = 32 << 20;
    if (draw(4) == 0) options.max_processes = 6;
    if (draw(3) == 0) options.refused = lithe::all_capabilities();
    options.sink = [this](lithe::Handle, std::string_view) { from_a_callback(); };
    options.read_line = [this]() -> std::optional<std::string> {
      from_a_callback();
      if (draw(3) == 0) return std::nullopt;
      return "(+ 1 2)";
    };
    options.open_include = [this](std::string_view path) -> Result<std::string> {
      from_a_callback();
      if (draw(2) == 0) return Error{"io", "no " + std::string(path)};
      return std::string("(def included 1)");
    };
    runtimes_.push_back(std::make_unique<lithe::Runtime>(std::move(options)));
    define_functions(*runtimes_.back());
  }

  /// Sinks and sources ask for everything, too, and throw.
  void from_a_callback() {
    if (depth_ >= deepest_host_call) return;
    depth_++;
    if (draw(3) == 0) act();
    depth_--;
    if (draw(8) == 0) throw std::runtime_error("thrown by a callback");
  }

  void define_functions(lithe::Runtime& runtime) {
    // Without limits these would call each other for ever.
    look_at(runtime.define("poke", {}, [this]() -> Result<Value> {
      if (depth_ >= deepest_host_call) return Value::nil();
      depth_++;
      act();
      depth_--;
      if (draw(6) == 0) throw std::runtime_error("thrown");
      if (draw(6) == 0) return Error{"odd", "returned"};
      return some_value();
    }));
    look_at(runtime.define("sum", {.effect = Effect::pure}, [](int a, int b) { return a + b; }));
    look_at(runtime.define_async("ask", {.arity = {0, 2}},
                                 [this](std::span<const Value>, Completion completion) {
                                   switch (draw(4)) {
                                     case 0:
                                       completion.complete(some_value());
                                       break;
                                     case 1:
                                       break;
                                     default:
                                       if (patient_) completions_.push_back(std::move(completion));
                                   }
                                 }));
  }

  Value some_value() {
    switch (draw(9)) {
      case 8:
        return Value::buffer(std::span<const double>(std::vector<double>{1, 2.5}));
      case 0:
        return Value::nil();
      case 1:
        return Value::integer(std::int64_t(random_()) << draw(32));
      case 2:
        return Value::string("text");
      case 3:
        return Value::list({some_value(), some_value()});
      case 4:
        return pids_.empty() ? Value::number(0.5) : Value::pid(some_pid());
      case 5:
        return Value::other("nothing that can be given");
      case 6:
        return Value::big_integer("123456789012345678901234567890");
      default:
        return Value::vector({Value::keyword("k"), some_value()});
    }
  }

  lithe::Pid some_pid() {
    return pids_.empty() ? lithe::Pid{} : pids_[std::size_t(draw(int(pids_.size())))];
  }

  void evaluate() {
    static const char* texts[] = {
        "(+ 1 2)",
        "(poke)",
        "(list (poke) (sum 1 2))",
        "(try (poke) (catch e e))",
        "(def f (x) (if (and (integer? x) (< 0 x 40)) (f (- x 1)) (poke))) (f 30)",
        "(head ())",
        "(recv 0)",
        "(spawn (fun () (ask)))",
        "(spawn (fun () (poke)))",
        "(begin (spawn (fun () (timer/sleep 1))) (timer/sleep 0))",
        "(sum 1)",
        "(",
        "undefined-name",
        "(each (fun (p) (unless (== p (self)) (kill p))) (processes))",
        "(def poke () :own)",
        "(throw :anything)",
        "(map/create)",
        "(read-line)",
        "(include \"some.lt\")",
        "(fs/exists? \"/\")",
        "(exit (self) :bye)",
        "(send-after 1 (self) :late)",
        "(buffer/of :f32 (list 1 2))",
        "(say (poke))",
        "(spawn-link (fun () (head ())))",
        "(let loop ((i 0)) (if (< i 100_000) (loop (+ i 1)) i))",
    };
    look_at(any_runtime().eval(texts[draw(int(std::size(texts)))]));
  }

  /// What waits until nothing can come any more: an answer still could, so none is owed.
  template <class Wait>
  void wait_to_the_end(const Wait& wait) {
    bool before = std::exchange(patient_, false);
    completions_.clear();
    wait();
    patient_ = before;
  }

  void call() {
    static const char* names[] = {"poke", "sum", "list", "head", "f", "no-such", "say", "+"};
    std::vector<Value> arguments;
    for (int i = draw(4); i > 0; i--) arguments.push_back(some_value());
    look_at(any_runtime().call_values(names[draw(int(std::size(names)))], arguments));
  }

  void spawn() {
    bool text = draw(2) == 0;
    lithe::Runtime& runtime = any_runtime();
    Result<lithe::Pid> pid = text ? runtime.spawn_text("(recv)") : runtime.spawn("poke");
    look_at(pid);
    if (pid) pids_.push_back(*pid);
  }

  void open_or_close() {
    if (!mailboxes_.empty() && draw(2) == 0) {
      mailboxes_.erase(mailboxes_.begin() + draw(int(mailboxes_.size())));
      return;
    }
    Result<lithe::Mailbox> made = any_runtime().make_mailbox(draw(3) == 0 ? "named" : "");
    look_at(made);
    if (!made) return;
    pids_.push_back(made->pid());
    mailboxes_.push_back(std::move(*made));
  }

  void receive() {
    if (mailboxes_.empty()) return;
    // A host function that receives here may close it meanwhile: it is taken out.
    std::size_t i = std::size_t(draw(int(mailboxes_.size())));
    lithe::Mailbox mailbox = std::move(mailboxes_[i]);
    mailboxes_.erase(mailboxes_.begin() + std::ptrdiff_t(i));
    look_at(mailbox.receive(milliseconds(0)));
    mailboxes_.push_back(std::move(mailbox));
  }

  void answer() {
    if (completions_.empty()) return;
    std::size_t i = std::size_t(draw(int(completions_.size())));
    Completion completion = completions_[i];
    if (draw(2) == 0) completions_.erase(completions_.begin() + std::ptrdiff_t(i));
    bool first =
        draw(2) == 0 ? completion.complete(some_value()) : completion.fail({"odd", "failed"});
    note(!(first && completion.complete(Value::nil())), "answered twice");
  }

  void start_or_end() {
    if (depth_ > 0) return;  // a runtime must not be destroyed from inside
    if (runtimes_.size() < most_runtimes && draw(2) == 0) return add_runtime();
    if (runtimes_.size() > 1) runtimes_.erase(runtimes_.begin() + draw(int(runtimes_.size())));
  }

  void from_a_thread() {
    if (threaded_) return;
    threaded_ = true;
    std::thread([this] { act(); }).join();
    threaded_ = false;
  }

  void program() {
    switch (draw(10)) {
      case 4:
        look_at(any_runtime().end_processes());
        break;
      case 5:
        any_runtime().names_with_prefix("s");
        break;
      case 6: {
        std::string out;
        any_runtime().dump("bytecode", "f", out);
        break;
      }
      case 7:
        look_at(any_runtime().define("", {}, [] { return 1; }));
        look_at(any_runtime().define("poke", {.arity = {3, 1}},
                                     [](std::span<const Value>) { return Value::nil(); }));
        break;
      case 8:
        if (draw(8) == 0) any_runtime().stop(3);
        break;
      case 0:
        wait_to_the_end([this] { any_runtime().run_text("(poke) (say 1)", "text"); });
        break;
      case 1:
        look_at(any_runtime().eval("(sys/exit 3)"));
        break;
      case 2:
        any_runtime().interrupt();
        break;
      case 3:
        wait_to_the_end([this] { look_at(any_runtime().eval("(recv)")); });
        break;
      default:
        look_at(any_runtime().run_for(milliseconds(0)));
    }
  }

  void act() {
    struct Action {
      const char* name;
      void (Sequence::*run)();
    };
    static constexpr Action actions[] = {
        {"evaluate", &Sequence::evaluate},
        {"evaluate", &Sequence::evaluate},
        {"call", &Sequence::call},
        {"call", &Sequence::call},
        {"spawn", &Sequence::spawn},
        {"mailbox", &Sequence::open_or_close},
        {"receive", &Sequence::receive},
        {"answer", &Sequence::answer},
        {"send", &Sequence::send},
        {"start", &Sequence::start_or_end},
        {"thread", &Sequence::from_a_thread},
        {"program", &Sequence::program},
    };
    const Action& action = actions[draw(int(std::size(actions)))];
    trail_ += std::string(" ") + action.name;
    (this->*action.run)();
  }

  void send() { look_at(any_runtime().send(some_pid(), some_value())); }

  unsigned seed_;
  std::mt19937 random_;
  std::string trail_;
  int depth_ = 0;
  bool threaded_ = false;
  bool patient_ = true;  ///< a call of `ask` may stay unanswered
  std::vector<lithe::Pid> pids_;
  std::vector<Completion> completions_;
  std::vector<std::unique_ptr<lithe::Runtime>> runtimes_;
  std::vector<lithe::Mailbox> mailboxes_;
};

}  // namespace

int main(int count, char** values) {
  if (count > 2 && std::strcmp(values[1], "--seconds") == 0) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(values[2]));
    unsigned first = count > 3 ? unsigned(std::strtoul(values[3], nullptr, 10)) : 1;
    unsigned seed = first;
    for (; std::chrono::steady_clock::now() < end && checking::failures == 0; seed++) {
      Sequence(seed).run();
    }
    std::printf("%u sequences of %d calls, from seed %u on\n", seed - first, calls_in_a_sequence,
                first);
    return checking::report("random_calls");
  }
  if (count > 1) {
    Sequence(unsigned(std::strtoul(values[1], nullptr, 10))).run();
    return checking::report("random_calls");
  }
  const char* factor = std::getenv("LITHE_STRESS");
  unsigned sequences = 300 * (factor ? unsigned(std::strtoul(factor, nullptr, 10)) : 1);
  for (unsigned seed = 1; seed <= sequences && checking::failures == 0; seed++) {
    Sequence(seed).run();
  }
  std::printf("%u sequences of %d calls\n", sequences, calls_in_a_sequence);
  return checking::report("random_calls");
}
