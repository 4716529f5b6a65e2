// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lithe::base {
namespace {

std::string hex(Sha256& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (u8 byte : hash.finish()) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hex(hash);
}

// The examples of FIPS 180-4 and its test vectors.
TEST(Sha256, GivesThePublishedResults) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotSeeHowBytesComeInPieces) {
  std::string text;
  for (u32 i = 0; i < 200; i++) text += char(i);
  for (u32 length = 0; length <= text.size(); length++) {
    std::string whole = sha256(std::string_view(text).substr(0, length));
    for (u32 piece : {1u, 7u, 63u, 64u, 65u}) {
      Sha256 hash;
      for (u32 at = 0; at < length; at += piece) {
        hash.add(std::string_view(text).substr(at, std::min(piece, length - at)));
      }
      EXPECT_EQ(hex(hash), whole) << length << " in pieces of " << piece;
    }
  }
}

}  // namespace
}  // namespace lithe::base
