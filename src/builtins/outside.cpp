// SPDX-License-Identifier: Apache-2.0
#include "builtins/outside.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "heap/heap.hpp"
#include "process/failure.hpp"
#include "value/off_heap.hpp"

namespace lithe::builtins {

using value::OffHeap;

namespace {

Value fail(process::Process& process, u32 kind, const std::string& message, Value data) {
  Value error = process.heap.make_error(Value::keyword(kind), message, data);
  process.make_failure().start(error, {});
  return Value::error();
}

Value no_memory(process::Process& process, const Described& described) {
  process.heap.take_refused();
  return fail(process, base::name::out_of_memory,
              described.what + ": not enough memory for the result", Value::nil());
}

}  // namespace

Value fail_outside(process::Process& process, const Described& described, std::string_view reason) {
  Value path = process.heap.make_string(described.path);
  if (path == Value::error()) {
    process.heap.take_refused();
    path = Value::nil();
  }
  return fail(process, base::name::io, fmt::format("{}: {}", described.what, reason), path);
}

Value answer_string(process::Process& process, const Described& described, std::string_view text) {
  size_t valid = base::utf8::validate(text);
  if (valid != text.size()) {
    return fail_outside(process, described, fmt::format("it is not UTF-8 from byte {} on", valid));
  }
  Value made = process.heap.make_string(text);
  return made == Value::error() ? no_memory(process, described) : made;
}

Value answer_strings(process::Process& process, const Described& described,
                     const std::vector<std::string>& texts) {
  heap::RootVector strings(process.heap);
  for (const std::string& text : texts) {
    Value made = answer_string(process, described, text);
    if (made == Value::error()) return made;
    strings.push_back(made);
  }
  Value list = process.heap.make_list(strings.span());
  return list == Value::error() ? no_memory(process, described) : list;
}

Value answer_bytes(process::Process& process, const Described& described, std::string_view bytes) {
  OffHeap* data = OffHeap::create_array(value::ElementType::u8_, bytes.size());
  if (data == nullptr) return no_memory(process, described);
  bytes.copy(data->data(), bytes.size());
  Value made = process.heap.adopt_buffer(data, false);
  return made == Value::error() ? no_memory(process, described) : made;
}

}  // namespace lithe::builtins
