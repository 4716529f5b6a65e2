// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "sched/scheduler.hpp"

namespace lithe::io {

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    char pattern[] = "/tmp/lithe-io-XXXXXX";
    path_ = mkdtemp(pattern);
  }
  ~TemporaryFolder() {
    if (std::system(("rm -rf " + path_).c_str()) != 0) ADD_FAILURE() << "cannot remove " << path_;
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string file(const std::string& name, std::string_view content) const {
    FILE* out = std::fopen(file(name).c_str(), "w");
    std::fwrite(content.data(), 1, content.size(), out);
    std::fclose(out);
    return file(name);
  }

 private:
  std::string path_;
};

struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0); }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() {
    if (ends[0] >= 0) close(ends[0]);
    ends[0] = -1;
  }
  void close_write() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  void write(std::string_view text) {
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  int ends[2];
};

/// 0: the normal scheduler; else a seed.
inline std::unique_ptr<sched::Scheduler> make_kind(int kind) {
  sched::Scheduler::Options options;
  options.end_when_stalled = true;
  if (kind == 0) return sched::make_scheduler(options);
  return sched::make_stepping_scheduler(options, static_cast<u64>(kind));
}

}  // namespace lithe::io
