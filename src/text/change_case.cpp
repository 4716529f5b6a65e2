// SPDX-License-Identifier: Apache-2.0
// The mappings of one code point to one are utf8proc's. Those to several and that of the Σ at the
// end of a word are Unicode's SpecialCasing; here stands what of it holds in every language.
#include "text/change_case.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

#include "base/utf8.hpp"

namespace lithe::text {

namespace {

namespace utf8 = base::utf8;

constexpr u32 most_parts = 3;

struct Special {
  u32 from;
  u32 to[most_parts];  ///< 0: no more
};

/// To upper case, by `from`. The Greek letters with an iota below from 1F80 to 1FAF go by rule.
constexpr Special special_upper[] = {
    {0x00DF, {0x53, 0x53}},          {0x0149, {0x2BC, 0x4E}},
    {0x01F0, {0x4A, 0x30C}},         {0x0390, {0x399, 0x308, 0x301}},
    {0x03B0, {0x3A5, 0x308, 0x301}}, {0x0587, {0x535, 0x552}},
    {0x1E96, {0x48, 0x331}},         {0x1E97, {0x54, 0x308}},
    {0x1E98, {0x57, 0x30A}},         {0x1E99, {0x59, 0x30A}},
    {0x1E9A, {0x41, 0x2BE}},         {0x1F50, {0x3A5, 0x313}},
    {0x1F52, {0x3A5, 0x313, 0x300}}, {0x1F54, {0x3A5, 0x313, 0x301}},
    {0x1F56, {0x3A5, 0x313, 0x342}}, {0x1FB2, {0x1FBA, 0x399}},
    {0x1FB3, {0x391, 0x399}},        {0x1FB4, {0x386, 0x399}},
    {0x1FB6, {0x391, 0x342}},        {0x1FB7, {0x391, 0x342, 0x399}},
    {0x1FBC, {0x391, 0x399}},        {0x1FC2, {0x1FCA, 0x399}},
    {0x1FC3, {0x397, 0x399}},        {0x1FC4, {0x389, 0x399}},
    {0x1FC6, {0x397, 0x342}},        {0x1FC7, {0x397, 0x342, 0x399}},
    {0x1FCC, {0x397, 0x399}},        {0x1FD2, {0x399, 0x308, 0x300}},
    {0x1FD3, {0x399, 0x308, 0x301}}, {0x1FD6, {0x399, 0x342}},
    {0x1FD7, {0x399, 0x308, 0x342}}, {0x1FE2, {0x3A5, 0x308, 0x300}},
    {0x1FE3, {0x3A5, 0x308, 0x301}}, {0x1FE4, {0x3A1, 0x313}},
    {0x1FE6, {0x3A5, 0x342}},        {0x1FE7, {0x3A5, 0x308, 0x342}},
    {0x1FF2, {0x1FFA, 0x399}},       {0x1FF3, {0x3A9, 0x399}},
    {0x1FF4, {0x38F, 0x399}},        {0x1FF6, {0x3A9, 0x342}},
    {0x1FF7, {0x3A9, 0x342, 0x399}}, {0x1FFC, {0x3A9, 0x399}},
    {0xFB00, {0x46, 0x46}},          {0xFB01, {0x46, 0x49}},
    {0xFB02, {0x46, 0x4C}},          {0xFB03, {0x46, 0x46, 0x49}},
    {0xFB04, {0x46, 0x46, 0x4C}},    {0xFB05, {0x53, 0x54}},
    {0xFB06, {0x53, 0x54}},          {0xFB13, {0x544, 0x546}},
    {0xFB14, {0x544, 0x535}},        {0xFB15, {0x544, 0x53B}},
    {0xFB16, {0x54E, 0x546}},        {0xFB17, {0x544, 0x53D}},
};
static_assert(std::is_sorted(std::begin(special_upper), std::end(special_upper),
                             [](const Special& a, const Special& b) { return a.from < b.from; }));

constexpr u32 first_with_iota = 0x1F80, last_with_iota = 0x1FAF, iota = 0x399;
constexpr u32 first_special = 0xDF;

void append_upper(u32 c, std::string& out) {
  if (c >= first_with_iota && c <= last_with_iota) {
    constexpr u32 without_iota[] = {0x1F08, 0x1F28, 0x1F68};  // for each 16, small and large
    utf8::append(out, without_iota[(c - first_with_iota) / 16] + (c & 7));
    return utf8::append(out, iota);
  }
  if (c >= first_special) {
    auto found = std::lower_bound(std::begin(special_upper), std::end(special_upper), c,
                                  [](const Special& row, u32 wanted) { return row.from < wanted; });
    if (found != std::end(special_upper) && found->from == c) {
      for (u32 part : found->to) {
        if (part != 0) utf8::append(out, part);
      }
      return;
    }
  }
  utf8::append(out, u32(utf8proc_toupper(i32(c))));
}

/// Unicode's Cased.
bool is_cased(u32 c) {
  switch (utf8proc_category(i32(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
      return true;
    default:
      break;
  }
  // Other_Lowercase and Other_Uppercase.
  return c == 0xAA || c == 0xBA || (c >= 0x2B0 && c <= 0x2B8) || (c >= 0x2C0 && c <= 0x2C1) ||
         (c >= 0x2E0 && c <= 0x2E4) || c == 0x345 || c == 0x37A || (c >= 0x1D2C && c <= 0x1D6A) ||
         c == 0x1D78 || (c >= 0x1D9B && c <= 0x1DBF) || c == 0x2071 || c == 0x207F ||
         (c >= 0x2090 && c <= 0x209C) || (c >= 0x2160 && c <= 0x217F) ||
         (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x2C7C && c <= 0x2C7D) ||
         (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
         (c >= 0x1F170 && c <= 0x1F189);
}

/// Unicode's Case_Ignorable.
bool is_ignorable(u32 c) {
  switch (utf8proc_category(i32(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      break;
  }
  constexpr u32 within_words[] = {'\'',   '.',    ':',    0xB7,   0x387,  0x55F,
                                  0x5F4,  0x2018, 0x2019, 0x2024, 0x2027, 0xFE13,
                                  0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
  return std::find(std::begin(within_words), std::end(within_words), c) != std::end(within_words);
}

constexpr u32 capital_sigma = 0x3A3, small_sigma = 0x3C3, final_sigma = 0x3C2;
constexpr u32 capital_i_with_dot = 0x130, dot_above = 0x307;

/// Lower case of a text from its front: whether a Σ ends a word depends on what stands around it.
class Lower {
 public:
  Lower(std::string_view text, std::string& out) : text_(text), out_(out) {}

  void append(u32 c, size_t next) {
    if (c == capital_sigma) {
      utf8::append(out_, after_cased_ && !before_cased(next) ? final_sigma : small_sigma);
    } else if (c == capital_i_with_dot) {
      out_ += 'i';
      utf8::append(out_, dot_above);
    } else {
      utf8::append(out_, u32(utf8proc_tolower(i32(c))));
    }
    if (!is_ignorable(c)) after_cased_ = is_cased(c);
  }

 private:
  /// Looks at a place once, however many Σ stand in front of it.
  bool before_cased(size_t next) {
    if (next >= looked_) {
      for (looked_ = next; looked_ < text_.size();) {
        utf8::Decoded decoded = utf8::decode(text_.substr(looked_));
        looked_ += decoded.size;
        cased_there_ = is_cased(decoded.code_point);
        if (!is_ignorable(decoded.code_point)) return cased_there_;
      }
      cased_there_ = false;
    }
    return cased_there_;
  }

  std::string_view text_;
  std::string& out_;
  size_t looked_ = 0;  ///< what comes up to here is ignorable but for the last
  bool cased_there_ = false;
  bool after_cased_ = false;
};

}  // namespace

bool change_case(std::string_view text, bool upper, base::Watcher& watcher, std::string& out) {
  Lower lower(text, out);
  base::WatchedSteps steps(&watcher);
  for (size_t at = 0; at < text.size();) {
    utf8::Decoded decoded = utf8::decode(text.substr(at));
    at += decoded.size;
    if (upper) {
      append_upper(decoded.code_point, out);
    } else {
      lower.append(decoded.code_point, at);
    }
    if (steps.is_over()) return false;
  }
  return true;
}

}  // namespace lithe::text
