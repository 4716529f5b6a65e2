// SPDX-License-Identifier: Apache-2.0
#include "syntax/map_keys.hpp"

#include <gtest/gtest.h>

#include <string>

#include "syntax/reader_test_support.hpp"

namespace lithe::syntax {
namespace {

/// The place of the repeated key and of the first, or "none".
std::string found(std::string_view text, bool in_data) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t.lt", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source);
  auto form = reader.next();
  if (!form || !*form) return "unreadable";
  const Datum& root = *form->value().root;
  auto repeated = in_data ? repeated_key_in_data(root) : repeated_key_in_code(root);
  if (!repeated) return "none";
  return testing_support::shown(repeated_key_error(*repeated, names));
}

TEST(MapKeys, EqualKeysOfDataAreFoundWhereverTheyAre) {
  EXPECT_EQ(found("{:a 1 :b 2 :a 3}", true),
            "error 1:12+2 duplicate key :a in a map | 1:2+2 first given here");
  EXPECT_EQ(found("(x [{y {1 2 1.0 3}}])", true),
            "error 1:13+3 duplicate key 1.0 in a map | 1:9+1 first given here");
  EXPECT_EQ(found("{a 1 a 2}", true),
            "error 1:6+1 duplicate key a in a map | 1:2+1 first given here");
  EXPECT_EQ(found("{(a [1]) 1 (a [1]) 2}", true),
            "error 1:12+7 duplicate key (a [1]) in a map | 1:2+7 first given here");
  EXPECT_EQ(found("{(a [1]) 1 (a [2]) 2 [a] 3 a 4}", true), "none");
  EXPECT_EQ(found("{1 {1 2} 2 {1 2}}", true), "none");
  EXPECT_EQ(found("{\"a\" 1 :a 2 a 3 true 4 false 5 nil 6 1 7 1.5 8}", true), "none");
}

TEST(MapKeys, InCodeOnlyKeysThatStandForThemselvesCount) {
  EXPECT_EQ(found("{(f) 1 (f) 2 x 3 x 4 [x] 5 [x] 6}", false), "none");
  EXPECT_EQ(found("{nil 1 nil 2}", false),
            "error 1:8+3 duplicate key nil in a map | 1:2+3 first given here");
  EXPECT_EQ(found("{() 1 () 2}", false),
            "error 1:7+2 duplicate key () in a map | 1:2+2 first given here");
}

TEST(MapKeys, LargeMapsAreSearchedInLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; i++) text += "[k " + std::to_string(i) + "] 1 ";
  EXPECT_EQ(found(text + "}", true), "none");
  EXPECT_EQ(found(text + "[k 77] 2}", true).substr(0, 6), "error ");
  std::string numbers = "{";
  for (int i = 0; i < 100; i++) numbers += std::to_string(i) + " 1 ";
  EXPECT_EQ(found(numbers + "-0.0 2}", false),
            "error 1:492+4 duplicate key -0.0 in a map | 1:2+1 first given here");
}

}  // namespace
}  // namespace lithe::syntax
