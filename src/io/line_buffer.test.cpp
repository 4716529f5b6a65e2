// SPDX-License-Identifier: Apache-2.0
#include "io/line_buffer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lithe::io {
namespace {

/// All lines of `text`, cut into pieces of `step` bytes; an error shows as "!", the end as "$".
std::vector<std::string> lines_of(std::string_view text, size_t step, u64 limit) {
  LineBuffer buffer(limit);
  std::vector<std::string> lines;
  size_t at = 0;
  for (;;) {
    std::optional<Line> line = buffer.next();
    if (!line.has_value()) {
      std::string_view piece = text.substr(at, step);
      at += piece.size();
      if (piece.empty()) {
        buffer.add_end();
      } else {
        buffer.add(piece);
      }
      continue;
    }
    if (!*line) {
      lines.push_back("!");
    } else if (line->value().has_value()) {
      lines.push_back(*line->value());
    } else {
      lines.push_back("$");
      return lines;
    }
  }
}

using Lines = std::vector<std::string>;

TEST(LineBuffer, CutsTheSameHoweverTheBytesCome) {
  for (size_t step : {1, 2, 3, 7, 1'000}) {
    EXPECT_EQ(lines_of("one\ntwo\n\nlast", step, 100), (Lines{"one", "two", "", "last", "$"}));
    EXPECT_EQ(lines_of("one\n", step, 100), (Lines{"one", "$"}));
    EXPECT_EQ(lines_of("", step, 100), (Lines{"$"}));
    EXPECT_EQ(lines_of("\r\n\n", step, 100), (Lines{"\r", "", "$"}));
  }
}

TEST(LineBuffer, ALineThatIsTooLongIsOneErrorAndNoMore) {
  for (size_t step : {1, 2, 3, 7, 1'000}) {
    EXPECT_EQ(lines_of("abcd\nabcde\nfine\n", step, 4), (Lines{"abcd", "!", "fine", "$"}));
    EXPECT_EQ(lines_of("abcdefghijkl\nfine", step, 4), (Lines{"!", "fine", "$"}));
    EXPECT_EQ(lines_of("abcdefghijkl", step, 4), (Lines{"!", "$"}));
  }
}

TEST(LineBuffer, AnEndCanBeTakenBack) {
  LineBuffer buffer(10);
  buffer.add("a");
  buffer.add_end();
  EXPECT_EQ(**buffer.next().value(), "a");
  EXPECT_FALSE(buffer.next()->value().has_value());
  buffer.clear_end();
  EXPECT_FALSE(buffer.next().has_value());
  buffer.add("b\n");
  EXPECT_EQ(**buffer.next().value(), "b");
}

}  // namespace
}  // namespace lithe::io
