// SPDX-License-Identifier: Apache-2.0
#include "text/expression.hpp"

#include <re2/re2.h>

#include <atomic>
#include <list>
#include <mutex>
#include <vector>

#include "base/utf8.hpp"

namespace lithe::text {

struct Expression {
  Expression(std::string_view pattern, const RE2::Options& options)
      : pattern(pattern), compiled(re2::StringPiece(pattern.data(), pattern.size()), options) {}

  std::string pattern;
  RE2 compiled;
  std::atomic<u32> references{1};
};

namespace {

/// What one expression may take in all, its tables for searching included.
constexpr i64 most_bytes_each = i64{4} << 20;

RE2::Options options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingUTF8);
  options.set_log_errors(false);
  options.set_max_mem(most_bytes_each);
  return options;
}

/// Those that were used last, for all runtimes: an expression knows nothing of who uses it.
class Kept {
 public:
  /// Null: it is not among them. Else a reference of the caller's own.
  Expression* take(std::string_view pattern) {
    std::lock_guard lock(mutex_);
    for (auto at = list_.begin(); at != list_.end(); ++at) {
      if ((*at)->pattern != pattern) continue;
      list_.splice(list_.begin(), list_, at);
      list_.front()->references.fetch_add(1, std::memory_order_relaxed);
      return list_.front();
    }
    return nullptr;
  }
  void keep(Expression* expression) {
    constexpr size_t most = 64;
    Expression* dropped = nullptr;
    {
      std::lock_guard lock(mutex_);
      expression->references.fetch_add(1, std::memory_order_relaxed);
      list_.push_front(expression);
      if (list_.size() > most) {
        dropped = list_.back();
        list_.pop_back();
      }
    }
    if (dropped != nullptr) release(dropped);
  }

 private:
  std::mutex mutex_;
  std::list<Expression*> list_;
};

// Never destroyed: other threads may still search when the program ends.
Kept& kept() {
  static auto& instance = *new Kept;
  return instance;
}

/// Whether \C is in a pattern, which matches a single byte: parts of a code point are no text.
bool wants_bytes(std::string_view pattern) {
  for (size_t at = 0; (at = pattern.find('\\', at)) != pattern.npos; at += 2) {
    std::string_view escape = pattern.substr(at, 2);
    if (escape == "\\C") return true;
    if (escape == "\\Q") {
      at = pattern.find("\\E", at);
      if (at == pattern.npos) return false;
    }
  }
  return false;
}

}  // namespace

Expression* compile(std::string_view pattern, PatternError& error) {
  if (Expression* known = kept().take(pattern)) return known;
  if (wants_bytes(pattern)) {
    error = {"it matches a part of a character: \\C", "\\C"};
    return nullptr;
  }
  auto* expression = new Expression(pattern, options());
  if (expression->compiled.ok()) {
    kept().keep(expression);
    return expression;
  }
  error = {expression->compiled.error(), expression->compiled.error_arg()};
  delete expression;
  return nullptr;
}

void release(Expression* expression) {
  if (expression->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete expression;
}

u32 groups(const Expression* expression) {
  return u32(expression->compiled.NumberOfCapturingGroups());
}

u32 size(const Expression* expression) {
  int steps = expression->compiled.ProgramSize() + expression->compiled.ReverseProgramSize();
  return steps > 0 ? u32(steps) : 1;
}

bool search(const Expression* expression, std::string_view text, size_t start,
            std::span<Place> places) {
  re2::StringPiece whole(text.data(), text.size());
  std::vector<re2::StringPiece> parts(places.size());
  for (;;) {
    if (!expression->compiled.Match(whole, start, text.size(), RE2::UNANCHORED, parts.data(),
                                    int(parts.size()))) {
      return false;
    }
    // What matches the empty text between two bytes of a code point, as \B does, is no match.
    start = size_t(parts[0].data() - text.data());
    if (start == text.size() || !base::utf8::is_continuation(text[start])) break;
    while (start < text.size() && base::utf8::is_continuation(text[start])) start++;
  }
  for (size_t i = 0; i < places.size(); i++) {
    places[i] = {};
    if (parts[i].data() == nullptr) continue;
    places[i].start = size_t(parts[i].data() - text.data());
    places[i].end = places[i].start + parts[i].size();
  }
  return true;
}

}  // namespace lithe::text
