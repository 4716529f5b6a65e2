// SPDX-License-Identifier: Apache-2.0

#include "test_report.hpp"

#include <cinttypes>
#include <cstdio>
#include <map>

namespace lithe::cli {

namespace {

/// Characters that XML gives a meaning are written as references; those it forbids are left out.
std::string xml(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') {
      out += c;
    }
  }
  return out;
}

std::string text_of(const std::vector<std::string>& failure, std::string_view indent) {
  std::string out;
  for (std::size_t i = 0; i < failure.size(); i++) {
    if (i == 0 && failure[0].empty()) continue;
    // The place and the first line stand on one.
    bool starts_line = i == 0 || i > 1 || failure[0].empty();
    if (starts_line) out += indent;
    if (i > 1) out += "    ";
    out += failure[i];
    out += i == 0 ? ": " : "\n";
  }
  return out;
}

}  // namespace

TestReport::TestReport(bool tap, std::uint64_t seed) : tap_(tap), seed_(seed) {
  if (tap_) std::printf("TAP version 13\n# seed %" PRIu64 "\n", seed_);
}

void TestReport::add(TestResult result) {
  result.file = file_;
  bool good = result.failures.empty();
  if (!good) failed_++;
  if (tap_) {
    print_output("\n");
    std::printf("%s %zu - %s: %s\n", good ? "ok" : "not ok", results_.size() + 1,
                result.file.c_str(), result.name.c_str());
  } else if (!good) {
    std::printf("FAILED %s (%s)\n", result.name.c_str(), result.place.c_str());
  }
  for (const auto& failure : result.failures) {
    std::fputs(text_of(failure, tap_ ? "#   " : "  ").c_str(), stdout);
  }
  std::fflush(stdout);
  results_.push_back(std::move(result));
}

void TestReport::add_broken_file(const std::string& file, const std::string& why) {
  TestResult broken{.file = file, .name = "loading the file", .place = file};
  std::vector<std::string> lines{""};
  for (std::size_t from = 0; from < why.size();) {
    std::size_t end = std::min(why.find('\n', from), why.size());
    lines.push_back(why.substr(from, end - from));
    from = end + 1;
  }
  broken.failures.push_back(std::move(lines));
  add(std::move(broken));
}

void TestReport::print_output(std::string_view text) {
  for (char c : text) {
    if (c != '\n') {
      output_line_ += c;
    } else if (!output_line_.empty()) {
      std::printf("# %s\n", output_line_.c_str());
      output_line_.clear();
    }
  }
}

bool TestReport::write_junit(const std::string& path) const {
  std::FILE* out = std::fopen(path.c_str(), "w");
  if (!out) return false;
  std::fprintf(
      out,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%" PRIu64
      "\">\n",
      results_.size(), failed_);
  std::map<std::string, std::vector<const TestResult*>> files;
  for (const TestResult& result : results_) files[result.file].push_back(&result);
  for (const auto& [file, results] : files) {
    std::fprintf(out, "  <testsuite name=\"%s\" tests=\"%zu\">\n", xml(file).c_str(),
                 results.size());
    for (const TestResult* result : results) {
      std::fprintf(out, "    <testcase classname=\"%s\" name=\"%s\" time=\"%.6f\">\n",
                   xml(file).c_str(), xml(result->name).c_str(), result->milliseconds / 1000);
      for (const auto& failure : result->failures) {
        std::fprintf(out, "      <failure>%s</failure>\n", xml(text_of(failure, "")).c_str());
      }
      std::fputs("    </testcase>\n", out);
    }
    std::fputs("  </testsuite>\n", out);
  }
  std::fputs("</testsuites>\n", out);
  return std::fclose(out) == 0;
}

bool TestReport::finish(const std::string& junit_path) {
  if (tap_) {
    print_output("\n");
    std::printf("1..%zu\n", results_.size());
  } else {
    std::printf("%" PRIu64 " passed, %" PRIu64 " failed (seed %" PRIu64 ")\n",
                results_.size() - failed_, failed_, seed_);
  }
  if (!junit_path.empty() && !write_junit(junit_path)) {
    std::fprintf(stderr, "lithe test: cannot write %s\n", junit_path.c_str());
    return false;
  }
  return failed_ == 0 && !results_.empty();
}

}  // namespace lithe::cli
