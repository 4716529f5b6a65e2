// SPDX-License-Identifier: Apache-2.0
#pragma once

// Programs that mean no good, made from a seed: each of a family below, with shapes, sizes and
// wrappings that are drawn. None is meant to end well; every one must be harmless to its host.

#include <array>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace hostile {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  template <std::size_t n>
  const char* of(const char* const (&choices)[n]) {
    return choices[below(n)];
  }
  /// A number that is small, large, or far too large.
  std::string size() {
    static const char* const sizes[] = {"100",
                                        "10_000",
                                        "1_000_000",
                                        "50_000_000",
                                        "2_000_000_000",
                                        "9_000_000_000_000",
                                        "(math/pow 2 70)"};
    return of(sizes);
  }
  /// The template with each $ replaced by a drawn size, and each @ by a drawn small number.
  std::string fill(std::string_view text) {
    std::string made;
    for (char c : text) {
      if (c == '$') {
        made += size();
      } else if (c == '@') {
        made += std::to_string(2 + below(30));
      } else {
        made += c;
      }
    }
    return made;
  }

 private:
  std::mt19937_64 random_;
};

struct Family {
  const char* name;
  std::string (*make)(Draw& draw);
};

inline std::string loops(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop () (loop))",
      "(def f (n) (f (+ n 1))) (f 0)",
      "(def f (n) (g n)) (def g (n) (f (+ n @))) (f 0)",
      "(let loop ((i 0.5)) (loop (* i 1.0000001)))",
      "(let loop ((i 0)) (if (< i $) (loop (+ i 1)) i))",
      "(let loop () (try (loop) (catch e (loop)) (finally (loop))))",
      "(let loop () (try (throw 1) (catch e nil)) (loop))",
      "(let loop () (try (head ()) (catch e (error/trace e))) (loop))",
      "(def f (x) (match x (0 (f 1)) (1 (f 2)) (_ (f 0)))) (f 0)",
      "(let loop ((x 1)) (each (fun (y) y) (list/range @)) (loop x))",
      "(list/map (fun (x) (let loop () (loop))) (list/range @))",
      "(let loop () (timer/sleep 0) (loop))",
      "(let loop () (recv 0) (loop))",
      "(let loop () (recv 1) (loop))",
      "(recv)",
      "(timer/sleep 1e9)",
      "(apply (fun f (apply f f)) ()) (let y ((f (fun (g) (g g)))) (f f))",
      "(let loop () (say \"line\") (loop))",
      "(let loop () (warn (list/range @)) (loop))",
      "(def x 0) (let loop () (set! x (+ x 1)) (loop))",
      "(let loop () (math/random) (gensym) (make-ref) (loop))",
      "(par (let a () (a)) (let b () (b)))",
      "(list (timer/sleep 1e9) (timer/sleep 1e9) (let loop () (loop)))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string memory(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((xs ())) (loop (cons xs xs)))",
      "(let loop ((xs ())) (loop (cons 1 xs)))",
      "(let loop ((v [])) (loop (vector/push v v)))",
      "(let loop ((m {}) (i 0)) (loop (map/put m i (list i i)) (+ i 1)))",
      "(let ((t (map/create))) (let loop ((i 0)) (map/set! t i (list/range 100)) (loop (+ i 1))))",
      "(let loop ((f (fun () 1))) (loop (fun () (f))))",
      "(def t (map/create)) (let loop ((i 0)) (map/set! t i i) (loop (+ i 1)))",
      "(let loop ((xs (list/range 1000))) (loop (list/append xs xs)))",
      "(let loop ((v (vector/of 1 2 3))) (loop (vector/concat v v)))",
      "(let loop ((s (set/of)) (i 0.5)) (loop (set/put s i) (+ i 1)))",
      "(list/range $)",
      "(length (list/range $))",
      "(list/repeat $ (list/range @))",
      "(buffer/create :f64 $)",
      "(let loop ((xs ())) (loop (cons (buffer/create :u8 1_000_000) xs)))",
      "(list/map (fun (i) (list/range i)) (list/range $))",
      "(def big (list/range 100_000)) (let loop ((i 0)) (def big (list/append big big)) (loop i))",
      "(let loop ((xs ())) (try (loop (cons (list/range 1000) xs)) (catch e (loop xs))))",
      "(def keep ()) (let loop () (set! keep (cons (string/repeat \"x\" 100_000) keep)) (loop))",
      "(list/zip (list/range $) (list/range $))",
      "(list/sum (list/map (fun (x) (* x x)) (list/range $)))",
      "(vector/map (fun (x) (vector/of x x x)) (list/->vector (list/range $)))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string bignums(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((n 3)) (loop (* n n)))",
      "(math/pow @ $)",
      "(math/shift-left 1 $)",
      "(math/shift-left @ (math/shift-left 1 @))",
      "(def fact (n) (if (< n 2) 1 (* n (fact (- n 1))))) (fact $)",
      "(let loop ((i 0) (n 1)) (loop (+ i 1) (+ n (math/shift-left n 1000))))",
      "(str (math/pow 7 $))",
      "(string/length (str (math/pow 3 1_000_000)))",
      "(string/->number (string/repeat \"9\" $))",
      "(math/gcd (math/pow 3 1_000_000) (math/pow 7 900_000))",
      "(/ (math/pow 3 2_000_000) (math/pow 7 900_000))",
      "(math/mod (math/pow 3 5_000_000) (+ 1 (math/pow 7 900_000)))",
      "(math/sqrt (math/pow 3 $))",
      "(list/map (fun (n) (math/pow n n)) (list/range $))",
      "(math/bit-and (math/pow 3 $) (- (math/pow 5 $)))",
      "(math/popcount (math/pow 3 $))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string strings(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((s \"x\")) (loop (str s s)))",
      "(string/repeat \"ab\" $)",
      "(string/pad-start \"x\" $)",
      "(string/join (list/repeat $ \"abc\") \",\")",
      "(let loop ((s \"a\")) (loop (string/replace-all s \"a\" \"aa\")))",
      "(string/split (string/repeat \",\" $) \",\")",
      "(string/chars (string/repeat \"ä\" $))",
      ("(let ((s (string/repeat \"ä\" 1_000_000))) (let loop ((i 0)) (string/char-at s 999_999)"
       " (loop (+ i 1))))"),
      "(string/format \"{:$}\" 1)",
      "(let loop ((s \"x\")) (loop (string/reverse (string/upper (str s \"y\" s)))))",
      "(string/index-of (string/repeat \"a\" 1_000_000) (str (string/repeat \"a\" 500_000) \"b\"))",
      "(let ((s (str (string/repeat \"a\" 200_000) \"b\"))) (string/split (string/repeat s @) s))",
      "(hash/sha256 (string/repeat \"x\" $))",
      "(base64/decode (base64/encode (string/repeat \"x\" $)))",
      "(net/url-encode (string/repeat \"ä\" $))",
      "(say (string/repeat \"loud \" $))",
      "(let loop ((xs ())) (loop (cons (string/repeat \"x\" @) xs)))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string names(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((i 0)) (string/->symbol (str \"s\" i)) (loop (+ i 1)))",
      "(let loop ((i 0)) (string/->symbol (string/repeat (str i) 1000)) (loop (+ i 1)))",
      "(let loop ((i 0)) (read (str \":k\" i)) (loop (+ i 1)))",
      "(let loop ((xs ())) (loop (cons (gensym) xs)))",
      "(let loop ((i 0)) (eval (list 'def (string/->symbol (str \"v\" i)) i)) (loop (+ i 1)))",
      ("(let loop ((i 0)) (try (eval (string/->symbol (str \"u\" i))) (catch e nil)) (loop (+ i "
       "1)))"),
      "(let loop ((i 0)) (json/parse (str \"{\\\"k\" i \"\\\": 1}\")) (loop (+ i 1)))",
      ("(let loop ((i 0)) (json/parse (str \"{\\\"k\" i \"\\\": 1}\") {:keys :keyword}) (loop (+ i "
       "1)))"),
      "(let loop ((i 0)) (error/new (read (str \":e\" i)) \"x\") (loop (+ i 1)))",
      "(list/map (fun (i) (string/->symbol (str \"many-\" i))) (list/range $))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string recursion(Draw& draw) {
  static const char* const shapes[] = {
      "(def f (n) (+ 1 (f n))) (f 0)",
      "(def f (n) (list (f (cons n n)))) (f ())",
      "(def f (a b c d e) (+ (f a b c d e) (f e d c b a))) (f 1 2 3 4 5)",
      "(def even (n) (not (odd n))) (def odd (n) (not (even (+ n 1)))) (even 0)",
      "(def f (n) (try (f (+ n 1)) (catch e (f n)))) (f 0)",
      "(def f (n) (try (+ 1 (f n)) (finally (f n)))) (f 0)",
      "(def f (x) (list/map f (list x))) (f 1)",
      "(def f (x) (+ 1 (apply f (list x)))) (f 1)",
      ("(def ack (m n) (cond ((== m 0) (+ n 1)) ((== n 0) (ack (- m 1) 1))"
       " (else (ack (- m 1) (ack m (- n 1)))))) (ack 4 @)"),
      "(def f (n) (str \"x\" (f n))) (f 0)",
      "(def f (n) (begin (timer/sleep 0) (+ 1 (f n)))) (f 0)",
      "(let loop () (try ((fun () (def f (n) (+ 1 (f n))) (f 0))) (catch e nil)) (loop))",
      "(def f (n) (eval (list '+ 1 (list 'f n)))) (f 0)",
      "(def f (n) (throw (try (f n) (catch e e)))) (f 0)",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string macros(Draw& draw) {
  static const char* const shapes[] = {
      "(defmacro m () '(m)) (m)",
      "(defmacro m () (list 'begin '(m) '(m))) (m)",
      "(defmacro m () (let loop () (loop))) (m)",
      "(defmacro m () (let loop ((xs ())) (loop (cons xs xs)))) (m)",
      "(defmacro m (n) (if (< n 1) 1 `(+ (m ,(- n 1)) (m ,(- n 1))))) (m @)",
      "(defmacro m (x) `(m (list ,x ,x))) (m 1)",
      "(defmacro m () (def f (n) (+ 1 (f n))) (f 0)) (m)",
      "(defmacro m () (list/range $)) (m)",
      "(defmacro m () (string/->symbol (string/repeat \"x\" $))) (m)",
      "(defmacro m () (timer/sleep 1e9)) (m)",
      "(defmacro m () (recv)) (m)",
      "(let loop ((i 0)) (eval '(defmacro m (x) (list 'quote x))) (eval '(m 1)) (loop i))",
      ("(macroexpand (let loop ((i 0) (d 'x)) (if (< i 100_000) (loop (+ i 1) (list 'when true d)) "
       "d)))"),
      "(eval (let loop ((i 0) (d 1)) (if (< i $) (loop (+ i 1) (list '+ 1 d)) d)))",
      "(eval (cons '+ (list/range $)))",
      "(eval (list 'quote (let loop ((i 0) (d 1)) (if (< i @) (loop (+ i 1) (list d d)) d))))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string forks(Draw& draw) {
  static const char* const shapes[] = {
      "(def bomb () (spawn bomb) (spawn bomb) (bomb)) (bomb)",
      "(def bomb () (try (begin (spawn bomb) (spawn bomb)) (catch e nil)) (bomb)) (bomb)",
      "(def bomb () (spawn bomb) (recv)) (bomb)",
      "(let loop () (spawn (fun () (let spin () (spin)))) (loop))",
      "(let loop () (spawn (fun () (recv))) (loop))",
      "(let loop () (spawn-link (fun () (timer/sleep 1e9))) (loop))",
      "(let loop () (spawn-monitor (fun () (throw :at-once))) (loop))",
      "(let loop () (spawn (fun () (let eat ((xs ())) (eat (cons xs xs))))) (loop))",
      "(let loop () (spawn \"(let spin () (spin))\") (loop))",
      "(def phoenix () (spawn-link phoenix) (head ())) (phoenix) (recv)",
      "(trap-exit true) (let loop () (spawn-link (fun () (exit (self) :x))) (loop))",
      "(list/map (fun (i) (spawn (fun () (let f ((n 0)) (+ 1 (f n)))))) (list/range $)) (recv)",
      "(def xs (list/range 10_000)) (let loop () (spawn (fun (l) (recv)) xs) (loop))",
      "(let loop () (timer/interval 0 (fun () (let s () (s)))) (loop))",
      "(let loop () (spawn-opt {:priority :high :daemon true} (fun () (let s () (s)))) (loop))",
      "(let loop () (task/async (fun () (recv))) (loop))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string patterns(Draw& draw) {
  static const char* const shapes[] = {
      R"lt((regex/match (string/repeat "a" 1_000_000) "(a*)*b"))lt",
      R"lt((regex/match (str (string/repeat "a" 500_000) "b") "^(a|aa)+$"))lt",
      R"lt((regex/find-all (string/repeat "b" 3_000_000) "a*"))lt",
      R"lt((regex/find-all (string/repeat "x" 300_000) ".*.*.*=.*"))lt",
      R"lt((regex/replace (string/repeat "a" 1_000_000) "a" (string/repeat "b" 1000)))lt",
      R"lt((regex/split (string/repeat "a" 3_000_000) ""))lt",
      R"lt((regex/test "a" (string/repeat "(a?){100}" 20)))lt",
      R"lt((regex/test "a" (string/repeat "(" 1_000_000)))lt",
      R"lt((regex/test "a" (string/repeat "a" 10_000_000)))lt",
      R"lt((let loop ((i 0)) (regex/test "a" (str "a{" i "}")) (loop (+ i 1))))lt",
      R"lt((let loop ((i 0)) (regex/test "a" (str "a" i)) (loop (+ i 1))))lt",
      R"lt((let loop () (try (regex/test "a" "((((a{100}){100}){100}){100})") (catch e nil)) (loop)))lt",
      R"lt((fs/glob "/**/**/**/*"))lt",
  };
  return draw.of(shapes);
}

inline std::string json(Draw& draw) {
  static const char* const shapes[] = {
      "(json/parse (string/repeat \"[\" $))",
      "(json/parse (str (string/repeat \"[\" 100_000) (string/repeat \"]\" 100_000)))",
      "(json/parse (str \"[\" (string/repeat \"1,\" $) \"1]\"))",
      "(json/parse (string/repeat \"{\\\"a\\\":\" 50_000))",
      "(json/stringify (let loop ((i 0) (d 1)) (if (< i 100_000) (loop (+ i 1) (list d)) d)))",
      "(json/stringify (let loop ((i 0) (d 1)) (if (< i 60) (loop (+ i 1) (list d d)) d)))",
      "(json/stringify (list/range $))",
      "(json/parse (str \"\\\"\" (string/repeat \"\\\\u0041\" $) \"\\\"\"))",
      "(json/parse (string/repeat \"9\" $))",
      "(let ((t (map/create))) (map/set! t \"me\" t) (json/stringify t))",
      "(read (string/repeat \"(\" $))",
      "(read (str (string/repeat \"[\" 9_000) (string/repeat \"]\" 9_000)))",
      "(read (str \"(\" (string/repeat \"x \" $) \")\"))",
      "(read (string/repeat \"'\" $))",
      "(read (string/repeat \"#|\" $))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string sorting(Draw& draw) {
  static const char* const shapes[] = {
      "(list/sort (fun (a b) true) (list/range $))",
      "(list/sort (fun (a b) (< (math/random) 0.5)) (list/range $))",
      "(list/sort (fun (a b) (throw :no)) (list/range @))",
      "(list/sort (fun (a b) (let loop () (loop))) (list/range @))",
      "(list/sort (fun (a b) (spawn (fun () (recv))) (> a b)) (list/range $))",
      "(list/sort (list/map (fun (i) (mod (* i 7919) 104_729)) (list/range $)))",
      "(list/sort (list/map (fun (i) (string/repeat \"a\" 10_000)) (list/range 1000)))",
      "(list/sort-by (fun (x) (list/sort (list/range x))) (list/range $))",
      "(list/sort (list/map str (list/range $)))",
      "(list/distinct (list/map (fun (x) (list x)) (list/range $)))",
      "(list/group-by (fun (x) x) (list/range $))",
      "(list/sort [1 2])",
  };
  return draw.fill(draw.of(shapes));
}

/// Values that share so much that who walks them as trees never ends.
inline std::string sharing(Draw& draw) {
  static const char* const makers[] = {"(list d d)", "(vector/of d d)",  "{:a d :b d}",
                                       "(cons d d)", "(fun () (d) (d))", "(list d [d] {:k d})"};
  static const char* const uses[] = {
      "dag",
      "(str dag)",
      "(say dag)",
      "(string/length (str dag dag))",
      "(== dag (make))",
      "(map/get {dag 1} (make))",
      "(set/of dag (make))",
      "(send (self) dag)",
      "(begin (send (self) dag) (recv))",
      "(def kept dag)",
      "(spawn (fun (x) (str x)) dag)",
      "(throw dag)",
      "(throw (error/new :big \"big\" dag))",
      "(list/flatten dag)",
      "(json/stringify dag)",
      "(eval (list 'quote dag))",
      "(eval dag)",
      "(macroexpand dag)",
      "(head dag dag)",
      "(match dag ((list 1 2) 1))",
      "(exit (self) dag)",
      "(fs/read dag)",
      "(log/info dag)",
  };
  std::string build = "(def make () (let loop ((i 0) (d 1)) (if (< i 60) (loop (+ i 1) ";
  build += draw.of(makers);
  return build + ") d))) (def run (dag) " + draw.of(uses) + ") (run (make))";
}

inline std::string endless_values(Draw& draw) {
  static const char* const shapes[] = {
      "(let ((t (map/create))) (map/set! t :me t) t)",
      "(let ((t (map/create))) (map/set! t :me t) (say t))",
      "(let ((t (map/create))) (map/set! t :me t) (str t))",
      "(let ((t (map/create)) (u (map/create))) (map/set! t :x u) (map/set! u :x t) (== t u))",
      "(let ((t (map/create)) (u (map/create))) (map/set! t 1 t) (map/set! u 1 u) (== t u))",
      "(let ((t (map/create))) (map/set! t t t) (map/get t t))",
      "(let ((t (map/create))) (map/set! t :me t) (send (self) t) (recv))",
      "(let ((t (map/create))) (map/set! t :me t) (def kept t) kept)",
      "(let ((t (map/create))) (map/set! t :me t) (throw t))",
      "(let ((t (map/create))) (map/set! t :me t) (set/of t t))",
      "(let ((t (map/create))) (map/set! t :me t) (spawn (fun (x) (throw x)) t) (timer/sleep 5))",
      "(let ((t (map/create))) (map/set! t :me (list t t t t)) (str t t))",
      "(let loop ((d ())) (if (< (math/random) 1e-6) (str d) (loop (list d))))",
      "(let loop ((i 0) (d ())) (if (< i 3_000_000) (loop (+ i 1) (list d)) (str d)))",
      "(let loop ((i 0) (d ())) (if (< i 3_000_000) (loop (+ i 1) (list d)) (== d (list d))))",
      "(let loop ((i 0) (d ())) (if (< i 3_000_000) (loop (+ i 1) [d]) d))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string messages(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((i 0)) (send (self) i) (loop (+ i 1)))",
      "(let loop () (send (self) (list/range 1000)) (loop))",
      ("(def p (spawn (fun () (recv) (recv) (timer/sleep 1e9)))) (let loop () (send p \"x\") "
       "(loop))"),
      "(let loop () (send-after 1e9 (self) 1) (loop))",
      "(let loop () (send-after 0 (self) 1) (loop))",
      "(let loop () (monitor (self)) (loop))",
      "(def p (spawn (fun () (recv)))) (let loop () (monitor p) (loop))",
      "(let loop () (monitor (spawn (fun () 1))) (loop))",
      "(def p (spawn (fun () (recv)))) (let loop () (link p) (unlink p) (loop))",
      "(def p (spawn (fun () (let s () (s))))) (let loop () (link p) (unlink p) (loop))",
      ("(let loop ((i 0)) (try (register (read (str \":n\" i)) (spawn (fun () (recv)))) (catch e "
       "nil))"
       " (loop (+ i 1)))"),
      ("(def pong () (receive ((list p n) (send p (list (self) n)))) (pong))"
       "(each (fun (i) (let ((a (spawn pong)) (b (spawn pong))) (send a (list b 1)))) (list/range "
       "@))"
       "(let loop () (loop))"),
      "(let loop () (send :host \"flood\") (loop))",
      "(let loop () (send :host (string/repeat \"flood\" 1000)) (loop))",
      "(def f () (spawn-link (fun () (f))) (receive (:never 1))) (f)",
      "(let loop () (timer/timeout 0 (fun () 1)) (loop))",
      "(each (fun (p) (kill p)) (processes))",
      "(let loop () (each (fun (p) (send p :spam)) (processes)) (loop))",
      "(let loop ((s (agent/start (fun () 0)))) (agent/update s (fun (x) (+ x 1))) (loop s))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string definitions(Draw& draw) {
  static const char* const shapes[] = {
      "(let loop ((i 0)) (eval '(def f (x) (+ x 1))) (loop (+ i 1)))",
      "(let loop ((i 0)) (eval (list 'fun '(x) (list '+ 'x i))) (loop (+ i 1)))",
      "(let loop ((xs ())) (loop (cons (eval '(fun (x) (+ x 1))) xs)))",
      "(def x 0) (let loop () (eval (list 'def 'x (list 'quote (list/range 1000)))) (loop))",
      "(let loop ((i 0)) (spawn (str \"(def y\" i \" (fun () \" i \"))\")) (loop (+ i 1)))",
      "(let loop ((i 0)) (read (string/repeat \"(a b) \" 1000)) (loop i))",
      "(let loop ((i 0)) (eval (read \"(def-cached c (x) (* x x))\")) (loop i))",
      "(def + (a b) (a b)) (+ + +)",
      "(def list/map (f xs) (list/map f xs)) (list/map 1 2)",
      "(defrecord P (x)) (let loop ((p (P 1))) (loop (P p)))",
      ("(let loop ((i 0)) (eval (list 'defrecord (string/->symbol (str \"R\" i)) '(a b))) (loop (+ "
       "i 1)))"),
      "(let loop ((i 0)) (try (eval '(let ((x)) 1)) (catch e nil)) (loop (+ i 1)))",
      "(let loop ((i 0)) (try (read \"(a\") (catch e nil)) (loop (+ i 1)))",
      "(def f () (def f () (def f () 1) (f)) (f)) (let loop () (f) (loop))",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string escapes(Draw& draw) {
  static const char* const shapes[] = {
      "(sys/exit 0)",
      "(try (sys/exit 1) (catch e (let loop () (loop))))",
      "(exit (self) :bye)",
      "(kill (self))",
      "(exit (self) :kill)",
      "(spawn-link (fun () (throw :crash))) (recv)",
      "(trap-exit true) (let loop () (exit (self) :normal) (recv 0) (loop))",
      "(fs/write! \"/tmp/lithe-was-here\" \"x\")",
      "(fs/delete! \"/\" :all)",
      "(fs/read \"/proc/self/environ\")",
      "(fs/read \"/dev/zero\")",
      "(sys/chdir! \"/\")",
      "(sys/env \"HOME\")",
      "(include \"/etc/passwd\")",
      "(import \"/etc/passwd\" :as p)",
      "(read-line)",
      "(let loop () (try (fs/exists? \"/\") (catch e nil)) (loop))",
      "(eval '(include \"/etc/passwd\"))",
      "(spawn \"(include \\\"/etc/passwd\\\")\") (recv)",
      "(%host-sync 0)",
      "(%append 1 2)",
      "(throw nil)",
      "(throw (self))",
      "(poke (fun () 1))",
      "(poke poke)",
      "(let loop () (poke) (loop))",
      "(list/map (fun (n) (poke)) (list/range $))",
      "(let loop () (log/level! :debug) (log/debug \"x\") (log/disable) (log/enable) (loop))",
      ")))",
      "\"",
      "(((((((((((((((((((",
      "\\ #; #| ",
  };
  return draw.fill(draw.of(shapes));
}

inline std::string library(Draw& draw) {
  static const char* const shapes[] = {
      "(task/map (fun (x) (let loop () (loop))) (list/range @))",
      "(task/map (fun (x) (recv)) (list/range $))",
      "(each (fun (i) (agent/start (fun () (list/range 10_000)))) (list/range $))",
      "(agent/start (fun () (let loop () (loop))))",
      "(task/await (task/async (fun () (let loop () (loop)))))",
      "(pubsub/subscribe :x) (let loop () (pubsub/publish :x 1) (loop))",
      "(let loop () (registry/register :x (self)) (loop))",
      "(list/flat-map (fun (x) (list/range x)) (list/range $))",
      "(list/fold-right (fun (x acc) (cons acc acc)) () (list/range $))",
      "(list/reduce (fun (acc x) (str acc acc)) \"x\" (list/range $))",
      "(map/reduce (fun (acc k v) (cons acc acc)) () {:a 1 :b 2})",
      "(list/take (list/range $) $)",
      "(list/partition @ (list/range $))",
      "(list/nth (list/range $) $)",
      "(vector/slice (list/->vector (list/range $)) 0 $)",
      "(gen/list (gen/int))",
      "(compose (fun (x) x) @)",
      "(let loop ((f identity)) (loop (compose f f)))",
      "(let loop ((f identity) (i 0)) (if (< i 40) (loop (compose f f) (+ i 1)) (f 1)))",
      "(let loop ((f identity)) (loop (partial f f)))",
  };
  return draw.fill(draw.of(shapes));
}

inline constexpr Family families[] = {
    {"loops", loops},
    {"memory", memory},
    {"bignums", bignums},
    {"strings", strings},
    {"names", names},
    {"recursion", recursion},
    {"macros", macros},
    {"forks", forks},
    {"patterns", patterns},
    {"json", json},
    {"sorting", sorting},
    {"sharing", sharing},
    {"endless", endless_values},
    {"messages", messages},
    {"definitions", definitions},
    {"escapes", escapes},
    {"library", library},
};
inline constexpr std::size_t family_count = std::size(families);

/// The attack as it is, or in a place where it may be harder to stop.
inline std::string wrapped(Draw& draw, const std::string& attack) {
  static const char* const places[] = {
      "",
      "",
      "",
      "(try (begin ~) (catch e (begin ~)))",
      "(let again () (try (begin ~) (catch e nil)) (again))",
      "(try (begin ~) (finally (begin ~)))",
      "(begin (spawn (fun () ~)) (begin ~))",
      "(begin (spawn (fun () ~)) (timer/sleep 1e9))",
      "(list/map (fun (x) ~) (list 1 2 3))",
      "(eval '(begin ~))",
      "(task/await (task/async (fun () ~)))",
      "(host-call (fun () ~))",
  };
  std::string place = draw.of(places);
  // What reads badly or defines macros stands at top level.
  if (place.empty() || attack.find("defmacro") != std::string::npos ||
      attack.find("(include") != std::string::npos || attack[0] != '(') {
    return attack;
  }
  std::string made;
  for (char c : place) {
    if (c == '~') {
      made += attack;
    } else {
      made += c;
    }
  }
  return made;
}

struct Script {
  const char* family;
  std::string text;
};

/// The program of a seed; seeds one after the other go through the families.
inline Script script(std::uint64_t seed) {
  Draw draw(seed * 0x9E3779B97F4A7C15u + 1);
  const Family& family = families[seed % family_count];
  std::string attack = family.make(draw);
  return {family.name, wrapped(draw, attack)};
}

}  // namespace hostile
