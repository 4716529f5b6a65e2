// SPDX-License-Identifier: Apache-2.0
#include "syntax/reader.hpp"

#include <gtest/gtest.h>

#include "syntax/reader_test_support.hpp"

namespace lithe::syntax {
namespace {

using testing_support::read;
using testing_support::read_text;
using testing_support::shown;
namespace name = base::name;

TEST(Reader, Leaves) {
  EXPECT_EQ(read("42 -17 +5 0xff .5 1e-9"), "42\n-17\n5\n255\n0.5\n1e-9");
  EXPECT_EQ(read("123456789012345678901234567890"), "123456789012345678901234567890");
  EXPECT_EQ(read("-0xFFFFFFFFFFFFFFFFFF"), "-0xffffffffffffffffff");
  EXPECT_EQ(read("123456789012345678 1234567890123456789"),
            "123456789012345678\n1234567890123456789");
  EXPECT_EQ(read("true false nil"), "true\nfalse\nnil");
  EXPECT_EQ(read(":key :a/b ::c :1"), ":key\n:a/b\n::c\n:1");
  EXPECT_EQ(read("+ - ... . -> a.b set! list/map x1 name# <= é|ü"),
            "+\n-\n...\n.\n->\na.b\nset!\nlist/map\nx1\nname#\n<=\né|ü");
  EXPECT_EQ(read("\"a\\n\\u{1F600}\""), "\"a\\n😀\"");
  EXPECT_EQ(read("\"\""), "\"\"");
}

TEST(Reader, LeavesHaveTheirKinds) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t", "true nil nilx :nil 1.0 \"x\"", TextSource::Keep::file);
  Reader reader(names, map, source);
  for (DatumKind kind : {DatumKind::boolean, DatumKind::nil, DatumKind::symbol, DatumKind::keyword,
                         DatumKind::float_, DatumKind::string}) {
    EXPECT_EQ((**reader.next()).root->kind, kind);
  }
  EXPECT_FALSE(reader.next());
}

TEST(Reader, Nothing) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" \t\r\n\f\v"), "");
  EXPECT_EQ(read("; only this"), "");
  EXPECT_EQ(read("\xEF\xBB\xBF"), "");
  EXPECT_EQ(read("#!"), "");
}

TEST(Reader, Brackets) {
  EXPECT_EQ(read("()"), "()");
  EXPECT_EQ(read("(a(b)[c [d]]{:k v})"), "(a (b) [c [d]] {:k v})");
  EXPECT_EQ(read("(a)(b)\n[c]"), "(a)\n(b)\n[c]");
  EXPECT_EQ(read("{}"), "{}");
  EXPECT_EQ(read("(a\"b\"c)"), "(a \"b\" c)");
}

TEST(Reader, Abbreviations) {
  EXPECT_EQ(read("'x"), "(quote x)");
  EXPECT_EQ(read("`(a ,b ,@c)"), "(quasiquote (a (unquote b) (unquote-splicing c)))");
  EXPECT_EQ(read("''()"), "(quote (quote ()))");
  EXPECT_EQ(read("(a'b)"), "(a (quote b))");
  EXPECT_EQ(read("' ; why\n x"), "(quote x)");
  EXPECT_EQ(read(", @x"), "(unquote @x)");
}

TEST(Reader, Comments) {
  EXPECT_EQ(read("a ; b ( \" \nc"), "a\nc");
  EXPECT_EQ(read("(a #| b #| ( |# ) |# c)"), "(a c)");
  EXPECT_EQ(read("a#|b"), "a#|b");
  EXPECT_EQ(read("#|#||#|#a"), "a");
  EXPECT_EQ(read("#||||#a"), "a");
  EXPECT_EQ(read("(a #;b c)"), "(a c)");
  EXPECT_EQ(read("(a #;(b #;c d) e)"), "(a e)");
  EXPECT_EQ(read("#;a #;#;b c d"), "d");
  EXPECT_EQ(read("'#;a b"), "(quote b)");
  EXPECT_EQ(read("(a #;'b)"), "(a)");
  EXPECT_EQ(read("#;a"), "");
}

TEST(Reader, FirstLine) {
  EXPECT_EQ(read("#!/usr/bin/env lithe (\na"), "a");
  EXPECT_EQ(read("\xEF\xBB\xBF#!x\na"), "a");
  EXPECT_EQ(read("\xEF\xBB\xBF(a)"), "(a)");
  EXPECT_EQ(read("\xEF\xBB\xBF\xEF\xBB\xBF#!a"),
            "error 1:2+3 no datum begins like `#!a`; a comment begins with `;`");
  EXPECT_EQ(read("a\n#!x\nb"),
            "a\nerror 2:1+3 no datum begins like `#!x`; a comment begins with `;`\nb");
}

TEST(Reader, LineEnds) {
  EXPECT_EQ(read("(a\r\n b) ; c\r\nd\r\n"), "(a b)\nd");
  EXPECT_EQ(read("a\u00A0b\u3000(c)\u2028"), "a\nb\n(c)");
  EXPECT_EQ(read("a\uFEFFb"), "a\nb");
}

std::string spans(std::string_view text) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source);
  std::string out;
  while (auto result = reader.next()) {
    std::vector<const Datum*> work{(**result).root};
    while (!work.empty()) {
      const Datum* datum = work.back();
      work.pop_back();
      EXPECT_EQ(datum->span.source, reader.source());
      out += (out.empty() ? "" : " ") + shown(datum->span);
      if (!datum->is_sequence()) continue;
      for (u32 i = datum->size; i-- > 0;) work.push_back(datum->items[i]);
    }
  }
  return out;
}

TEST(Reader, EveryDatumKnowsItsPlace) {
  EXPECT_EQ(spans("(ab 12\n  \"x\")"), "1:1+13 1:2+2 1:5+2 2:3+3");
  EXPECT_EQ(spans(" 'a ,@b"), "1:2+2 1:2+1 1:3+1 1:5+3 1:5+2 1:7+1");
  EXPECT_EQ(spans("é \"ü\n字\" x"), "1:1+1 1:3+5 2:4+1");
  EXPECT_EQ(spans("#| é\né |# x ; é\ny"), "2:6+1 3:1+1");
  EXPECT_EQ(spans("\xEF\xBB\xBFx\ty\u00A0z"), "1:1+1 1:3+1 1:5+1");
  EXPECT_EQ(spans("(\"\n\" a)"), "1:1+7 1:2+3 2:3+1");
}

TEST(Reader, KeepsCommentsOnRequest) {
  ReaderOptions keep{.keep_comments = true};
  EXPECT_EQ(read("#!sh\n; one\n(a ; two\r\n b #| three |# #;(c d))\n", keep),
            "#!sh\n\n; one\n\n(a ; two\n b #| three |# #;(c d))");
  EXPECT_EQ(read("(' ; c\n x)", keep), "(; c\n (quote x))");
  EXPECT_EQ(read("{a ; c\n b}", keep), "{a ; c\n b}");
  EXPECT_EQ(read("#;a", keep), "#;a");
  EXPECT_EQ(read("; \xFF\na", keep), "error 1:3+1 invalid UTF-8: byte \"\\xFF\"\na");
}

TEST(Reader, GivesAFormAsSoonAsItIsClosed) {
  base::NameTable names;
  SourceMap map;
  FedSource source("<repl>");
  Reader reader(names, map, source);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.needs_input());
  EXPECT_FALSE(reader.inside_form());
  source.feed("(def f");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.inside_form());
  source.feed(" \"x\n");
  EXPECT_FALSE(reader.next());
  source.feed("y\")");
  auto form = reader.next();
  ASSERT_TRUE(form && *form);
  EXPECT_EQ(print(*(**form).root, names), "(def f \"x\\ny\")");
  EXPECT_FALSE(reader.inside_form());
  source.feed(" x\n");
  EXPECT_EQ(print(*(**reader.next()).root, names), "x");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.needs_input());
  source.close();
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.needs_input());
}

TEST(Reader, AbandonForgetsTheFormAndTheLine) {
  base::NameTable names;
  SourceMap map;
  FedSource source("<repl>");
  Reader reader(names, map, source);
  source.feed("(a [b\n\"c d) e\nf");
  EXPECT_FALSE(reader.next());
  reader.abandon();
  EXPECT_FALSE(reader.inside_form());
  source.feed("(x ]) y\n g\n");
  EXPECT_FALSE(*reader.next());
  reader.abandon();
  EXPECT_EQ(shown((**reader.next()).root->span), "4:2+1");
  EXPECT_FALSE(reader.next());
}

TEST(Reader, TellsTheSourceWhatItNeeds) {
  struct Asking : FedSource {
    using FedSource::FedSource;
    Chunk read(Need need) override {
      needs.push_back(need);
      return FedSource::read(need);
    }
    std::vector<Need> needs;
  };
  base::NameTable names;
  SourceMap map;
  Asking source("<repl>");
  Reader reader(names, map, source);
  for (const char* piece : {"(a", " b)\n", "; c", "\n'", "x\n\"", "\" "}) {
    source.feed(piece);
    while (reader.next()) {
    }
  }
  std::vector<Need> asked_again;  // every second question is the one that found nothing
  for (size_t i = 1; i < source.needs.size(); i += 2) asked_again.push_back(source.needs[i]);
  EXPECT_EQ(asked_again, (std::vector{Need::rest_of_form, Need::form, Need::form,
                                      Need::rest_of_form, Need::rest_of_form, Need::form}));
}

TEST(Reader, FormsOutliveTheReaderAndAreReused) {
  base::NameTable names;
  Form kept;
  {
    SourceMap map;
    TextSource source("t", "(a b) (c d)", TextSource::Keep::file);
    Reader reader(names, map, source);
    kept = *std::move(*reader.next());
    Form other = *std::move(*reader.next());
    EXPECT_EQ(print(*other.root, names), "(c d)");
  }
  EXPECT_EQ(print(*kept.root, names), "(a b)");
}

TEST(Reader, LongTokensArriveInPieces) {
  std::string digits(300'000, '7');
  std::string text = "(" + digits + " \"" + digits + "\" x" + digits.substr(0, 60'000) + ")";
  auto whole = read_text(text);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].size(), text.size());
  EXPECT_EQ(testing_support::read_in_pieces(text, 1000), whole);
}

}  // namespace
}  // namespace lithe::syntax
