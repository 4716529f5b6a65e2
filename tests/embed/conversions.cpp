// SPDX-License-Identifier: Apache-2.0
// Values into a runtime and out of it again, and to C++ types and back.

#include <cmath>
#include <limits>

#include "checking.hpp"

using lithe::Value;

namespace {

void round_trips(lithe::Runtime& runtime) {
  runtime.eval("(def same (x) x)");
  const double infinite = std::numeric_limits<double>::infinity();
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  Value deep = Value::nil();
  for (int i = 0; i < 100'000; i++) deep = Value::list({deep});
  const Value values[] = {
      Value::nil(),
      Value::boolean(true),
      Value::boolean(false),
      Value::integer(0),
      Value::integer(-1),
      Value::integer((std::int64_t{1} << 47) - 1),
      Value::integer(std::int64_t{1} << 47),
      Value::integer(std::numeric_limits<std::int64_t>::max()),
      Value::integer(std::numeric_limits<std::int64_t>::min()),
      Value::big_integer("9223372036854775808"),
      Value::big_integer("-123456789012345678901234567890"),
      Value::number(0.5),
      Value::number(-1e300),
      Value::number(infinite),
      Value::number(no_number),
      Value::string(""),
      Value::string("hä😀\n"),
      Value::string(std::string(100'000, 'x')),
      Value::symbol("a-symbol"),
      Value::keyword("key"),
      Value::list({}),
      Value::list({Value::integer(1), Value::list({Value::string("in")}), Value::nil()}),
      Value::vector({}),
      Value::vector({Value::number(1.5), Value::keyword("k")}),
      Value::map({}),
      Value::map({Value::string("b"), Value::list({Value::integer(2)}), Value::keyword("a"),
                  Value::integer(1)}),
      Value::set({Value::integer(1), Value::string("b")}),
      Value::error("type", "not so", Value::list({Value::integer(1)})),
      deep,
  };
  for (const Value& v : values) {
    lithe::Result<Value> back = runtime.call("same", v);
    CHECK_OK(back);
    if (back) CHECK_EQUAL(*back, v);
  }
  std::vector<Value> many;
  for (int i = 0; i < 1000; i++) many.push_back(Value::integer(i));
  for (const Value& v : {Value::vector(many), Value::map(many), Value::set(many)}) {
    CHECK_EQUAL(*runtime.call("same", v), v);
  }
  // In a map the last of two equal keys counts.
  Value twice =
      Value::map({Value::integer(1), Value::integer(2), Value::integer(1), Value::integer(3)});
  CHECK_EQUAL(*runtime.call("same", twice), Value::map({Value::integer(1), Value::integer(3)}));
}

void out_of_programs(lithe::Runtime& runtime) {
  auto value = [&](const char* text) { return runtime.eval(text).value; };
  CHECK_EQUAL(value("(* 1.0 3)"), Value::number(3.0));
  CHECK_EQUAL(value("'(a :b \"c\")"),
              Value::list({Value::symbol("a"), Value::keyword("b"), Value::string("c")}));
  CHECK_EQUAL(
      value("(let ((m {:a 1})) [m ()])"),
      Value::vector({Value::map({Value::keyword("a"), Value::integer(1)}), Value::list({})}));
  CHECK_EQUAL(value("(let ((t (map/create))) (map/set! t :a 1) t)"),
              Value::map({Value::keyword("a"), Value::integer(1)}));
  CHECK_EQUAL(*value("{:a 1 :b 2}").find(Value::keyword("b")), Value::integer(2));
  CHECK(value("{:a 1}").find(Value::keyword("b")) == nullptr);
  CHECK(value("(fun (x) x)").is(Value::Kind::other));
  CHECK_EQUAL(value("(try (head ()) (catch e e))").kind() == Value::Kind::error, true);
  CHECK(value("(self)").is(Value::Kind::pid));
  CHECK(value("(make-ref)").is(Value::Kind::ref));
  CHECK_EQUAL(runtime.eval("(list 1 \"a\")").printed, std::string("(1 \"a\")"));
  // A table that contains itself has no end.
  lithe::Result<Value> endless = runtime.call("endless");
  CHECK_FAILS(endless, "unbound", "endless");
  runtime.eval("(def endless () (let ((t (map/create))) (map/set! t :me t) t))");
  CHECK_FAILS(runtime.call("endless"), "convert", "contains itself");
}

void buffers(lithe::Runtime& runtime) {
  runtime.eval("(def same (x) x) (def kind (b) (buffer/type b))");
  const std::vector<float> floats{1.5f, -2};
  Value v = Value::buffer(std::span<const float>(floats));
  CHECK_EQUAL(*runtime.call("same", v), v);
  CHECK(v != Value::buffer(std::span<const double>()));
  CHECK_EQUAL(v.elements<float>().size(), std::size_t(2));
  CHECK_EQUAL(v.elements<double>().size(), std::size_t(0));
  CHECK_EQUAL(*runtime.call("kind", v), Value::keyword("f32"));
  CHECK_EQUAL(*runtime.call("buffer/->list", v),
              Value::list({Value::number(1.5), Value::number(-2)}));
  Value bytes = runtime.eval("(buffer/of :u8 (list 1 2 255))").value;
  CHECK(*lithe::from_value<std::vector<std::uint8_t>>(bytes) ==
        (std::vector<std::uint8_t>{1, 2, 255}));
  CHECK_FAILS(lithe::from_value<lithe::Buffer<double>>(bytes), "convert", "a buffer of :f64");
  CHECK((*runtime.call<lithe::Buffer<std::int64_t>>("same", lithe::Buffer<std::int64_t>{{1, -1}}))
            .elements == (std::vector<std::int64_t>{1, -1}));
  CHECK_EQUAL(*runtime.call<int>("buffer/length", lithe::Buffer<std::int32_t>{}), 0);
  // What comes out is a copy: the program's own goes on alone.
  runtime.eval("(def b (buffer/create :i32 2))");
  Value before = runtime.eval("b").value;
  runtime.eval("(buffer/set! b 0 7)");
  CHECK_EQUAL(before.elements<std::int32_t>()[0], 0);
}

void cpp_types(lithe::Runtime& runtime) {
  runtime.eval("(def same (x) x)");
  CHECK_EQUAL(*runtime.call<bool>("same", true), true);
  CHECK_EQUAL(*runtime.call<int>("same", -5), -5);
  CHECK_EQUAL(*runtime.call<std::uint64_t>("same", ~std::uint64_t{0}), ~std::uint64_t{0});
  CHECK_EQUAL(*runtime.call<double>("same", 2), 2.0);
  CHECK_EQUAL(*runtime.call<double>("same", 0.25), 0.25);
  CHECK_EQUAL(*runtime.call<std::string>("same", "text"), std::string("text"));
  const std::vector<std::string> words{"a", "b"};
  CHECK(*runtime.call<std::vector<std::string>>("same", words) == words);
  CHECK(*runtime.call<std::optional<int>>("same", std::optional<int>()) == std::nullopt);
  CHECK(*runtime.call<std::optional<int>>("same", std::optional<int>(3)) == 3);
  const std::map<std::string, std::vector<double>> table{{"x", {1, 2}}, {"y", {}}};
  CHECK((*runtime.call<std::map<std::string, std::vector<double>>>("same", table) == table));
  CHECK((*runtime.call<std::vector<int>>("list/range", 3) == std::vector<int>{0, 1, 2}));

  CHECK_FAILS(runtime.call<std::int8_t>("same", 128), "convert",
              "the result of same must be an integer from -128 to 127, got the integer 128");
  CHECK_FAILS(runtime.call<unsigned>("same", -1), "convert", "from 0 to 4294967295");
  CHECK_FAILS(runtime.call<int>("same", 1.0), "convert", "got a float");
  CHECK_FAILS(runtime.call<bool>("same", 1), "convert", "must be a boolean");
  CHECK_FAILS(runtime.call<std::string>("same", Value::symbol("s")), "convert", "got a symbol");
  CHECK_FAILS(runtime.call<std::vector<int>>("same", std::vector<double>{1.5}), "convert",
              "element 0 of the result of same must be an integer");
  CHECK_FAILS((runtime.call<std::map<int, int>>("same", words)), "convert", "must be a map");
}

void refused(lithe::Runtime& runtime) {
  lithe::Runtime other;
  Value pid = other.eval("(self)").value;
  CHECK_FAILS(runtime.call("same", pid), "convert",
              "argument 1: a pid means something to its own runtime alone");
  Value function = runtime.eval("(fun (x) x)").value;
  CHECK_FAILS(runtime.call("same", function), "convert", "cannot be given #");
  CHECK_FAILS(runtime.call("same", Value::string("\xFF")), "convert", "must be UTF-8");
  CHECK_FAILS(runtime.call("same", Value::big_integer("12x")), "convert", "decimal digits");
  CHECK_FAILS(runtime.call("same", Value::map({Value::nil()})), "convert", "for each key");
  CHECK_FAILS(runtime.call("same", Value::list({Value::vector({function})})), "convert", "given");
}

}  // namespace

int main() {
  lithe::Runtime runtime;
  round_trips(runtime);
  out_of_programs(runtime);
  buffers(runtime);
  cpp_types(runtime);
  refused(runtime);
  return checking::report("conversions");
}
