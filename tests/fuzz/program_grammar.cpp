// SPDX-License-Identifier: Apache-2.0
// The tables from which programs are made. Add a row to have a thing fuzzed.
#include "program_grammar.hpp"

namespace lithe::fuzz {

namespace {

using Rows = std::span<const char* const>;

constexpr const char* integer_rows[] = {
    "(+ %i %i)",
    "(- %i %i)",
    "(* %i %i)",
    "(+ %i %i %i)",
    "(- %i)",
    "(math/quot %i %i)",
    "(mod %i %i)",
    "(rem %i %i)",
    "(math/rem %i %i)",
    "(math/abs %i)",
    "(math/sign %n)",
    "(math/min %i %i)",
    "(math/max %i %i %i)",
    "(math/clamp %i %x 100)",
    "(math/gcd %i %i)",
    "(math/bit-and %i %i)",
    "(math/bit-or %i %i)",
    "(math/bit-xor %i %i)",
    "(math/bit-and (* %i %i) 0xffffffff)",
    "(math/bit-and (+ %i %i) 255)",
    "(* (* %i %i) (* %i %i))",
    "(* %i (math/shift-left %i %k))",
    "(+ (math/shift-left %i 62) (math/shift-left %i 62))",
    "(- (math/shift-left %i 61) (* %i 2305843009213))",
    "(math/shift-left (math/shift-left %i %k) %k)",
    "(math/shift-right (math/shift-left %i %k) %k)",
    "(math/quot (* %i %i) %i)",
    "(/ (* %i %i) %i)",
    "(/ %i 2)",
    "(math/bit-not %i)",
    "(math/shift-left %i %k)",
    "(math/shift-right %i %k)",
    "(math/popcount (math/abs %i))",
    "(length %l)",
    "(length %s)",
    "(length %m)",
    "(string/char-code %s 0)",
    "(math/floor %f)",
    "(math/ceil %f)",
    "(math/round %f)",
    "(math/trunc %f)",
    "(map/size %t)",
    "(buffer/length %u)",
    "(list/sum %l)",
    "(list/nth %l %x)",
    "(head %l)",
    "(get %l %x)",
    "(list/last %l)",
    "(list/length %l)",
    "(list/index-of %l %i)",
    "(map/get %m %c 0)",
    "(map/get %t %c 1)",
    "(get %m %c)",
    "(buffer/get %u %x)",
    "(%g %i)",
    "(apply + %l)",
    "(apply %g (list %i))",
    "(list/reduce + %i %l)",
    "(list/reduce math/max %i %l)",
    "(list/fold-right - %i %l)",
    "(buffer/reduce + 0 %u)",
    "(map/reduce (fun (a k v) (+ a v)) %i %m)",
    "(string/->number (str %i))",
    "(match %l ((list a) a) ((list a b . c) (+ a b)) (_ %i))",
    "(match %n ((? integer? n) :when (> n 10) (- n 1)) ((? float?) %i) (x x))",
    "(match %m ({:a x} x) (_ %i))",
    "(let (((list a . b) (list %i %n))) (+ a (head b)))",
    "(eval (list '+ %i %i))",
};

constexpr const char* real_rows[] = {
    "(+ %f %f)",
    "(- %f %n)",
    "(* %f %n)",
    "(/ %i %i)",
    "(/ %i 4)",
    "(/ %f %f)",
    "(- %f)",
    "(mod %f %n)",
    "(rem %f %n)",
    "(math/abs %f)",
    "(math/min %f %n)",
    "(math/max %n %f)",
    "(math/sqrt %n)",
    "(math/sin %f)",
    "(math/cos %f)",
    "(math/atan2 %f %n)",
    "(math/exp %f)",
    "(math/log %n)",
    "(math/hypot %f %f)",
    "(math/cbrt %f)",
    "(math/pow %n %x)",
    "(math/pow %f 0.5)",
    "(+ %f %i %f)",
    "(* 0.5 %i)",
    "(%g %f)",
    "(buffer/get (buffer/of :f32 (list %f %n)) 0)",
    "(list/reduce * 1.5 %l)",
};

constexpr const char* boolean_rows[] = {
    "(< %i %i)",
    "(<= %i %n)",
    "(> %n %n)",
    "(>= %i %i)",
    "(== %i %i)",
    "(== %n %n)",
    "(== %a %a)",
    "(!= %i %n)",
    "(< %i %i %i)",
    "(not %b)",
    "(and %b %b)",
    "(or %b %b)",
    "(< %s %s)",
    "(integer? %a)",
    "(float? %n)",
    "(number? %a)",
    "(nil? (get %m %c))",
    "(math/nan? %f)",
    "(empty? %l)",
    "(list/includes? %l %n)",
    "(map/has? %m %c)",
    "(map/has? %t %c)",
    "(string/includes? %s %s)",
    "(== %l %l)",
    "(== %m %m)",
    "(== %u %u)",
    "(list/any? %p %l)",
    "(list/all? %p %l)",
    "(%p %n)",
    "(if %b %a nil)",
};

constexpr const char* string_rows[] = {
    "(str %a %a)",
    "(string/concat %s %s)",
    "(string/slice %s 0 (math/min %x (length %s)))",
    "(string/slice %s %x)",
    "(string/reverse %s)",
    "(string/join (list %s %s) %s)",
    "(string/join (string/split %s \"a\") %s)",
    "(type/of %a)",
    "(string/repeat %s %x)",
    "(string/from-char-code (mod %i 55000))",
    "(string/replace-all %s %s \"<\")",
    "(string/trim (str \" \" %s \" \"))",
    "(string/pad-start (str %i) %k)",
    "(string/char-at %s %x)",
    "(str %f)",
    "(str (list %s %a))",
};

constexpr const char* list_rows[] = {
    "(list %n)",
    "(list %n %n)",
    "(list %i %i %i %i)",
    "(cons %n %l)",
    "(tail %l)",
    "(list/range %x)",
    "(list/range %x 10)",
    "(list/range %x 12 %x)",
    "(list/reverse %l)",
    "(list/append %l %l)",
    "(list/take %l %x)",
    "(list/drop %l %x)",
    "(list/map %g %l)",
    "(list/filter %p %l)",
    "(list/sort %l)",
    "(list/sort > %l)",
    "(list/sort-by %g %l)",
    "(list/distinct %l)",
    "(list/flat-map (fun (x) (list x x)) %l)",
    "(list/take-while %p %l)",
    "(list/drop-while %p %l)",
    "(list/repeat %i %x)",
    "(list/flatten (list %l %l))",
    "(map/values %m)",
    "(map/values %t)",
    "(buffer/->list %u)",
    "`(,%i ,@%l 3)",
    "(list/map (fun (x) (head x)) (list/zip %l %l))",
    "(match %l ((list a . b) b) (_ (list %n)))",
    "(head (list/partition %p %l))",
};

constexpr const char* map_rows[] = {
    "{:a %n :b %n}",
    "(map/put %m %c %n)",
    "(map/remove %m %c)",
    "(map/merge %m %m)",
    "(map/merge %m %t)",
    "(map/of 1 %n 2 %n)",
    "(map/of %i %n)",
    "(map/update %m %c %g 0)",
    "(map/map (fun (k v) (%g v)) %m)",
    "(map/filter (fun (k v) %b) %m)",
    "(map/from-list (map/entries %m))",
};

constexpr const char* table_rows[] = {
    "(let ((t (map/create))) (map/set! t %c %n) t)",
    "(let ((t (map/create))) (map/set! t 1 %n) (map/set! t 1.0 %n) (map/set! t :a %i) t)",
};

constexpr const char* buffer_rows[] = {
    "(buffer/of :i64 (list %i %i 1))",
    "(buffer/of :i32 (list %i %i 1))",
    "(buffer/of :u8 (list %i %i 1))",
    "(buffer/of :f64 (list %n %n 1))",
    "(buffer/of :f32 (list %n %n 1))",
    "(buffer/create :i32 %x)",
    "(buffer/create :f64 %x)",
    "(buffer/map %g %u)",
    "(buffer/slice %u %x)",
    "(buffer/freeze! (buffer/slice %u 0))",
    "(buffer/copy! (buffer/create :f32 6) %u %x)",
};

constexpr const char* function_rows[] = {
    "(partial + %i)",
    "(partial math/max %n)",
    "(compose %g %g)",
    "(if %b %g %g)",
    "(let ((n %i)) (fun (x) (set! n (clip (+ n x)))))",
    "(fun (x (y %i)) (+ x y))",
    "(fun (x . more) (if (empty? more) x %i))",
    "(let ((f %g)) (fun (x) (f (f x))))",
};

constexpr const char* predicate_rows[] = {
    "(partial < %i)",
    "(fun (x) (> x %n))",
    "(fun (x) (== (mod x 2) %x))",
    "(compose not %p)",
};

constexpr const char* general_rows[] = {
    "(if %b %T %T)",
    "(begin %e %T)",
    "(begin %e %e %T)",
    "(cond (%b %T) (%b %T) (else %T))",
    "(case %i (0 %T) ((1 2) %T) (else %T))",
    "(case %s (\"\" %T) (\"a\" %T) (else %T))",
    "(when true %e %T)",
    "(or %T %T)",
    "(and true %T)",
    "(identity %T)",
    "(try %T (catch e %T))",
    "(try %T (catch e (begin (say (error/kind e) (error/message e)) %T)))",
    "(try %T (finally %e))",
    "(try (begin %e (throw %a)) (catch e (begin (say e) %T)))",
    "(try (try (throw %i) (finally %e)) (catch e %T))",
    "(twice %D)",
    "(unless-nil %T %T)",
    "(match %a ((? integer?) %T) (\"\" %T) ((or true false nil) %T) (_ %T))",
    "(match (list %i %i) ((list 0 x) %T) ((list x x) %T) ((list x y) :when (< x y) %T) (_ %T))",
    "(match [%i %n] ([1 x] %T) ([a b] :when %b %T) (_ %T))",
    "(begin (send (self) (list :m %T)) (receive ((list :m x) x)))",
    "(begin (send (self) (list :m %i)) (receive ((list :m (? integer? x)) :when (< x 5) %T) "
    "((list :m x) %T) (after 0 %T)))",
    "(receive ((list :never x) x) (after 0 %T))",
    // The child's closure captures what it uses, by copy; the parent waits for its end.
    "(let ((me (self)) (started (spawn-monitor (fun () (send me (list :r %T))))) "
    "(r (list/nth started 1))) (receive ((list :r x) (receive ((list :down (= r) _ _) x))) "
    "((list :down (= r) _ why) %T)))",
};

constexpr const char* effect_rows[] = {
    "(say %a)",
    "(say %n %a)",
    "(map/set! %t %c (clip %n))",
    "(map/delete! %t %c)",
    "(buffer/set! %u %x %n)",
    "(buffer/fill! %u %i)",
    "(each (fun (x) %E) %l)",
    "(when %b (throw %a))",
    "nil",
};

// Most fit into a word of the heap; the others are its neighbours and those of 64 bits.
constexpr const char* integers[] = {"0",
                                    "1",
                                    "-1",
                                    "2",
                                    "3",
                                    "5",
                                    "7",
                                    "-7",
                                    "10",
                                    "63",
                                    "64",
                                    "100",
                                    "255",
                                    "256",
                                    "-1000",
                                    "12345",
                                    "1000003",
                                    "2147483647",
                                    "-2147483648",
                                    "4294967295",
                                    "70368744177663",
                                    "140737488355327",
                                    "-140737488355328",
                                    "140737488355328",
                                    "-140737488355329",
                                    "281474976710656",
                                    "9007199254740993",
                                    "4611686018427387904",
                                    "9223372036854775807",
                                    "-9223372036854775808",
                                    "18446744073709551616",
                                    "100000000000000000000",
                                    "-1000000000000000000000000000000"};

constexpr const char* reals[] = {"0.0",
                                 "-0.0",
                                 "1.5",
                                 "-2.5",
                                 "0.1",
                                 "3.0",
                                 "1e9",
                                 "1e15",
                                 "140737488355328.0",
                                 "9007199254740993.0",
                                 "9223372036854775808.0",
                                 "1e21",
                                 "1e300",
                                 "1e308",
                                 "5e-324",
                                 "1e-7",
                                 "(/ 1.0 0.0)",
                                 "(/ -1.0 0.0)",
                                 "(/ 0.0 0.0)"};

constexpr const char* booleans[] = {"true", "false"};

constexpr const char* strings[] = {
    "\"\"",
    "\"a\"",
    "\"abc\"",
    "\"ab,cd,a\"",
    "\"é\\u{1F600}z\"",
    "\"line\\n\\\"q\\\"\"",
    "\"123\"",
    "\"a longer string that does not fit in a few words of the heap\""};

constexpr const char* lists[] = {"()", "'(1)", "'(3 1 2)", "'(0 -1 2.5 7)", "'(5 5 4 5 4 3 2 1)"};
constexpr const char* maps[] = {"{}", "{:a 1}", "{:a 1 :b 2.5}", "{1 2 \"a\" 3 :a 4}"};
constexpr const char* tables[] = {"(map/create)"};
constexpr const char* buffers[] = {"(buffer/create :i32 4)", "(buffer/of :u8 '(1 2 3))",
                                   "(buffer/of :f64 '(1 2.5 3))", "(buffer/create :i64 0)",
                                   "(buffer/of :f32 '(0.1 2 3))"};
constexpr const char* functions[] = {"-", "identity", "math/abs", "math/bit-not", "str"};
constexpr const char* predicates[] = {"integer?", "float?", "not", "number?"};

constexpr const char* wrong[] = {"nil",       "\"w\"",
                                 ":k",        "'s",
                                 "()",        "1.5",
                                 "3",         "(fun () 1)",
                                 "[1 2]",     "true",
                                 "head",      "(map/create)",
                                 "(head ())", "(undefined-name 1)",
                                 "(clip)",    "(error/new :own \"mine\" 1)"};

constexpr Rows rows_by_type[type_count] = {integer_rows,  real_rows,     boolean_rows, string_rows,
                                           list_rows,     map_rows,      table_rows,   buffer_rows,
                                           function_rows, predicate_rows};
constexpr Rows literals_by_type[type_count] = {integers, reals,  booleans, strings,   lists,
                                               maps,     tables, buffers,  functions, predicates};

}  // namespace

Rows templates_of(Type type) { return rows_by_type[unsigned(type)]; }
Rows literals_of(Type type) { return literals_by_type[unsigned(type)]; }
Rows general_templates() { return general_rows; }
Rows effect_templates() { return effect_rows; }
Rows wrong_literals() { return wrong; }

const char* const prelude =
    "(def clip (x)\n"
    "  (if (integer? x) (if (< -100000000000000 x 100000000000000) x (mod x 1000003)) x))\n"
    "(defmacro twice (x) `(begin ,x ,x))\n"
    "(defmacro unless-nil (x y) `(let ((value# ,x)) (if (nil? value#) ,y value#)))\n";

const char* clip_of(Type type) {
  switch (type) {
    case Type::string:
      return "clip-string";
    case Type::list:
      return "clip-list";
    case Type::map:
      return "clip-map";
    case Type::integer:
    case Type::real:
      return "clip";
    default:
      return nullptr;
  }
}

const char* clip_definition(Type type) {
  switch (type) {
    case Type::string:
      return "(def clip-string (x)\n"
             "  (if (and (string? x) (> (length x) 60)) (string/slice x 0 60) x))\n";
    case Type::list:
      return "(def clip-list (x)\n"
             "  (if (list? x) (list/map clip (list/take x (math/min 12 (length x)))) x))\n";
    case Type::map:
      return "(def clip-map (x)\n"
             "  (cond ((not (map? x)) x)\n"
             "        ((< (length x) 12) (map/map (fun (k v) (clip v)) x))\n"
             "        (else {})))\n";
    default:
      return "";
  }
}

}  // namespace lithe::fuzz
