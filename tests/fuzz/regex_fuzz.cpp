// SPDX-License-Identifier: Apache-2.0
// A pattern, up to the first line end, and a text: each function of regex/ gives an answer or
// refuses the pattern, soon; and what they answer fits together.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "program_host.hpp"

namespace {

using namespace lithe;

const char program[] = R"(
  (def whole (match) (if (list? match) (head match) match))
  (def total (texts) (list/reduce + 0 (list/map length texts)))
  (def look (pattern text)
    (let ((matches (regex/find-all text pattern))
          (wholes (list/map whole matches))
          (pieces (regex/split text pattern))
          (rest (regex/replace text pattern "")))
      (list (== (regex/match text pattern) (if (empty? matches) nil (head matches)))
            (== (regex/test text pattern) (not (empty? matches)))
            (== (regex/replace text pattern "$0") text)
            (== (length text) (+ (length rest) (total wholes)))
            (== (string/join pieces "") rest)
            (list/all? (fun (w) (string/includes? text w)) wholes)
            (== (length (regex/replace text pattern "$$$0$$"))
                (+ (length text) (* 2 (length matches)))))))
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Runtime& runtime = fuzz::runtime_with(program);
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t line_end = input.find('\n');
  if (line_end == input.npos) return 0;
  std::string pattern(input.substr(0, line_end));
  std::string text(input.substr(line_end + 1));
  Result<Value> result = runtime.call_values("look", {Value::string(pattern), Value::string(text)});
  if (!result) {
    std::string_view kind = result.error().kind;
    bool expected =
        kind == "convert" || kind == "out-of-memory" ||
        (kind == "value" && result.error().message.find("regular") != std::string::npos) ||
        (kind == "value" && result.error().message.find("groups") != std::string::npos);
    if (!expected) fuzz::fail("refused", input, result.error().message);
    return 0;
  }
  size_t claim = 0;
  for (const Value& holds : result->items()) {
    if (!holds.as_boolean()) fuzz::fail("claim does not hold", input, std::to_string(claim));
    claim++;
  }
  return 0;
}
