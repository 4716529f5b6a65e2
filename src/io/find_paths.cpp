// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>

#include "io/files.hpp"

namespace lithe::io {
namespace {

/// What a pattern is between two slashes.
using Parts = std::vector<std::string>;

Parts parts_of(const std::string& pattern) {
  Parts parts;
  for (size_t start = 0; start < pattern.size();) {
    size_t end = std::min(pattern.find('/', start), pattern.size());
    if (end > start) parts.push_back(pattern.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

bool is_literal(const std::string& part) {
  return part.find_first_of("*?[\\") == std::string::npos;
}

/// `name` in the folder `path`; the folder "" is the current one.
std::string inside(const std::string& path, const std::string& name) {
  return path.empty() || path.back() == '/' ? path + name : path + "/" + name;
}

/// Something that begins a path that fits, and the part of the pattern that comes next.
struct Beginning {
  std::string path;
  size_t part;
};

/// Works off a list, so that no depth of folders needs a stack.
class Search {
 public:
  Search(Parts parts, const Cancelled& cancelled)
      : parts_(std::move(parts)), cancelled_(cancelled) {}

  Names run(std::string root) {
    open_.push_back({std::move(root), 0});
    while (!open_.empty()) {
      if (cancelled_.load(std::memory_order_relaxed)) {
        return base::failure(error_from_errno(ECANCELED));
      }
      Beginning beginning = std::move(open_.back());
      open_.pop_back();
      go_on(beginning);
    }
    // ** finds some by several ways.
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void go_on(const Beginning& beginning) {
    const std::string& part = parts_[beginning.part];
    if (part == "**") {
      any_folders(beginning);
    } else if (is_literal(part)) {
      std::string path = inside(beginning.path, part);
      struct stat facts;
      if (lstat(path.c_str(), &facts) == 0) take(path, beginning.part + 1);
    } else {
      for (const std::string& name : names_in(beginning.path)) {
        if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
        take(inside(beginning.path, name), beginning.part + 1);
      }
    }
  }

  void any_folders(const Beginning& beginning) {
    bool last = beginning.part + 1 == parts_.size();
    if (!last) open_.push_back({beginning.path, beginning.part + 1});
    for (const std::string& name : names_in(beginning.path)) {
      if (name[0] == '.') continue;
      std::string path = inside(beginning.path, name);
      if (last) found_.push_back(path);
      struct stat facts;  // links are not followed: they may lead round in a circle
      if (lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) {
        open_.push_back({path, beginning.part});
      }
    }
  }

  void take(std::string path, size_t next) {
    if (next == parts_.size()) {
      found_.push_back(std::move(path));
    } else {
      open_.push_back({std::move(path), next});
    }
  }

  std::vector<std::string> names_in(const std::string& path) {
    Names names = list_folder(path.empty() ? "." : path, cancelled_);
    return names ? std::move(*names) : std::vector<std::string>();
  }

  Parts parts_;
  const Cancelled& cancelled_;
  std::vector<Beginning> open_;
  std::vector<std::string> found_;
};

}  // namespace

Names find_paths(const std::string& pattern, const Cancelled& cancelled) {
  Parts parts = parts_of(pattern);
  if (parts.empty()) return std::vector<std::string>();
  return Search(std::move(parts), cancelled).run(pattern.starts_with('/') ? "/" : "");
}

}  // namespace lithe::io
