// SPDX-License-Identifier: Apache-2.0
// Random operations and conversions of numbers, each result compared with a reference bit by bit.
//
//     random_numbers [COUNT [SEED]]     1,000,000 from seed 1 when nothing is said
//
// A row of `operations` becomes Lithe functions, one for each pair of ranges that its operands are
// drawn from, so that compiled code sees the types of that range alone. Each is run by the
// interpreter, in code that was compiled before its first call, and in code that was
// compiled for the types that it has seen. The last line is "N passed, N failed".
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "lithe/lithe.hpp"
#include "operands.hpp"
#include "reference.hpp"

namespace {

using namespace numbers;
using lithe::Value;

using Ranges = std::vector<std::pair<Range, Range>>;
using Reference = std::function<Answer(const Answer&, const Answer&)>;

struct Operation {
  std::string expression;  ///< of a and b
  const Ranges* ranges;
  Reference reference;
};

const Ranges any = {{Range::immediate, Range::immediate},
                    {Range::wide, Range::wide},
                    {Range::big, Range::big},
                    {Range::floating, Range::floating},
                    {Range::immediate, Range::floating},
                    {Range::floating, Range::wide},
                    {Range::mixed, Range::mixed}};
const Ranges integers = {
    {Range::immediate, Range::immediate}, {Range::wide, Range::wide}, {Range::whole, Range::whole}};
const Ranges counted = {{Range::immediate, Range::count}, {Range::whole, Range::count}};
const Ranges floats = {{Range::floating, Range::count}};
const Ranges single = {{Range::immediate, Range::count},
                       {Range::wide, Range::count},
                       {Range::floating, Range::count},
                       {Range::mixed, Range::count}};

Reference ordered(bool less, bool equal, bool greater) {
  return [=](const Answer& a, const Answer& b) -> Answer {
    int order = compare(a, b);
    return order == -1 ? less : order == 0 ? equal : order == 1 && greater;
  };
}

Reference of_one(Answer (*function)(const Answer&)) {
  return [=](const Answer& a, const Answer&) { return function(a); };
}

Reference rounded(Toward toward) {
  return [=](const Answer& a, const Answer&) { return to_integer(a, toward); };
}

/// The lowest bits of an integer, as two's complement.
Reference truncated(int bits) {
  return [=](const Answer& a, const Answer&) {
    Answer up = shift_left(Integer(1), Integer(bits - 1));
    Answer low = bit_and(add(a, up), subtract(add(up, up), Integer(1)));
    return subtract(low, up);
  };
}

Answer text_of(const Answer& a, const Answer&) {
  // The text of a float is checked for itself: what is read back must be the same.
  return a;
}

std::vector<Operation> make_operations() {
  auto is_equal = [](const Answer& a, const Answer& b) -> Answer { return compare(a, b) == 0; };
  auto is_unequal = [](const Answer& a, const Answer& b) -> Answer { return compare(a, b) != 0; };
  return {
      {"(+ a b)", &any, add},
      {"(- a b)", &any, subtract},
      {"(* a b)", &any, multiply},
      {"(/ a b)", &any, divide},
      {"(mod a b)", &any, modulo},
      {"(rem a b)", &any, numbers::remainder},
      {"(math/quot a b)", &any, quotient},
      {"(< a b)", &any, ordered(true, false, false)},
      {"(<= a b)", &any, ordered(true, true, false)},
      {"(> a b)", &any, ordered(false, false, true)},
      {"(>= a b)", &any, ordered(false, true, true)},
      {"(== a b)", &any, is_equal},
      {"(!= a b)", &any, is_unequal},
      {"(if (< a b) true false)", &any, ordered(true, false, false)},
      {"(if (== a b) true false)", &any, is_equal},
      {"(not (<= a b))", &any,
       [](const Answer& a, const Answer& b) -> Answer { return compare(a, b) >= 1; }},
      {"(math/min a b)", &any, minimum},
      {"(math/max a b)", &any, maximum},
      // Immediate operands, and what compiled code keeps unboxed between two operations.
      {"(+ a 1)", &single, [](const Answer& a, const Answer&) { return add(a, Integer(1)); }},
      {"(- a 32767)", &single,
       [](const Answer& a, const Answer&) { return subtract(a, Integer(32767)); }},
      {"(* a 3)", &single, [](const Answer& a, const Answer&) { return multiply(a, Integer(3)); }},
      {"(/ a 8)", &single, [](const Answer& a, const Answer&) { return divide(a, Integer(8)); }},
      {"(mod a 10)", &single,
       [](const Answer& a, const Answer&) { return modulo(a, Integer(10)); }},
      {"(mod a -7)", &single,
       [](const Answer& a, const Answer&) { return modulo(a, Integer(-7)); }},
      {"(rem a 16)", &single,
       [](const Answer& a, const Answer&) { return numbers::remainder(a, Integer(16)); }},
      {"(* a 1.5)", &single, [](const Answer& a, const Answer&) { return multiply(a, 1.5); }},
      {"(+ (* a b) a)", &any,
       [](const Answer& a, const Answer& b) { return add(multiply(a, b), a); }},
      {"(- (+ a b) (* b b))", &any,
       [](const Answer& a, const Answer& b) { return subtract(add(a, b), multiply(b, b)); }},
      {"(< (* a a) (* b b))", &any,
       [](const Answer& a, const Answer& b) -> Answer {
         return compare(multiply(a, a), multiply(b, b)) == -1;
       }},
      {"(math/bit-and (* a b) 0xffffffff)", &integers,
       [](const Answer& a, const Answer& b) {
         return bit_and(multiply(a, b), Integer(0xffffffff));
       }},
      {"(math/shift-right (+ a b) 1)", &integers,
       [](const Answer& a, const Answer& b) { return shift_right(add(a, b), Integer(1)); }},
      {"(math/bit-and a b)", &integers, bit_and},
      {"(math/bit-or a b)", &integers, bit_or},
      {"(math/bit-xor a b)", &integers, bit_xor},
      {"(math/gcd a b)", &integers, gcd},
      {"(math/lcm a b)", &integers, lcm},
      {"(math/shift-left a b)", &counted, shift_left},
      {"(math/shift-right a b)", &counted, shift_right},
      {"(math/pow a b)", &counted, power},
      {"(math/bit-not a)", &counted, of_one(bit_not)},
      {"(math/popcount (math/abs a))", &counted,
       [](const Answer& a, const Answer&) { return popcount(absolute(a)); }},
      {"(- a)", &single, of_one(negate)},
      {"(math/abs a)", &single, of_one(absolute)},
      {"(math/sign a)", &single, of_one(sign)},
      {"(math/sqrt a)", &single, of_one(square_root)},
      {"(math/floor a)", &single, rounded(Toward::down)},
      {"(math/ceil a)", &single, rounded(Toward::up)},
      {"(math/trunc a)", &single, rounded(Toward::zero)},
      {"(math/round a)", &single, rounded(Toward::nearest)},
      // What a typed array keeps of a number.
      {"(buffer/get (buffer/of :f32 (list a)) 0)", &floats,
       [](const Answer& a, const Answer&) -> Answer { return double(float(std::get<double>(a))); }},
      {"(buffer/get (buffer/of :i64 (list a)) 0)", &counted, truncated(64)},
      {"(buffer/get (buffer/of :i32 (list a)) 0)", &counted, truncated(32)},
      {"(buffer/get (buffer/of :u8 (list a)) 0)", &counted,
       [](const Answer& a, const Answer&) { return bit_and(a, Integer(255)); }},
      {"(str a)", &single, text_of},
      {"(string/->number (str a))", &single, of_one([](const Answer& a) { return a; })},
  };
}

// -- Between the two sides -----------------------------------------------------------------------

Value to_value(const Answer& a) {
  if (is_float(a)) return Value::number(std::get<double>(a));
  const Integer& i = integer(a);
  return i.fits_i64() ? Value::integer(i.as_i64()) : Value::big_integer(i.text());
}

bool same_float(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

/// Shortest, and the nearest of that length: by the C library's correctly rounded printing.
bool is_shortest(double d, const std::string& text) {
  std::string given;
  for (char c : text.substr(0, text.find('e'))) {
    if (c >= '0' && c <= '9' && (c != '0' || !given.empty())) given += c;
  }
  while (given.size() > 1 && given.back() == '0') given.pop_back();
  char shorter[40], equal[40];
  int count = int(given.size());
  std::snprintf(equal, sizeof equal, "%.*e", count - 1, d);
  if (std::strtod(equal, nullptr) == d) {
    std::string digits;
    for (const char* c = equal; *c != 'e'; c++) {
      if (*c >= '0' && *c <= '9') digits += *c;
    }
    if (digits != given) return false;
  }
  if (count == 1) return true;
  std::snprintf(shorter, sizeof shorter, "%.*e", count - 2, d);
  return std::strtod(shorter, nullptr) != d;
}

/// Whether a text is how a number prints.
bool prints(const Answer& a, std::string_view text) {
  if (!is_float(a)) return text == integer(a).text();
  double d = std::get<double>(a);
  if (std::isnan(d)) return text == "+nan.0";
  if (std::isinf(d)) return text == (d < 0 ? "-inf.0" : "+inf.0");
  std::string copy(text);
  char* end = nullptr;
  if (!same_float(std::strtod(copy.c_str(), &end), d) || *end != 0) return false;
  if (copy.find_first_of(".e") == std::string::npos) return false;
  double size = std::fabs(d);
  if ((copy.find('e') == std::string::npos) != (d == 0 || (size >= 1e-6 && size < 1e21)))
    return false;
  return d == 0 || is_shortest(d, copy);
}

bool agrees(const Value& got, const Answer& wanted) {
  switch (got.kind()) {
    case Value::Kind::nil:
      return wanted.index() == 0;
    case Value::Kind::boolean:
      return std::holds_alternative<bool>(wanted) && std::get<bool>(wanted) == got.as_boolean();
    case Value::Kind::integer:
      return std::holds_alternative<Integer>(wanted) && integer(wanted).fits_i64() &&
             integer(wanted).as_i64() == got.as_integer();
    case Value::Kind::big_integer:
      return std::holds_alternative<Integer>(wanted) && !integer(wanted).fits_i64() &&
             integer(wanted).text() == got.text();
    case Value::Kind::number:
      return is_float(wanted) && same_float(got.as_number(), std::get<double>(wanted));
    case Value::Kind::keyword:
      return std::holds_alternative<Failure>(wanted) &&
             std::get<Failure>(wanted).kind == got.text();
    case Value::Kind::string:
      return (is_float(wanted) || std::holds_alternative<Integer>(wanted)) &&
             prints(wanted, got.text());
    default:
      return false;
  }
}

std::string show(double d) {
  char text[64];
  std::snprintf(text, sizeof text, "%.17g (%a)", d, d);
  return text;
}

std::string show(const Answer& a) {
  if (is_float(a)) return show(std::get<double>(a));
  if (std::holds_alternative<Integer>(a)) return integer(a).text();
  if (std::holds_alternative<bool>(a)) return std::get<bool>(a) ? "true" : "false";
  if (std::holds_alternative<Failure>(a)) return ":" + std::string(std::get<Failure>(a).kind);
  return "nil";
}

std::string show(const Value& v) {
  if (v.is(Value::Kind::number)) return show(v.as_number());
  if (v.is(Value::Kind::integer)) return std::to_string(v.as_integer());
  if (v.is(Value::Kind::boolean)) return v.as_boolean() ? "true" : "false";
  return v.is_nil() ? "nil" : std::string(v.text());
}

// -- Running -------------------------------------------------------------------------------------

struct Engine {
  const char* name;
  lithe::Options options;
};

struct Tally {
  unsigned long passed = 0;
  unsigned long failed = 0;

  void count(bool good, const std::string& what) {
    good ? passed++ : failed++;
    if (!good && failed <= 20) std::printf("%s\n", what.c_str());
  }
};

/// Calls a function of lists and gives the list of its results; ends the program if it cannot.
std::vector<Value> call(lithe::Runtime& runtime, const std::string& function,
                        std::vector<Value> arguments) {
  lithe::Result<Value> result = runtime.call_values(function, std::move(arguments));
  if (result) return result->items();
  std::printf("%s failed: %s %s\n", function.c_str(), result.error().kind.c_str(),
              result.error().message.c_str());
  std::exit(1);
}

void define(lithe::Runtime& runtime, const std::string& name, const std::string& expression) {
  std::string text = "(def " + name + " (a b) " + expression + ")\n(def run-" + name +
                     " (as bs) (let loop ((as as) (bs bs) (out ()))"
                     " (if (empty? as) (list/reverse out) (loop (tail as) (tail bs)"
                     " (cons (try (" +
                     name + " (head as) (head bs)) (catch e (error/kind e))) out)))))";
  lithe::Evaluation result = runtime.eval(text);
  if (result) return;
  std::printf("%s\n", result.error.c_str());
  std::exit(1);
}

void try_operation(lithe::Runtime& runtime, const Engine& engine, const std::string& function,
                   const Operation& operation, const std::pair<Range, Range>& ranges,
                   Random& random, unsigned long count, Tally& tally) {
  constexpr unsigned long at_once = 512;
  std::vector<std::pair<Answer, Answer>> pairs;
  while (count != 0) {
    pairs.clear();
    std::vector<Value> left, right;
    for (unsigned long i = std::min(count, at_once); i != 0; i--, count--) {
      pairs.push_back(operands(random, ranges.first, ranges.second));
      left.push_back(to_value(pairs.back().first));
      right.push_back(to_value(pairs.back().second));
    }
    std::vector<Value> results = call(
        runtime, "run-" + function, {Value::list(std::move(left)), Value::list(std::move(right))});
    for (size_t i = 0; i < pairs.size(); i++) {
      const auto& [a, b] = pairs[i];
      Answer wanted = operation.reference(a, b);
      bool good = agrees(results[i], wanted);
      std::string what;
      if (!good) {
        what = std::string(engine.name) + ": " + operation.expression + " of a = " + show(a) +
               ", b = " + show(b) + " gives " + show(results[i]) + ", not " + show(wanted);
      }
      tally.count(good, what);
    }
  }
}

void try_texts(lithe::Runtime& runtime, Random& random, unsigned long count, Tally& tally) {
  define(runtime, "read-number", "(string/->number a)");
  while (count != 0) {
    std::vector<NumberText> texts;
    std::vector<Value> values;
    for (unsigned long i = std::min(count, 512ul); i != 0; i--, count--) {
      texts.push_back(number_text(random));
      values.push_back(Value::string(texts.back().text));
    }
    Value list = Value::list(std::move(values));
    std::vector<Value> results = call(runtime, "run-read-number", {list, list});
    for (size_t i = 0; i < texts.size(); i++) {
      tally.count(agrees(results[i], texts[i].number), "\"" + texts[i].text + "\" reads as " +
                                                           show(results[i]) + ", not " +
                                                           show(texts[i].number));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  unsigned long wanted = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 1'000'000;
  unsigned long seed = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 1;
  const std::vector<Operation> operations = make_operations();
  const Engine engines[] = {
      {"interpreted", {.jit = lithe::Jit::off}},
      {"compiled", {.jit = lithe::Jit::eager}},
      {"compiled for what it saw", {.jit = lithe::Jit::on, .jit_threshold = 20}}};
  unsigned long functions = 0;
  for (const Operation& operation : operations) functions += operation.ranges->size();
  // A tenth of all are texts.
  unsigned long texts = wanted / 10;
  unsigned long each = (wanted - texts) / (functions * std::size(engines)) + 1;

  std::printf("seed %lu\n", seed);
  Random random(seed);
  Tally tally;
  auto begin = std::chrono::steady_clock::now();
  for (const Engine& engine : engines) {
    lithe::Runtime runtime(engine.options);
    unsigned long number = 0;
    for (const Operation& operation : operations) {
      for (const auto& ranges : *operation.ranges) {
        std::string function = "f" + std::to_string(number++);
        define(runtime, function, operation.expression);
        try_operation(runtime, engine, function, operation, ranges, random, each, tally);
      }
    }
    if (&engine == engines) try_texts(runtime, random, texts, tally);
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%zu expressions over %lu pairs of ranges, %.1f s\n", operations.size(), functions,
              seconds);
  std::printf("%lu passed, %lu failed\n", tally.passed, tally.failed);
  return tally.failed != 0 || tally.passed == 0;
}
