// SPDX-License-Identifier: Apache-2.0
#include "value/print.hpp"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/literal_text.hpp"
#include "base/utf8.hpp"
#include "value/number.hpp"
#include "value/off_heap.hpp"
#include "value/order.hpp"
#include "value/table_view.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"

namespace lithe::value {

namespace {

/// Elements of a buffer that are shown.
constexpr u64 shown_elements = 32;

std::string_view element_name(ElementType type) {
  constexpr std::string_view names[] = {"u8", "i32", "i64", "f32", "f64"};
  return names[u32(type)];
}

/// The shortest text for an f32 is that of the float, not of the double that it widens to;
/// the language has doubles only, so a buffer shows what buffer/get gives.
void append_element(const OffHeap* data, u64 i, std::string& out) {
  const char* at = data->data() + i * element_bytes(data->type);
  switch (data->type) {
    case ElementType::u8_:
      out += std::to_string(*reinterpret_cast<const u8*>(at));
      return;
    case ElementType::i32_:
      out += std::to_string(*reinterpret_cast<const i32*>(at));
      return;
    case ElementType::i64_:
      out += std::to_string(*reinterpret_cast<const i64*>(at));
      return;
    case ElementType::f32_:
      return base::append_float(*reinterpret_cast<const float*>(at), out);
    case ElementType::f64_:
      return base::append_float(*reinterpret_cast<const double*>(at), out);
  }
  LITHE_UNREACHABLE();
}

class Printer {
 public:
  Printer(const base::NameTable& names, FunctionNamer* namer, std::string& out,
          const PrintOptions& options)
      : names_(names),
        namer_(namer),
        out_(out),
        start_(out.size()),
        max_bytes_(options.max_bytes),
        steps_(options.watcher) {}

  void run(Value v) {
    node(v);
    while (!open_.empty()) {
      if (out_.size() - start_ > max_bytes_ || steps_.is_over()) return cut();
      advance();
    }
    if (out_.size() - start_ > max_bytes_) cut();
  }

 private:
  using Pairs = std::vector<std::pair<Value, Value>>;
  /// A sequence that is being printed.
  struct Open {
    Value v;
    u32 next;
    bool list;
    std::unique_ptr<Pairs> pairs;        ///< of a table: its entries in order
    std::unique_ptr<WordCursor> cursor;  ///< of a vector, map or set
  };

  /// Ends the text at the bound, between two characters.
  void cut() {
    u64 end = start_ + std::min<u64>(max_bytes_, out_.size() - start_);
    while (end > start_ && end < out_.size() && base::utf8::is_continuation(out_[end])) --end;
    out_.resize(end);
    out_ += "…";
  }

  /// One element further in the innermost open sequence.
  void advance() {
    Open& open = open_.back();
    if (open.list) return advance_list(open);
    Value next;
    if (open.pairs ? !next_of_table(open, next) : !open.cursor->next(next)) {
      Kind kind = open.v.as_object()->kind();
      bool call = kind == Kind::set || kind == Kind::record;
      out_ += kind == Kind::vector ? "]" : kind == Kind::map ? "}" : call ? ")" : "}›";
      if (open.pairs) open_tables_.erase(open.v.bits());
      open_.pop_back();
      return;
    }
    if (open.next++ > 0) out_ += ' ';
    node(next);
  }

  static bool next_of_table(const Open& open, Value& out) {
    if (open.next == open.pairs->size() * 2) return false;
    auto& pair = (*open.pairs)[open.next / 2];
    out = open.next % 2 == 0 ? pair.first : pair.second;
    return true;
  }

  void advance_list(Open& open) {
    if (open.v.is_empty_list()) {
      out_ += ')';
      open_.pop_back();
      return;
    }
    if (open.next++ > 0) out_ += ' ';
    Value element = open.v;
    if (element.is_cons()) {
      open.v = element.as_cons()->tail;
      return node(element.as_cons()->head);
    }
    // No list function makes an improper tail, but it is printed all the same.
    open.v = Value::empty_list();
    out_ += ". ";
    node(element);
  }

  void node(Value v) {
    if (v.is_object()) return object(v);
    if (v.is_cons()) {
      out_ += '(';
      open_.push_back({v, 0, true, nullptr, nullptr});
      return;
    }
    if (v.is_integer() || v.is_float()) return print_number(v, out_);
    immediate(v);
  }

  void immediate(Value v) {
    if (v.is_sub(Value::Sub::symbol)) {
      out_ += names_.text(v.name());
    } else if (v.is_keyword()) {
      out_ += ':';
      out_ += names_.text(v.name());
    } else if (v.is_sub(Value::Sub::gensym)) {
      opaque("gensym", v.payload());
    } else if (v.is_builtin()) {
      function(namer_ == nullptr ? std::string_view() : namer_->builtin_name(v.name()));
    } else if (v.is_pid()) {
      pid(v);
    } else {
      special(v);
    }
  }

  /// The number of a slot says enough while one process alone has had it.
  void pid(Value v) {
    out_ += "#‹pid " + std::to_string(v.pid_slot());
    if (v.pid_generation() > 1) out_ += "." + std::to_string(v.pid_generation());
    out_ += "›";
  }

  void special(Value v) {
    if (v.is_nil()) {
      out_ += "nil";
    } else if (v.is_boolean()) {
      out_ += v.truthy() ? "true" : "false";
    } else if (v.is_empty_list()) {
      out_ += "()";
    } else {
      opaque("internal", v.payload());
    }
  }

  void object(Value v) {
    const Object* o = v.as_object();
    switch (o->kind()) {
      case Kind::bigint:
        return print_number(v, out_);
      case Kind::string:
      case Kind::long_string:
        return base::append_string_literal(text(o), out_);
      case Kind::vector:
        return open("[", v);
      case Kind::map:
        return open("{", v);
      case Kind::set:
        // What is in front of the first element counts as printed: a space follows.
        return open("(set/of", v, 1);
      case Kind::table:
        return table(v);
      case Kind::buffer:
        return buffer(o);
      case Kind::closure:
        return function(namer_ == nullptr ? std::string_view() : namer_->closure_name(o));
      case Kind::error:
        return error(o);
      case Kind::ref:
        return opaque("ref", o->words()[0]);
      case Kind::handle:
        return opaque("handle", o->words()[2]);
      case Kind::box:
      case Kind::table_slots:
      case Kind::node:
        return opaque("internal", u64(o->kind()));
      case Kind::record_type:
        out_ += "#‹record type ";
        out_ += text(o->get(0));
        out_ += "›";
        return;
      case Kind::record:
        return record(v);
    }
    LITHE_UNREACHABLE();
  }

  void open(std::string_view start, Value v, u32 printed = 0) {
    out_ += start;
    auto cursor = std::make_unique<WordCursor>(v.as_object());
    open_.push_back({v, printed, false, nullptr, std::move(cursor)});
  }

  /// As a call of its constructor.
  void record(Value v) {
    out_ += '(';
    open(type_name(v), v, 1);
    Value type;
    open_.back().cursor->next(type);
  }

  void table(Value v) {
    if (!open_tables_.insert(v.bits()).second) {
      out_ += "#‹cycle›";
      return;
    }
    auto pairs = std::make_unique<Pairs>();
    TableView view(v.as_object());
    for (u32 slot = 0; slot < view.capacity(); ++slot) {
      if (view.is_live(slot)) pairs->emplace_back(view.key(slot), view.value(slot));
    }
    std::sort(pairs->begin(), pairs->end(),
              [this](const auto& a, const auto& b) { return order(a.first, b.first, names_) < 0; });
    out_ += "#‹table {";
    open_.push_back({v, 0, false, std::move(pairs), nullptr});
  }

  void buffer(const Object* o) {
    const OffHeap* data = off_heap_of(o);
    out_ += "#‹buffer :";
    out_ += element_name(data->type);
    out_ += " [";
    for (u64 i = 0; i < std::min(data->length, shown_elements); ++i) {
      if (i > 0) out_ += ' ';
      append_element(data, i, out_);
    }
    if (data->length > shown_elements) {
      out_ += " … ";
      out_ += std::to_string(data->length - shown_elements);
      out_ += " more";
    }
    out_ += "]›";
  }

  void error(const Object* o) {
    out_ += "#‹error ";
    // Kind and message are a keyword and a string; anything else is shown by its type alone.
    Value kind = o->get(0);
    if (kind.is_pointer()) {
      out_ += type_name(kind);
    } else {
      node(kind);
    }
    Value message = o->get(1);
    if (is_string(message)) {
      out_ += ' ';
      base::append_string_literal(text(message), out_);
    }
    out_ += "›";
  }

  void function(std::string_view name) {
    out_ += "#‹function";
    if (!name.empty()) {
      out_ += ' ';
      out_ += name;
    }
    out_ += "›";
  }

  void opaque(std::string_view what, u64 number) {
    out_ += "#‹";
    out_ += what;
    out_ += ' ';
    out_ += std::to_string(number);
    out_ += "›";
  }

  const base::NameTable& names_;
  FunctionNamer* namer_;
  std::string& out_;
  u64 start_;
  u64 max_bytes_;
  base::WatchedSteps steps_;
  std::vector<Open> open_;
  absl::flat_hash_set<u64> open_tables_;
};

}  // namespace

void print(Value v, const base::NameTable& names, FunctionNamer* namer, std::string& out,
           PrintOptions options) {
  if (options.display && is_string(v)) {
    std::string_view raw = text(v);
    u64 end = std::min<u64>(raw.size(), options.max_bytes);
    while (end > 0 && end < raw.size() && base::utf8::is_continuation(raw[end])) --end;
    out += raw.substr(0, end);
    if (end < raw.size()) out += "…";
    return;
  }
  if (v.is_integer() || v.is_float()) return print_number(v, out);
  Printer(names, namer, out, options).run(v);
}

}  // namespace lithe::value
