// SPDX-License-Identifier: Apache-2.0
// Bytes as text (Base64, parts of URLs), and checks on bytes.

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "value/off_heap.hpp"

namespace lithe::builtins {

using value::ElementType;
using value::OffHeap;

bool expect_bytes(NativeCall& call, u32 i, std::string_view& out) {
  if (value::is_string(call[i])) {
    out = value::text(call[i]);
    return true;
  }
  if (value::is_kind(call[i], value::Kind::buffer)) {
    const OffHeap* data = value::off_heap_of(call[i].as_object());
    if (data->type == ElementType::u8_) {
      out = {data->data(), data->bytes};
      return true;
    }
  }
  call.wrong_type(i, "a string or a :u8 buffer");
  return false;
}

namespace {

constexpr u64 piece_bytes = 256;  ///< what a loop does between two questions to Patience

/// The value to return for text that may not be UTF-8.
Value give_decoded(NativeCall& call, const std::string& bytes) {
  size_t valid = base::utf8::validate(bytes);
  if (valid == bytes.size()) return give_string(call, bytes);
  return call.fail(ErrorKind::value,
                   fmt::format("what argument 1 stands for is not UTF-8 from byte {} on", valid));
}

// ---- Base64 (RFC 4648, section 4) ----

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr u8 no_digit = 0xFF;

constexpr std::array<u8, 256> base64_values = [] {
  std::array<u8, 256> values;
  values.fill(no_digit);
  for (u8 i = 0; i < 64; i++) values[u8(base64_digits[i])] = i;
  return values;
}();

void encode_group(TextWriter& out, std::string_view bytes) {
  u32 bits = 0;
  for (u32 i = 0; i < 3; i++) bits = bits << 8 | (i < bytes.size() ? u8(bytes[i]) : 0);
  for (u32 i = 0; i < 4; i++) {
    out.put_byte(i <= bytes.size() ? base64_digits[bits >> (18 - 6 * i) & 63] : '=');
  }
}

/// Appends what the digits stand for. False: the error is set.
bool decode_base64(NativeCall& call, std::string_view text, std::string& out) {
  auto refuse = [&](std::string_view why) {
    call.fail(ErrorKind::value, fmt::format("argument 1 is no Base64: {}", why));
    return false;
  };
  if (text.size() % 4 != 0) {
    return refuse(fmt::format("its length {} is no multiple of 4", text.size()));
  }
  size_t digits = text.size();
  while (digits > 0 && digits + 2 > text.size() && text[digits - 1] == '=') digits--;
  Patience patience(call);
  u32 bits = 0;
  for (size_t i = 0; i < digits; i++) {
    u8 digit = base64_values[u8(text[i])];
    if (digit == no_digit) {
      u64 index = base::utf8::count(text.substr(0, i));
      return refuse(fmt::format("the character at index {} is none of its digits", index));
    }
    bits = bits << 6 | digit;
    if (i % 4 != 0) out += char(bits >> (6 - i % 4 * 2));
    if (patience.is_over()) return false;
  }
  u32 unused = digits % 4 == 2 ? 15 : digits % 4 == 3 ? 3 : 0;
  if (digits % 4 == 1 || (bits & unused) != 0) return refuse("its last digits stand for no bytes");
  return true;
}

Value give_buffer(NativeCall& call, std::string_view bytes) {
  OffHeap* data = OffHeap::create_array(ElementType::u8_, bytes.size());
  if (!data) return call.out_of_memory();
  bytes.copy(data->data(), bytes.size());
  return or_out_of_memory(call, call.heap().adopt_buffer(data, false));
}

// ---- CRC-32 (the one of zip, PNG and Ethernet) ----

constexpr std::array<u32, 256> crc32_steps = [] {
  std::array<u32, 256> steps{};
  for (u32 i = 0; i < 256; i++) {
    u32 rest = i;
    for (u32 bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? 0xEDB88320 : 0);
    steps[i] = rest;
  }
  return steps;
}();

// ---- Parts of URLs (RFC 3986, section 2) ----

constexpr char hexadecimal[] = "0123456789ABCDEF";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// -1: no hexadecimal digit.
int hexadecimal_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Value base64_encode(NativeCall& call) {
  std::string_view bytes;
  if (!expect_bytes(call, 0, bytes)) return Value::error();
  TextWriter result(call);
  if (!result.reserve((bytes.size() + 2) / 3 * 4)) return Value::error();
  expect_bytes(call, 0, bytes);
  Patience patience(call);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    encode_group(result, bytes.substr(at, 3));
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value base64_decode(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  bool as_buffer = call.given(1) && !call[1].is_nil();
  if (as_buffer && call[1] != Value::keyword(base::name::u8)) {
    return call.wrong_type(1, ":u8, for a buffer, or nil, for a string");
  }
  std::string bytes;
  if (!call.heap().has_room(text.size() * 2)) return call.out_of_memory();
  text = value::text(call[0]);
  bytes.reserve(text.size() / 4 * 3);
  if (!decode_base64(call, text, bytes)) return Value::error();
  return as_buffer ? give_buffer(call, bytes) : give_decoded(call, bytes);
}

Value hash_sha256(NativeCall& call) {
  std::string_view bytes;
  if (!expect_bytes(call, 0, bytes)) return Value::error();
  Patience patience(call);
  base::Sha256 hash;
  for (size_t at = 0; at < bytes.size(); at += piece_bytes) {
    hash.add(bytes.substr(at, piece_bytes));
    if (patience.is_over()) return Value::error();
  }
  std::string text;
  for (u8 byte : hash.finish()) text += fmt::format("{:02x}", byte);
  return give_string(call, text);
}

Value hash_crc32(NativeCall& call) {
  std::string_view bytes;
  if (!expect_bytes(call, 0, bytes)) return Value::error();
  Patience patience(call);
  u32 rest = ~u32{0};
  for (size_t at = 0; at < bytes.size(); at += piece_bytes) {
    for (char c : bytes.substr(at, piece_bytes)) rest = rest >> 8 ^ crc32_steps[u8(rest) ^ u8(c)];
    if (patience.is_over()) return Value::error();
  }
  return Value::integer(~rest);
}

Value net_url_encode(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  u64 escaped = 0;
  for (char c : text) escaped += !is_unreserved(c);
  if (escaped == 0) return call[0];
  TextWriter result(call);
  if (!result.reserve(text.size() + 2 * escaped)) return Value::error();
  Patience patience(call);
  for (char c : value::text(call[0])) {
    if (is_unreserved(c)) {
      result.put_byte(c);
    } else {
      result.put_byte('%');
      result.put_byte(hexadecimal[u8(c) >> 4]);
      result.put_byte(hexadecimal[u8(c) & 15]);
    }
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value net_url_decode(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  if (text.find('%') == std::string_view::npos) return call[0];
  if (!call.heap().has_room(text.size() * 2)) return call.out_of_memory();
  text = value::text(call[0]);
  Patience patience(call);
  std::string bytes;
  for (size_t i = 0; i < text.size(); i++) {
    if (patience.is_over()) return Value::error();
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    int high = i + 2 < text.size() ? hexadecimal_value(text[i + 1]) : -1;
    int low = high >= 0 ? hexadecimal_value(text[i + 2]) : -1;
    if (low < 0) {
      u64 index = base::utf8::count(text.substr(0, i));
      return call.fail(
          ErrorKind::value,
          fmt::format("argument 1: two hexadecimal digits must follow the % at index {}", index));
    }
    bytes += char(high << 4 | low);
    i += 2;
  }
  return give_decoded(call, bytes);
}

}  // namespace lithe::builtins
