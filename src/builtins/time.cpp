// SPDX-License-Identifier: Apache-2.0
// (time/format ms pattern zone), (time/parse text pattern zone): milliseconds since 1970 to text
// and back. A pattern's % and letter stand for a field, all else for itself:
//   %Y %m %d %H %M %S   numbers of 4 and 2 digits       %L       milliseconds, 3 digits
//   %I %p               hour from 1 to 12, AM or PM     %j %u    day of year, of week (1: Monday)
//   %a %A %b %B         English names, short and long   %z       Z or the distance from UTC
//   %s                  seconds since 1970              %F %T    %Y-%m-%d and %H:%M:%S
// Without a pattern it is ISO 8601: %FT%T.%L%z; read, its later parts may be missing.

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <string>

#include "base/utf8.hpp"
#include "builtins/building.hpp"

namespace lithe::builtins {

namespace {

namespace chrono = std::chrono;

constexpr std::string_view iso_pattern = "%FT%T.%L%z";
constexpr std::string_view day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
constexpr std::string_view month_names[] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};
constexpr size_t short_name = 3;
constexpr i64 ms_of_minute = 60'000;
constexpr i64 ms_of_day = 86'400'000;

/// 0000-01-01 and 10000-01-01: four digits hold the years between.
constexpr i64 first_ms =
    chrono::sys_days(chrono::year(0) / 1 / 1).time_since_epoch().count() * ms_of_day;
constexpr i64 end_ms =
    chrono::sys_days(chrono::year(10000) / 1 / 1).time_since_epoch().count() * ms_of_day;

/// What %F and %T are short for; empty: nothing.
std::string_view longer_pattern(char letter) {
  return letter == 'F' ? "%Y-%m-%d" : letter == 'T' ? "%H:%M:%S" : "";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ---- Writing ----

class TimeWriter {
 public:
  TimeWriter(i64 ms, i64 zone_minutes) : ms_(ms), zone_(zone_minutes) {
    i64 local = ms + zone_minutes * ms_of_minute;
    chrono::sys_days day{chrono::floor<chrono::days>(chrono::milliseconds(local))};
    date_ = chrono::year_month_day(day);
    weekday_ = chrono::weekday(day).iso_encoding();
    year_day_ = (day - chrono::sys_days(date_.year() / 1 / 1)).count() + 1;
    of_day_ = local - day.time_since_epoch().count() * ms_of_day;
  }

  /// False: there is a % without a letter that it knows; `text` ends there.
  bool write(std::string_view pattern, std::string& text) {
    for (size_t i = 0; i < pattern.size(); i++) {
      if (pattern[i] != '%') {
        text += pattern[i];
      } else if (++i == pattern.size() || !field(pattern[i], text)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool field(char letter, std::string& text) {
    auto number = [&](i64 n, int width) { text += fmt::format("{:0{}}", n, width); };
    i64 hour = of_day_ / 3'600'000;
    switch (letter) {
      case 'Y':
        number(int(date_.year()), 4);
        return true;
      case 'm':
        number(unsigned(date_.month()), 2);
        return true;
      case 'd':
        number(unsigned(date_.day()), 2);
        return true;
      case 'H':
        number(hour, 2);
        return true;
      case 'I':
        number((hour + 11) % 12 + 1, 2);
        return true;
      case 'M':
        number(of_day_ / ms_of_minute % 60, 2);
        return true;
      case 'S':
        number(of_day_ / 1000 % 60, 2);
        return true;
      case 'L':
        number(of_day_ % 1000, 3);
        return true;
      case 'j':
        number(year_day_, 3);
        return true;
      case 'u':
        number(weekday_, 1);
        return true;
      case 's':
        number(chrono::floor<chrono::seconds>(chrono::milliseconds(ms_)).count(), 1);
        return true;
      case 'p':
        text += hour < 12 ? "AM" : "PM";
        return true;
      case 'a':
        text += day_names[weekday_ - 1].substr(0, short_name);
        return true;
      case 'A':
        text += day_names[weekday_ - 1];
        return true;
      case 'b':
        text += month_names[unsigned(date_.month()) - 1].substr(0, short_name);
        return true;
      case 'B':
        text += month_names[unsigned(date_.month()) - 1];
        return true;
      case 'z':
        zone(text);
        return true;
      case '%':
        text += '%';
        return true;
      default:
        break;
    }
    std::string_view longer = longer_pattern(letter);
    return !longer.empty() && write(longer, text);
  }

  void zone(std::string& text) {
    if (zone_ == 0) {
      text += 'Z';
      return;
    }
    i64 minutes = std::abs(zone_);
    text += fmt::format("{}{:02}:{:02}", zone_ < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }

  i64 ms_, zone_, of_day_, year_day_;
  unsigned weekday_;
  chrono::year_month_day date_;
};

// ---- Reading ----

class TimeReader {
 public:
  TimeReader(std::string_view text, i64 zone_minutes) : text_(text), zone_(zone_minutes) {}

  /// False: the text goes on otherwise at byte at().
  bool read(std::string_view pattern) {
    for (size_t i = 0; i < pattern.size(); i++) {
      bool escaped = pattern[i] == '%' && ++i < pattern.size();
      if (!(escaped ? field(pattern[i]) : take(pattern[i]))) return false;
    }
    return true;
  }
  bool read_iso() {
    if (!read("%F")) return false;
    if (at_end()) return true;
    if (!take('T') && !take(' ')) return false;
    if (!read("%H:%M")) return false;
    if (take(':') && !read("%S")) return false;
    if ((take('.') || take(',')) && !read("%L")) return false;
    return at_end() || zone();
  }
  bool at_end() const { return at_ == text_.size(); }
  size_t at() const { return at_; }

  bool zone() {
    if (take('Z')) {
      zone_ = 0;
      return true;
    }
    bool negative = take('-');
    i64 hours, minutes = 0;
    if ((!negative && !take('+')) || !number(2, 0, 23, hours)) return false;
    bool colon = take(':');
    if ((colon || (at_ < text_.size() && is_digit(text_[at_]))) && !number(2, 0, 59, minutes)) {
      return false;
    }
    zone_ = (hours * 60 + minutes) * (negative ? -1 : 1);
    return true;
  }
  i64 zone_minutes() const { return zone_; }

  /// What the fields say. False: no such day.
  bool time(double& ms) const {
    if (since_epoch_) {
      ms = seconds_since_epoch_ * 1000 + fraction_ms_;
      return true;
    }
    chrono::year year{int(year_)};
    chrono::sys_days day;
    if (year_day_ > 0) {
      if (year_day_ > 365 + year.is_leap()) return false;
      day = chrono::sys_days(year / 1 / 1) + chrono::days(year_day_ - 1);
    } else {
      chrono::year_month_day date = year / unsigned(month_) / unsigned(day_);
      if (!date.ok()) return false;
      day = date;
    }
    if (weekday_ > 0 && chrono::weekday(day).iso_encoding() != weekday_) return false;
    i64 hour = half_day_ < 0 ? hour_ : hour_ % 12 + half_day_;
    i64 whole = day.time_since_epoch().count() * ms_of_day +
                (hour * 60 + minute_ - zone_) * ms_of_minute + second_ * 1000;
    ms = double(whole) + fraction_ms_;
    return true;
  }

 private:
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    at_++;
    return true;
  }
  bool number(u32 digits, i64 least, i64 most, i64& out) {
    if (at_ + digits > text_.size()) return false;
    i64 n = 0;
    for (u32 i = 0; i < digits; i++) {
      if (!is_digit(text_[at_ + i])) return false;
      n = n * 10 + (text_[at_ + i] - '0');
    }
    if (n < least || n > most) return false;
    at_ += digits;
    out = n;
    return true;
  }
  bool fraction() {
    double unit = 100;
    fraction_ms_ = 0;
    size_t start = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); at_++, unit /= 10) {
      fraction_ms_ += unit * (text_[at_] - '0');
    }
    return at_ > start;
  }
  bool seconds() {
    constexpr size_t most_digits = 12;
    bool negative = take('-');
    i64 n = 0;
    size_t start = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]) && at_ - start < most_digits; at_++) {
      n = n * 10 + (text_[at_] - '0');
    }
    seconds_since_epoch_ = double(negative ? -n : n);
    since_epoch_ = true;
    return at_ > start;
  }
  /// `out`: which of the names, from 1.
  template <class Names>
  bool name(const Names& names, bool whole, i64& out) {
    out = 0;
    for (std::string_view candidate : names) {
      out++;
      std::string_view wanted = whole ? candidate : candidate.substr(0, short_name);
      if (!text_.substr(at_).starts_with(wanted)) continue;
      at_ += wanted.size();
      return true;
    }
    return false;
  }
  bool half_day() {
    std::string_view rest = text_.substr(at_);
    if (!rest.starts_with("AM") && !rest.starts_with("PM")) return false;
    half_day_ = rest[0] == 'A' ? 0 : 12;
    at_ += 2;
    return true;
  }
  bool field(char letter) {
    switch (letter) {
      case 'Y':
        return number(4, 0, 9999, year_);
      case 'm':
        return number(2, 1, 12, month_);
      case 'd':
        return number(2, 1, 31, day_);
      case 'H':
        return number(2, 0, 23, hour_);
      case 'I':
        return number(2, 1, 12, hour_);
      case 'M':
        return number(2, 0, 59, minute_);
      case 'S':
        return number(2, 0, 59, second_);
      case 'L':
        return fraction();
      case 'j':
        return number(3, 1, 366, year_day_);
      case 'u':
        return number(1, 1, 7, weekday_);
      case 's':
        return seconds();
      case 'p':
        return half_day();
      case 'a':
        return name(day_names, false, weekday_);
      case 'A':
        return name(day_names, true, weekday_);
      case 'b':
        return name(month_names, false, month_);
      case 'B':
        return name(month_names, true, month_);
      case 'z':
        return zone();
      case '%':
        return take('%');
      default:
        return read(longer_pattern(letter));
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  i64 zone_;
  i64 year_ = 1970, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0;
  i64 year_day_ = 0, weekday_ = 0;  ///< 0: not given
  i64 half_day_ = -1;               ///< hours to add; below 0: not given
  bool since_epoch_ = false;
  double seconds_since_epoch_ = 0;
  double fraction_ms_ = 0;
};

// ---- Arguments ----

/// Pattern and zone, arguments 1 and 2; nil is as if they were not given. False: the error is set.
bool expect_layout(NativeCall& call, std::string& pattern, i64& zone_minutes) {
  zone_minutes = 0;
  std::string_view text;
  if (call.given(1) && !call[1].is_nil()) {
    if (!call.expect_string(1, text)) return false;
    pattern = text;
    constexpr std::string_view letters = "YmdHIMSLjuspaAbBz%FT";
    for (size_t i = 0; i < pattern.size(); i++) {
      if (pattern[i] != '%') continue;
      if (++i < pattern.size() && letters.find(pattern[i]) != std::string_view::npos) continue;
      u64 index = base::utf8::count(std::string_view(pattern).substr(0, i - 1));
      call.fail(ErrorKind::value,
                fmt::format("argument 2: the % at index {} has no letter of a field, "
                            "one of YmdHIMSLjuspaAbBzFT%",
                            index));
      return false;
    }
  }
  if (!call.given(2) || call[2].is_nil()) return true;
  if (value::is_string(call[2])) {
    TimeReader zone(value::text(call[2]), 0);
    if (zone.zone() && zone.at_end()) {
      zone_minutes = zone.zone_minutes();
      return true;
    }
  }
  call.wrong_type(2, "a distance from UTC such as \"+02:00\", or \"Z\"");
  return false;
}

}  // namespace

Value time_format(NativeCall& call) {
  double ms;
  i64 zone;
  std::string pattern(iso_pattern);
  if (!call.expect_number(0, ms) || !expect_layout(call, pattern, zone)) return Value::error();
  double first = double(first_ms - zone * ms_of_minute);
  if (!(ms >= first && ms < double(end_ms - zone * ms_of_minute))) {
    return call.wrong_type(0, "a time in the years 0 to 9999");
  }
  std::string text;
  if (pattern.size() * 10 > text_budget(call)) return call.out_of_memory();
  TimeWriter(i64(std::floor(ms)), zone).write(pattern, text);
  return give_string(call, text);
}

Value time_parse(NativeCall& call) {
  std::string_view text;
  i64 zone;
  std::string pattern;
  if (!call.expect_string(0, text) || !expect_layout(call, pattern, zone)) return Value::error();
  TimeReader reader(text, zone);
  bool iso = !call.given(1) || call[1].is_nil();
  if (!(iso ? reader.read_iso() : reader.read(pattern)) || !reader.at_end()) {
    u64 index = base::utf8::count(text.substr(0, reader.at()));
    return call.fail(ErrorKind::value,
                     fmt::format("argument 1 is no time of the pattern {}, from index {} on: {}",
                                 iso ? iso_pattern : pattern, index, call.describe(call[0])));
  }
  double ms;
  if (!reader.time(ms)) {
    return call.fail(ErrorKind::value,
                     fmt::format("argument 1: there is no such day: {}", call.describe(call[0])));
  }
  return Value::number(ms);
}

}  // namespace lithe::builtins
