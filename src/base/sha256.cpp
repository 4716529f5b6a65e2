// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lithe::base {

namespace {

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr u32 round_constants[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

u32 read_big_endian(const u8* at) {
  return u32(at[0]) << 24 | u32(at[1]) << 16 | u32(at[2]) << 8 | at[3];
}

}  // namespace

void Sha256::take_block(const u8* block) {
  u32 words[64];
  for (u32 i = 0; i < 16; i++) words[i] = read_big_endian(block + 4 * i);
  for (u32 i = 16; i < 64; i++) {
    u32 w15 = words[i - 15], w2 = words[i - 2];
    u32 s0 = std::rotr(w15, 7) ^ std::rotr(w15, 18) ^ (w15 >> 3);
    u32 s1 = std::rotr(w2, 17) ^ std::rotr(w2, 19) ^ (w2 >> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  u32 v[8];
  std::copy(state_, state_ + 8, v);
  auto& [a, b, c, d, e, f, g, h] = v;
  for (u32 i = 0; i < 64; i++) {
    u32 s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    u32 first = h + s1 + ((e & f) ^ (~e & g)) + round_constants[i] + words[i];
    u32 s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    u32 second = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  for (u32 i = 0; i < 8; i++) state_[i] += v[i];
}

void Sha256::add(std::string_view bytes) {
  auto* at = reinterpret_cast<const u8*>(bytes.data());
  u64 left = bytes.size();
  u64 used = bytes_ % block_bytes;
  bytes_ += left;
  if (used > 0) {
    u64 taken = std::min(left, block_bytes - used);
    std::memcpy(pending_ + used, at, taken);
    at += taken;
    left -= taken;
    if (used + taken < block_bytes) return;
    take_block(pending_);
  }
  for (; left >= block_bytes; left -= block_bytes, at += block_bytes) take_block(at);
  if (left > 0) std::memcpy(pending_, at, left);
}

Sha256::Digest Sha256::finish() {
  constexpr u32 length_bytes = 8;
  u64 bits = bytes_ * 8;
  u64 used = bytes_ % block_bytes;
  pending_[used++] = 0x80;
  if (used > block_bytes - length_bytes) {
    std::memset(pending_ + used, 0, block_bytes - used);
    take_block(pending_);
    used = 0;
  }
  std::memset(pending_ + used, 0, block_bytes - used);
  for (u32 i = 0; i < length_bytes; i++) pending_[block_bytes - 1 - i] = u8(bits >> (8 * i));
  take_block(pending_);
  Digest digest;
  for (u32 i = 0; i < digest.size(); i++) digest[i] = u8(state_[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

}  // namespace lithe::base
