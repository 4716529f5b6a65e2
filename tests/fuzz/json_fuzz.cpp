// SPDX-License-Identifier: Apache-2.0
// A text is JSON for json/parse if RFC 8259 says so; a second, plain reading of its grammar is
// below. What was read is written, compactly and over several lines, so that it reads back equal.
// The first byte says by how many spaces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "program_host.hpp"

namespace {

using namespace lithe;

/// The grammar of RFC 8259, section 2 to 7, over valid UTF-8. Recursive: inputs are short.
class Grammar {
 public:
  explicit Grammar(std::string_view text) : rest_(text) {}

  bool matches() {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    return value() && (blanks(), rest_.empty());
  }

 private:
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool take_any(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_[0]) == letters.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void blanks() {
    while (take_any(" \n\r\t")) {
    }
  }
  bool value() {
    blanks();
    if (take("{")) return members();
    if (take("[")) return elements();
    if (take("\"")) return string();
    return take("true") || take("false") || take("null") || number();
  }
  bool elements() {
    if (blanks(); take("]")) return true;
    while (value()) {
      blanks();
      if (take("]")) return true;
      if (!take(",")) return false;
    }
    return false;
  }
  bool members() {
    if (blanks(); take("}")) return true;
    for (;;) {
      blanks();
      if (!take("\"") || !string()) return false;
      blanks();
      if (!take(":") || !value()) return false;
      blanks();
      if (take("}")) return true;
      if (!take(",")) return false;
    }
  }
  bool string() {
    while (!rest_.empty()) {
      if (take("\"")) return true;
      if (take("\\u")) {
        for (int i = 0; i < 4; i++) {
          if (!take_any("0123456789abcdefABCDEF")) return false;
        }
      } else if (take("\\")) {
        if (!take_any("\"\\/bfnrt")) return false;
      } else if (static_cast<unsigned char>(rest_[0]) < 0x20) {
        return false;
      } else {
        rest_.remove_prefix(1);
      }
    }
    return false;
  }
  bool digits() {
    bool some = false;
    while (take_any("0123456789")) some = true;
    return some;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (!take_any("eE")) return true;
    take_any("+-");
    return digits();
  }

  std::string_view rest_;
};

/// Valid JSON that json/parse refuses all the same, and says so.
bool is_beyond_its_limits(std::string_view message) {
  for (std::string_view limit : {"too large for a float", "nested deeper", "surrogate"}) {
    if (message.find(limit) != message.npos) return true;
  }
  return false;
}

const char program[] = R"(
  (def round-trip (text spaces)
    (let ((x (json/parse text))
          (compact (json/stringify x))
          (pretty (json/stringify x spaces)))
      (list (== x (json/parse compact))
            (== x (json/parse pretty))
            (== compact (json/stringify (json/parse pretty)))
            (== pretty (json/stringify (json/parse compact) spaces)))))
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Runtime& runtime = fuzz::runtime_with(program);
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Result<Value> result =
      runtime.call_values("round-trip", {Value::string(text), Value::integer(data[0] % 8)});
  if (!result && result.error().kind == "convert") return 0;  // no UTF-8
  bool valid = Grammar(text).matches();
  if (!result) {
    bool expected = !valid || is_beyond_its_limits(result.error().message);
    if (!expected || result.error().kind != "syntax") {
      fuzz::fail("refused", text, ":" + result.error().kind + " " + result.error().message);
    }
    return 0;
  }
  if (!valid) fuzz::fail("taken, but is no JSON", text);
  for (const Value& holds : result->items()) {
    if (!holds.as_boolean()) fuzz::fail("does not read back equal", text);
  }
  return 0;
}
