// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lithe::cli {

struct TestResult {
  std::string file, name;
  std::string place;  ///< file:line:column of the test
  double milliseconds = 0;
  /// Each a place, which may be empty, and lines.
  std::vector<std::vector<std::string>> failures = {};
};

/// What `lithe test` says: for people, or by the Test Anything Protocol.
class TestReport {
 public:
  TestReport(bool tap, std::uint64_t seed);

  void begin_file(const std::string& file) { file_ = file; }
  /// Prints it, if there is something to say about it.
  void add(TestResult result);
  /// A file that cannot be loaded counts as a failed test.
  void add_broken_file(const std::string& file, const std::string& why);
  bool ran_any() const { return !results_.empty(); }
  /// What the tests print, as comments of the protocol.
  void print_output(std::string_view text);
  /// Prints the sum, and writes a JUnit report if a path is given. True: tests ran, and none
  /// failed.
  bool finish(const std::string& junit_path);

 private:
  bool write_junit(const std::string& path) const;

  bool tap_;
  std::uint64_t seed_;
  std::string file_;
  std::string output_line_;
  std::vector<TestResult> results_;
  std::uint64_t failed_ = 0;
};

}  // namespace lithe::cli
