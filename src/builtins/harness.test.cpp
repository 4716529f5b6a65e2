// SPDX-License-Identifier: Apache-2.0
#include "builtins/harness.test.hpp"

#include <gtest/gtest.h>

#include "heap/numbers.hpp"
#include "process/failure.hpp"
#include "syntax/char_source.hpp"
#include "syntax/datum.hpp"
#include "syntax/reader.hpp"
#include "syntax/source_map.hpp"
#include "value/text.hpp"

namespace lithe::builtins {

using syntax::Datum;
using syntax::DatumKind;

struct FakeRuntime::Block {
  explicit Block(heap::HeapEnvironment& environment)
      : process(environment, stack, process::Process::first_stack_words, heap_words,
                process::Process::first_heap_words) {}
  process::Process process;
  u64 stack[process::Process::first_stack_words];
  u64 heap_words[process::Process::first_heap_words];
};

FakeRuntime::FakeRuntime(u32 stress_every)
    : environment_{account_,
                   units_,
                   names_,
                   {.stress_every = stress_every, .validate = stress_every != 0}},
      table_(*this) {}
FakeRuntime::~FakeRuntime() = default;

process::Process& FakeRuntime::new_process() {
  blocks_.push_back(std::make_unique<Block>(environment_));
  process::Process& process = blocks_.back()->process;
  LITHE_CHECK(table_.add(process));
  LITHE_CHECK(process.grow_stack(process.exec.stack_top, 4096));
  process.heap.set_memory_limit(u64{64} << 20);
  return process;
}

Value Harness::call(u16 primitive, u32 count) {
  u64* slots = process->exec.stack_top - count;
  u64 at = u64(slots - process->stack_begin);
  NativeCall call(*process, runtime, slots, count, primitive);
  Value result = natives()[primitive](call);
  process->exec.stack_top = process->stack_begin + at;
  return result;
}

std::string Harness::show(Value v) {
  std::string text;
  value::print(v, runtime.names(), &runtime.namer(), text);
  return text;
}

std::string Harness::failure() {
  const value::Object* error = process->failure->value.as_object();
  return "error " + show(error->get(0)) + " " + std::string(value::text(error->get(1)));
}

Value Harness::call_builtin(primitives::Primitive primitive,
                            std::span<const Datum* const> arguments) {
  u64 base = u64(process->exec.stack_top - process->stack_begin);
  for (const Datum* argument : arguments) {
    Value v = evaluate(*argument);
    if (v == Value::error() || v == Value::wait() || v == Value::call()) {
      process->exec.stack_top = process->stack_begin + base;
      return v;
    }
    push(v);
  }
  const primitives::Info& info = primitives::info(primitive);
  LITHE_CHECK(info.takes(arguments.size()));
  return call(u16(primitive), u32(arguments.size()));
}

Value Harness::evaluate(const Datum& datum) {
  heap::Heap& heap = process->heap;
  switch (datum.kind) {
    case DatumKind::integer:
      return heap.make_integer(datum.integer);
    case DatumKind::big_integer:
      return heap::parse_integer(heap, datum.digits(), datum.radix);
    case DatumKind::float_:
      return Value::number(datum.number);
    case DatumKind::string:
      return heap.make_string(datum.text());
    case DatumKind::keyword:
      return Value::keyword(u32(datum.name));
    case DatumKind::boolean:
      return Value::boolean(datum.truth);
    case DatumKind::symbol: {
      auto builtin = runtime.primitive_names().find(u32(datum.name));
      return builtin ? Value::builtin(u32(*builtin)) : Value::symbol(u32(datum.name));
    }
    case DatumKind::vector:
      return call_builtin(primitives::Primitive::vector_of, datum.children());
    case DatumKind::map:
      return call_builtin(primitives::Primitive::map_of, datum.children());
    case DatumKind::list: {
      std::span<const Datum* const> items = datum.children();
      if (!items.empty() && items[0]->is_symbol()) {
        auto builtin = runtime.primitive_names().find(u32(items[0]->name));
        if (builtin) return call_builtin(*builtin, items.subspan(1));
      }
      return call_builtin(primitives::Primitive::list, items);
    }
    default:
      return Value::nil();
  }
}

Value Harness::evaluate(std::string_view text) {
  syntax::SourceMap sources;
  syntax::TextSource source("test", std::string(text), syntax::TextSource::Keep::snippet);
  syntax::Reader reader(runtime.names(), sources, source);
  auto form = reader.next();
  LITHE_CHECK(form && *form);
  return evaluate(*form->value().root);
}

void Harness::push_evaluated(std::string_view text) {
  Value v = evaluate(text);
  LITHE_CHECK(v != Value::error());
  push(v);
}

std::string Harness::run(std::string_view text) {
  Value result = evaluate(text);
  if (result == Value::error()) return failure();
  if (result == Value::wait()) return "waits";
  if (result == Value::call()) return "calls";
  return show(result);
}

void expect_all(std::initializer_list<std::pair<const char*, const char*>> cases) {
  for (u32 stress : {0u, 1u}) {
    Harness harness(stress);
    for (auto [form, expected] : cases) EXPECT_EQ(harness.run(form), expected) << form;
    u64 before = harness.runtime.collections();
    harness.run("(list (list 1) (list 2))");
    if (stress == 1) EXPECT_GE(harness.runtime.collections(), before + 3);
  }
}

}  // namespace lithe::builtins
