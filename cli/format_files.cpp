// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "lithe/tools.hpp"
#include "tools.hpp"

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe fmt [--check] PATH...
       lithe fmt -                 standard input to standard output

Puts program texts (files, and all .lt files below folders) into the standard layout: white space
alone changes. Prints the names of the files that it changed.

  --check   change nothing; name the files that would change, and exit with 1 if there are any
)";

/// Through a new file beside it: whoever reads meanwhile, or an end in the middle, finds one text
/// or the other.
bool write_text(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code problem;
  fs::path target = fs::canonical(path, problem);
  if (problem) return false;
  fs::path made = target;
  made += ".lithe-fmt";
  {
    std::ofstream out(made, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) {
      fs::remove(made, problem);
      return false;
    }
  }
  fs::permissions(made, fs::status(target).permissions(), problem);
  fs::rename(made, target, problem);
  if (problem) {
    std::error_code ignored;
    fs::remove(made, ignored);
  }
  return !problem;
}

struct Counts {
  int changed = 0;
  int failed = 0;
};

void format_file(const std::string& path, bool check, Counts& counts) {
  std::string text;
  if (!read_text(path, text)) {
    counts.failed++;
    return;
  }
  Result<std::string> formatted = format(text, path);
  if (!formatted) {
    std::fputs(formatted.error().diagnostic.c_str(), stderr);
    counts.failed++;
  } else if (path == "-") {
    std::fwrite(formatted->data(), 1, formatted->size(), stdout);
  } else if (*formatted != text) {
    counts.changed++;
    if (!check && !write_text(path, *formatted)) {
      std::fprintf(stderr, "lithe fmt: cannot write %s\n", path.c_str());
      counts.failed++;
      return;
    }
    std::printf("%s\n", path.c_str());
  }
}

}  // namespace

bool collect_files(const std::string& path, const std::string& ending,
                   std::vector<std::string>& out) {
  namespace fs = std::filesystem;
  std::error_code problem;
  if (path == "-" || !fs::is_directory(path, problem)) {
    if (path != "-" && !fs::exists(path, problem)) {
      std::fprintf(stderr, "lithe: cannot read %s: there is no such file\n", path.c_str());
      return false;
    }
    out.push_back(path);
    return true;
  }
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator at(path, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::string name = at->path().filename().string();
    if (at->is_directory() && name.starts_with(".")) at.disable_recursion_pending();
    if (at->is_regular_file() && name.ends_with(ending)) found.push_back(at->path().string());
  }
  if (problem) {
    std::fprintf(stderr, "lithe: cannot read %s: %s\n", path.c_str(), problem.message().c_str());
    return false;
  }
  std::sort(found.begin(), found.end());
  out.insert(out.end(), found.begin(), found.end());
  return true;
}

bool read_text(const std::string& path, std::string& out) {
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  char block[1 << 16];
  if (file) {
    while (std::size_t count = std::fread(block, 1, sizeof block, file)) out.append(block, count);
  }
  bool good = file && !std::ferror(file);
  if (!good) {
    std::fprintf(stderr, "lithe: cannot read %s: %s\n", path.c_str(), std::strerror(errno));
  }
  if (file && file != stdin) std::fclose(file);
  return good;
}

int format_files(const std::vector<std::string>& words) {
  bool check = false;
  std::vector<std::string> files;
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") {
      std::fputs(usage, stdout);
      return 0;
    }
    if (word == "--check") {
      check = true;
    } else if (word != "-" && word.starts_with("-")) {
      std::fprintf(stderr, "lithe fmt: there is no flag %s\n%s", word.c_str(), usage);
      return 2;
    } else if (!collect_files(word, ".lt", files)) {
      return 1;
    }
  }
  if (words.empty() || (check && words.size() == 1)) {
    std::fputs(usage, stderr);
    return 2;
  }
  Counts counts;
  for (const std::string& file : files) format_file(file, check, counts);
  return counts.failed > 0 || (check && counts.changed > 0) ? 1 : 0;
}

}  // namespace lithe::cli
