// SPDX-License-Identifier: Apache-2.0
// Records: what defrecord and its patterns expand to, and `with`.

#include <fmt/format.h>

#include <string>

#include "builtins/building.hpp"
#include "builtins/failing.hpp"

namespace lithe::builtins {

using value::Kind;
using value::Object;

namespace {

// A record type is its name, then the fields; a record its type, then their values.

std::string_view name_of(const Object* type) { return value::text(type->get(0)); }
u32 field_count(const Object* type) { return type->size() - 1; }
const Object* type_of_record(Value record) { return record.as_object()->get(0).as_object(); }

/// "(x y)"
std::string fields_of(const Object* type, const base::NameTable& names) {
  std::string text = "(";
  for (u32 i = 1; i <= field_count(type); i++) {
    if (i > 1) text += ' ';
    text += names.text(type->get(i).name());
  }
  return text + ")";
}

/// The same type, or one that was defined again just as it was.
bool same_type(const Object* a, const Object* b) {
  if (a == b) return true;
  if (a->size() != b->size() || name_of(a) != name_of(b)) return false;
  for (u32 i = 1; i < a->size(); i++) {
    if (a->get(i) != b->get(i)) return false;
  }
  return true;
}

bool expect_type(NativeCall& call, u32 i) {
  if (value::is_kind(call[i], Kind::record_type)) return true;
  call.wrong_type(i, "a record type");
  return false;
}

/// Argument i as the number of a field. False: it is none, and the error is set.
bool expect_field(NativeCall& call, u32 i, const Object* type, u32& out) {
  Value n = call[i];
  if (n.is_integer() && n.as_integer() >= 0 && n.as_integer() < i64(field_count(type))) {
    out = u32(n.as_integer());
    return true;
  }
  call.wrong_index(i, n, field_count(type));
  return false;
}

/// An accessor's argument is no record of its type.
Value wrong_record(NativeCall& call, u32 field) {
  const base::NameTable& names = call.heap().names();
  const Object* type = call[1].as_object();
  std::string name(name_of(type));
  std::string accessor = name + "-" + std::string(names.text(type->get(1 + field).name()));
  std::string wanted = fields_of(type, names);
  bool earlier = value::is_kind(call[0], Kind::record) && name_of(type_of_record(call[0])) == name;
  std::string made = earlier ? fields_of(type_of_record(call[0]), names) : std::string();
  std::string message =
      fmt::format("argument 1 must be a {}, got {}", name, call.describe(call[0]));
  if (earlier) {
    message += fmt::format(", which an earlier (defrecord {} {}) made; it is (defrecord {} {}) now",
                           name, made, name, wanted);
  }
  return fail_as(call, accessor, ErrorKind::type, message);
}

}  // namespace

Value internal_record_type(NativeCall& call) {
  if (!value::is_string(call[0])) return call.wrong_type(0, "a string");
  for (u32 i = 1; i < call.count(); i++) {
    if (!call[i].is_keyword()) return call.wrong_type(i, "a keyword");
  }
  Object* type = call.heap().try_allocate(Kind::record_type, call.count());
  if (!type) return call.out_of_memory();
  for (u32 i = 0; i < call.count(); i++) type->init(i, call[i]);
  return Value::object(type, false);
}

Value internal_record(NativeCall& call) {
  if (!expect_type(call, 0)) return Value::error();
  const Object* type = call[0].as_object();
  if (field_count(type) != call.count() - 1) {
    std::string message = fmt::format("{} has the fields {}, got {} values", name_of(type),
                                      fields_of(type, call.heap().names()), call.count() - 1);
    return fail_as(call, {}, ErrorKind::arity, message);
  }
  Object* record = call.heap().try_allocate(Kind::record, call.count());
  if (!record) return call.out_of_memory();
  for (u32 i = 0; i < call.count(); i++) record->init(i, call[i]);
  return Value::object(record, false);
}

Value internal_is_record(NativeCall& call) {
  if (!expect_type(call, 1)) return Value::error();
  return Value::boolean(value::is_kind(call[0], Kind::record) &&
                        same_type(type_of_record(call[0]), call[1].as_object()));
}

Value internal_record_get(NativeCall& call) {
  u32 field;
  if (!expect_type(call, 1) || !expect_field(call, 2, call[1].as_object(), field))
    return Value::error();
  bool fits = value::is_kind(call[0], Kind::record) &&
              same_type(type_of_record(call[0]), call[1].as_object());
  return fits ? call[0].as_object()->get(1 + field) : wrong_record(call, field);
}

Value internal_record_field(NativeCall& call) {
  u32 field;
  if (!value::is_kind(call[0], Kind::record)) return call.wrong_type(0, "a record");
  if (!expect_field(call, 1, type_of_record(call[0]), field)) return Value::error();
  return call[0].as_object()->get(1 + field);
}

namespace {

/// Which word of a record of that type belongs to a field; 0: it has no such field.
u32 word_of_field(const Object* type, Value field) {
  for (u32 i = 1; i < type->size(); i++) {
    if (type->get(i) == field) return i;
  }
  return 0;
}

}  // namespace

Value record_with(NativeCall& call) {
  if (!value::is_kind(call[0], Kind::record)) return call.wrong_type(0, "a record");
  if (call.count() % 2 == 0) {
    return call.fail(ErrorKind::arity, fmt::format("a field without a value: {}",
                                                   call.describe(call[call.count() - 1])));
  }
  const Object* type = type_of_record(call[0]);
  for (u32 i = 1; i < call.count(); i += 2) {
    if (!call[i].is_keyword()) return call.wrong_type(i, "a field as a keyword");
    if (word_of_field(type, call[i])) continue;
    std::string fields = fields_of(type, call.heap().names());
    return call.fail(ErrorKind::value,
                     fmt::format("{} has no field {}; its fields are {}", name_of(type),
                                 call.describe(call[i]), fields),
                     call[i]);
  }
  Object* changed = call.heap().try_allocate(Kind::record, call[0].as_object()->size());
  if (!changed) return call.out_of_memory();
  const Object* before = call[0].as_object();
  for (u32 i = 0; i < before->size(); i++) changed->init(i, before->get(i));
  for (u32 i = 1; i < call.count(); i += 2) {
    changed->init(word_of_field(type_of_record(call[0]), call[i]), call[i + 1]);
  }
  return Value::object(changed, false);
}

}  // namespace lithe::builtins
