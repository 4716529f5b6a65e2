// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "io/io.test.hpp"
#include "io/operation.hpp"

namespace lithe::io {
namespace {

constexpr u64 no_limit = u64{1} << 40;

/// Waits for files in a scheduler.
struct Asker {
  explicit Asker(int kind) : scheduler(make_kind(kind)) {}

  Operation* ask(const std::string& path, u64 limit = no_limit) {
    scheduler->hold();
    return read_file(*scheduler, path, limit, &Asker::done, this);
  }
  static void done(void* context, const std::string&, base::Result<std::string, Error>&& content) {
    auto& self = *static_cast<Asker*>(context);
    self.answers.push_back(std::move(content));
    self.scheduler->release();
  }

  std::unique_ptr<sched::Scheduler> scheduler;
  std::vector<base::Result<std::string, Error>> answers;
};

class ReadFile : public testing::TestWithParam<int> {
 protected:
  TemporaryFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReadFile, testing::Range(0, 3));

TEST_P(ReadFile, GivesTheWholeContent) {
  std::string big;
  for (int i = 0; big.size() < 5'000'000; ++i) big += std::to_string(i) + "\n";
  Asker asker(GetParam());
  for (const std::string& content : {std::string(), std::string("a\0b", 3), big}) {
    asker.ask(folder.file("content", content));
    EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
    EXPECT_EQ(asker.answers.back().value(), content);
  }
}

TEST_P(ReadFile, ReadsWhatHasNoSize) {
  Asker asker(GetParam());
  asker.ask("/proc/self/status");
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_NE(asker.answers.back().value().find("Name:"), std::string::npos);
}

TEST_P(ReadFile, SaysWhatIsWrong) {
  Asker asker(GetParam());
  asker.ask(folder.file("missing"));
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(asker.answers.back().error().code, ENOENT);
  EXPECT_EQ(asker.answers.back().error().text, "no such file or directory");
  asker.ask(folder.file(""));
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(asker.answers.back().error().code, EISDIR);
  asker.ask(folder.file("long", "12345"), 4);
  asker.ask("/dev/zero", 1'000'000);
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  for (size_t i : {2u, 3u})
    EXPECT_NE(asker.answers[i].error().text.find("longer"), std::string::npos);
}

TEST_P(ReadFile, WaitsForAPipe) {
  Asker asker(GetParam());
  Pipe pipe;
  asker.ask("/dev/fd/" + std::to_string(pipe.ends[0]));
  std::thread writer([&] {
    pipe.write("one ");
    std::this_thread::yield();
    pipe.write("two");
    pipe.close_write();
  });
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  writer.join();
  EXPECT_EQ(asker.answers.back().value(), "one two");
}

TEST_P(ReadFile, WaitsForTheWriterOfAFifo) {
  Asker asker(GetParam());
  std::string path = folder.file("fifo");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    int end = open(path.c_str(), O_WRONLY | O_CLOEXEC);  // waits for the reader
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(::write(end, "late", 4), 4);
    close(end);
  });
  asker.ask(path);
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  writer.join();
  EXPECT_EQ(asker.answers.back().value(), "late");
}

TEST_P(ReadFile, CanBeCancelledAtOnceOrUnderWay) {
  Asker asker(GetParam());
  Pipe pipe;
  std::string path = "/dev/fd/" + std::to_string(pipe.ends[0]);
  for (int i = 0; i < 20; ++i) asker.ask(path)->cancel();
  asker.ask(folder.file("other", "x"));
  for (int i = 0; i < 20; ++i) asker.scheduler->release();
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(asker.answers.size(), 1u);
}

TEST_P(ReadFile, IsDroppedWithTheScheduler) {
  Asker asker(GetParam());
  Pipe pipe;
  asker.ask("/dev/fd/" + std::to_string(pipe.ends[0]));
  asker.scheduler.reset();
  EXPECT_TRUE(asker.answers.empty());
}

TEST(ReadFileNow, DoesTheSame) {
  TemporaryFolder folder;
  EXPECT_EQ(read_file_now(folder.file("a", "text"), no_limit).value(), "text");
  EXPECT_EQ(read_file_now(folder.file("b"), no_limit).error().code, ENOENT);
}

}  // namespace
}  // namespace lithe::io
