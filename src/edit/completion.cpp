// SPDX-License-Identifier: Apache-2.0
#include "edit/completion.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace lithe::edit {

namespace {

constexpr size_t most_listed = 100;

bool separates(char c) {
  return u8(c) <= ' ' || std::string_view("()[]{}\"';,`").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view last_word(std::string_view text) {
  bool in_string = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (in_string && text[i] == '\\') {
      i++;
    } else if (text[i] == '"') {
      in_string = !in_string;
    }
    if (i < text.size() && separates(text[i])) begin = i + 1;
  }
  return in_string ? std::string_view() : text.substr(std::min(begin, text.size()));
}

std::span<const std::string> matching(const Names& names, std::string_view word) {
  auto first = std::lower_bound(names.begin(), names.end(), word);
  auto last = std::find_if_not(first, names.end(),
                               [&](const auto& name) { return name.starts_with(word); });
  return {first, last};
}

std::string_view common_start(std::span<const std::string> names) {
  std::string_view first = names.front(), last = names.back();
  size_t length =
      size_t(std::mismatch(first.begin(), first.begin() + std::min(first.size(), last.size()),
                           last.begin())
                 .first -
             first.begin());
  while (length > 0 && length < first.size() && base::utf8::is_continuation(first[length]))
    length--;
  return first.substr(0, length);
}

std::string in_columns(std::span<const std::string> names, u32 width) {
  size_t left_out = names.size() > most_listed ? names.size() - most_listed : 0;
  names = names.first(names.size() - left_out);
  size_t widest = 1;
  for (const std::string& name : names) widest = std::max(widest, base::utf8::count(name));
  size_t columns = std::max<size_t>(1, width / (widest + 2));
  size_t rows = (names.size() + columns - 1) / columns;
  std::string out;
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = row; i < names.size(); i += rows) {
      out += names[i];
      if (i + rows < names.size()) out.append(widest + 2 - base::utf8::count(names[i]), ' ');
    }
    out += '\n';
  }
  if (left_out > 0) out += "… and " + std::to_string(left_out) + " more\n";
  return out;
}

std::vector<std::string> keywords_in(std::string_view text) {
  std::vector<std::string> found;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != ':' || (i > 0 && !separates(text[i - 1]))) continue;
    size_t end = i + 1;
    while (end < text.size() && !separates(text[end])) end++;
    if (end > i + 1) found.emplace_back(text.substr(i, end - i));
    i = end;
  }
  return found;
}

}  // namespace lithe::edit
