// SPDX-License-Identifier: Apache-2.0
// The program about itself.

#include <algorithm>
#include <string>
#include <vector>

#include "builtins/building.hpp"
#include "builtins/strings.hpp"
#include "value/print.hpp"

namespace lithe::builtins {

namespace {

const primitives::Info* find_builtin(std::string_view name) {
  for (const primitives::Info& row : primitives::table) {
    if (row.name == name && !row.internal()) return &row;
  }
  for (const primitives::Alias& alias : primitives::aliases) {
    if (alias.name == name) return &primitives::info(alias.primitive);
  }
  return nullptr;
}

/// Name of a function, or what a symbol or string says. False: neither; the error is set.
bool name_of(NativeCall& call, std::string& out) {
  Value v = call[0];
  if (v.is_builtin()) {
    out = primitives::table[v.payload()].name;
  } else if (value::is_kind(v, value::Kind::closure)) {
    out = call.runtime.namer().closure_name(v.as_object());
  } else if (value::is_string(v)) {
    out = value::text(v);
  } else if (v.is_sub(Value::Sub::symbol)) {
    out = call.heap().names().text(v.name());
  } else {
    call.wrong_type(0, "a function or a name");
    return false;
  }
  return true;
}

bool expect_function_or_symbol(NativeCall& call) {
  if (value::is_function(call[0]) || call[0].is_symbol()) return true;
  call.wrong_type(0, "a function or a quoted name");
  return false;
}

}  // namespace

Value reflect_doc(NativeCall& call) {
  std::string name;
  if (!name_of(call, name)) return Value::error();
  std::string text;
  // A definition of the program's own may have the name of a builtin.
  if (call[0].is_builtin() || !call.runtime.documentation(name, text)) {
    const primitives::Info* row = find_builtin(name);
    text = row ? std::string(row->doc) : name + " has no documentation";
  }
  call.runtime.write(vm::Handle::standard_output, text + "\n");
  return Value::nil();
}

Value reflect_apropos(NativeCall& call) {
  std::string_view part;
  if (!call.expect_string(0, part)) return Value::error();
  std::vector<std::string_view> found;
  auto consider = [&](std::string_view name) {
    if (find_text(name, part) != not_found) found.push_back(name);
  };
  for (const primitives::Info& row : primitives::table) {
    if (!row.internal()) consider(row.name);
  }
  for (const primitives::Alias& alias : primitives::aliases) consider(alias.name);
  std::vector<std::string_view> defined;
  call.runtime.defined_names(defined);
  for (std::string_view name : defined) {
    if (!name.starts_with('%')) consider(name);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  heap::Root result(call.heap(), Value::empty_list());
  for (u64 i = found.size(); i-- > 0;) {
    Value symbol = Value::symbol(call.runtime.names().intern(found[i]));
    result = call.heap().cons(symbol, result);
  }
  return result;
}

Value reflect_effect(NativeCall& call) {
  if (!expect_function_or_symbol(call)) return Value::error();
  std::string effect = call.runtime.effect_of(call[0]);
  return Value::keyword(call.runtime.names().intern(effect));
}

Value reflect_explain(NativeCall& call) {
  if (!expect_function_or_symbol(call)) return Value::error();
  return give_string(call, call.runtime.explain(call[0]));
}

Value reflect_gensym(NativeCall& call) { return Value::gensym(call.runtime.next_gensym()); }

Value reflect_eval(NativeCall& call) {
  return call.runtime.evaluate(call.process, call.arguments());
}

Value reflect_read(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  return call.runtime.read_datum(call.process, text);
}

Value reflect_macroexpand(NativeCall& call) {
  return call.runtime.macroexpand(call.process, call[0]);
}

}  // namespace lithe::builtins
