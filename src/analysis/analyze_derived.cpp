// SPDX-License-Identifier: Apache-2.0
// Forms that are other forms: written as data, with names that the program cannot have, and
// analyzed.
#include "analysis/form_analyzer.hpp"
#include "syntax/diagnostic.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

namespace name = base::name;
using primitives::Primitive;
using syntax::Datum;
using syntax::Span;

namespace {

/// Makes data that stand at one place.
struct Writer {
  Writer(base::Arena& arena, const primitives::Names& builtins, Span span)
      : build(arena), builtins(builtins), span(span) {}

  /// A form or builtin, whatever the program calls by its name.
  const Datum* word(u64 id) { return build.symbol(id | Datum::builtin_bit, span); }
  const Datum* builtin(Primitive which) { return word(builtins.name_of(which)); }
  const Datum* local(u64 number) {
    return build.symbol(Datum::gensym_bit | (u64{1} << 61) | number, span);
  }
  const Datum* list(std::initializer_list<const Datum*> items) { return build.list(items, span); }

  syntax::DatumBuilder build;
  const primitives::Names& builtins;
  Span span;
};

}  // namespace

/// `and` and `or` as values: functions, written as data and analyzed.
Node* FormAnalyzer::analyze_and_or_value(u32 form, Span span) {
  Writer to(*arena_, builtins_, span);
  auto word = [&](u64 id) { return to.word(id); };
  auto list = [&](std::initializer_list<const Datum*> items) { return to.list(items); };
  const Datum* cons = to.builtin(Primitive::internal_is_cons);
  const Datum* xs = to.local(0);
  const Datum* go = to.local(1);
  const Datum* x = to.local(2);
  const Datum* rest = list({word(name::tail), xs});
  const Datum* again = list({go, rest});
  bool all = form == name::and_;
  // (fun (. xs) (let go ((xs xs)) (if (cons? xs) (let ((x (head xs))) (if (cons? (tail xs)) … x))
  // …)))
  const Datum* step =
      all ? list({word(name::if_), x, again, x}) : list({word(name::if_), x, x, again});
  const Datum* one = list({word(name::let), list({list({x, list({word(name::head), xs})})}),
                           list({word(name::if_), list({cons, rest}), step, x})});
  const Datum* none_given = all ? to.build.boolean(true, span) : to.build.nil(span);
  const Datum* body = list({word(name::let), go, list({list({xs, xs})}),
                            list({word(name::if_), list({cons, xs}), one, none_given})});
  const Datum* parameters = list({to.build.symbol(name::dot, span), xs});
  return analyze_function(*list({word(name::fun), parameters, body}), 1, form, nullptr);
}

/// (assert expr message): the value, if it is true.
Node* FormAnalyzer::analyze_assert(const Datum& form, Want want) {
  if (form.size < 2 || form.size > 3) return expected(form, "a condition, and perhaps a message");
  Writer to(*arena_, builtins_, form.span);
  std::string text = syntax::excerpt_for_message(syntax::print(form[1], names_));
  const Datum* message = form.size == 3 ? &form[2] : to.build.nil(form.span);
  const Datum* value = to.local(0);
  const Datum* wrong = to.list({to.builtin(Primitive::internal_assertion_failed),
                                to.build.string(text, form.span), message});
  const Datum* test = to.list({to.word(name::if_), value, value, wrong});
  const Datum* bindings = to.list({to.list({value, &form[1]})});
  return analyze(*to.list({to.word(name::let), bindings, test}), want);
}

/// (time expr): the value; how long it took is written to ERROR.
Node* FormAnalyzer::analyze_time(const Datum& form, Want want) {
  if (form.size != 2) return expected(form, "one expression");
  Writer to(*arena_, builtins_, form.span);
  const Datum* start = to.local(0);
  const Datum* value = to.local(1);
  const Datum* now = to.list({to.builtin(Primitive::timer_monotonic)});
  const Datum* bindings = to.list({to.list({start, now}), to.list({value, &form[1]})});
  const Datum* report = to.list({to.builtin(Primitive::internal_report_time), start});
  return analyze(*to.list({to.word(name::let), bindings, report, value}), want);
}

/// (seq a b …): the list of the values, one after the other.
Node* FormAnalyzer::analyze_seq(const Datum& form, Want want) {
  Writer to(*arena_, builtins_, form.span);
  std::vector<const Datum*> items(form.items, form.items + form.size);
  items[0] = to.builtin(Primitive::list);
  return analyze(*to.build.list(items, form.span), want);
}

}  // namespace lithe::analysis
