// SPDX-License-Identifier: Apache-2.0
#include "io/output.hpp"

#include <errno.h>
#include <signal.h>

#include <thread>

#include "io/io.test.hpp"
#include "io/operation.hpp"

namespace lithe::io {
namespace {

std::string drain(int descriptor) {
  std::string all;
  char chunk[4096];
  for (ssize_t got; (got = read(descriptor, chunk, sizeof chunk)) > 0;) {
    all.append(chunk, static_cast<size_t>(got));
  }
  return all;
}

TEST(WriteAll, GoesOnWhereItWouldBlock) {
  Pipe pipe;
  fcntl(pipe.ends[1], F_SETFL, O_NONBLOCK);
  std::string text(3'000'000, 'x');
  std::string got;
  std::thread reader([&] { got = drain(pipe.ends[0]); });
  EXPECT_TRUE(bool(write_all(pipe.ends[1], text)));
  pipe.close_write();
  reader.join();
  EXPECT_EQ(got, text);
}

TEST(WriteAll, AClosedPipeIsAnErrorAndNoSignal) {
  Pipe pipe;
  pipe.close_read();
  auto written = write_all(pipe.ends[1], "text");
  ASSERT_FALSE(bool(written));
  EXPECT_EQ(written.error().code, EPIPE);
  EXPECT_EQ(written.error().text, "broken pipe");
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGPIPE), 0);
}

TEST(WriteAll, AFullDiskIsAnError) {
  int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  EXPECT_EQ(write_all(full, "text").error().code, ENOSPC);
  close(full);
}

TEST(Output, WritesAtTheFlush) {
  Pipe pipe;
  Output output(pipe.ends[1]);
  EXPECT_FALSE(output.interactive());
  EXPECT_TRUE(bool(output.append("one\n")));
  EXPECT_TRUE(bool(output.append("two")));
  EXPECT_TRUE(output.pending());
  fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK);
  EXPECT_EQ(drain(pipe.ends[0]), "");
  EXPECT_TRUE(bool(output.flush()));
  EXPECT_FALSE(output.pending());
  EXPECT_EQ(drain(pipe.ends[0]), "one\ntwo");
}

TEST(Output, KeepsTheOrderOverTheBuffersSize) {
  TemporaryFolder folder;
  int file = open(folder.file("out", "").c_str(), O_WRONLY);
  Output output(file);
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    std::string piece(static_cast<size_t>(i) * 937 % 100'000, static_cast<char>('a' + i % 26));
    expected += piece;
    EXPECT_TRUE(bool(output.append(piece)));
  }
  EXPECT_TRUE(bool(output.flush()));
  close(file);
  EXPECT_EQ(read_file_now(folder.file("out"), u64{1} << 30).value(), expected);
}

TEST(Output, AnErrorIsGivenOnce) {
  int full = open("/dev/full", O_WRONLY);
  Output output(full);
  EXPECT_TRUE(bool(output.append("text")));
  EXPECT_FALSE(bool(output.flush()));
  EXPECT_TRUE(output.failed());
  EXPECT_TRUE(bool(output.append(std::string(200'000, 'x'))));
  EXPECT_TRUE(bool(output.flush()));
  EXPECT_FALSE(output.pending());
  close(full);
}

}  // namespace
}  // namespace lithe::io
