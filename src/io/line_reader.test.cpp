// SPDX-License-Identifier: Apache-2.0
#include "io/line_reader.hpp"

#include <errno.h>
#include <pty.h>
#include <termios.h>

#include <thread>
#include <vector>

#include "io/io.test.hpp"

namespace lithe::io {
namespace {

struct Asker {
  explicit Asker(int kind) : scheduler(make_kind(kind)) {}

  Operation* ask(LineReader& reader) {
    scheduler->hold();
    return reader.read(&Asker::done, this);
  }
  static void done(void* context, Line&& line) {
    auto& self = *static_cast<Asker*>(context);
    if (!line) {
      self.lines.push_back("!" + line.error().text);
    } else {
      self.lines.push_back(line->value_or("$"));
    }
    self.scheduler->release();
  }

  std::unique_ptr<sched::Scheduler> scheduler;
  std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

class LineReaderTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Kinds, LineReaderTest, testing::Range(0, 3));

TEST_P(LineReaderTest, GivesLinesInTheOrderOfAsking) {
  Asker asker(GetParam());
  Pipe pipe;
  LineReader reader(*asker.scheduler, pipe.ends[0]);
  pipe.write("one\ntwo\nthree");
  pipe.close_write();
  for (int i = 0; i < 5; ++i) asker.ask(reader);
  EXPECT_TRUE(asker.lines.empty());
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(asker.lines, (Lines{"one", "two", "three", "$", "$"}));
}

TEST_P(LineReaderTest, WaitsForWhatComesLater) {
  Asker asker(GetParam());
  Pipe pipe;
  LineReader reader(*asker.scheduler, pipe.ends[0]);
  for (int i = 0; i < 3; ++i) asker.ask(reader);
  std::thread writer([&] {
    for (char c : std::string("ab\ncd\n")) {
      pipe.write({&c, 1});
      std::this_thread::yield();
    }
    pipe.close_write();
  });
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  writer.join();
  EXPECT_EQ(asker.lines, (Lines{"ab", "cd", "$"}));
  EXPECT_EQ(fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(LineReaderTest, ReadsAFileAtOnce) {
  TemporaryFolder folder;
  int file = open(folder.file("lines", "a\nb\n").c_str(), O_RDONLY);
  Asker asker(GetParam());
  {
    LineReader reader(*asker.scheduler, file);
    Line line(std::optional<std::string>{});
    EXPECT_TRUE(reader.try_read(line));
    EXPECT_EQ(**line, "a");
    asker.ask(reader);
    asker.ask(reader);
    EXPECT_FALSE(reader.try_read(line)) << "others asked before";
    EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
    EXPECT_EQ(asker.lines, (Lines{"b", "$"}));
  }
  close(file);
}

TEST_P(LineReaderTest, TryReadGivesWhatIsThere) {
  Asker asker(GetParam());
  Pipe pipe;
  LineReader reader(*asker.scheduler, pipe.ends[0]);
  Line line(std::optional<std::string>{});
  pipe.write("one\ntwo\nrest");
  EXPECT_FALSE(reader.try_read(line));
  asker.ask(reader);
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(reader.try_read(line), GetParam() == 0) << "a seed does not depend on chunks";
  if (GetParam() == 0) {
    EXPECT_EQ(**line, "two");
    EXPECT_FALSE(reader.try_read(line));
  }
}

TEST_P(LineReaderTest, ReadsBlockingToo) {
  Asker asker(GetParam());
  Pipe pipe;
  LineReader reader(*asker.scheduler, pipe.ends[0]);
  pipe.write("one\nrest");
  pipe.close_write();
  EXPECT_EQ(**reader.read_now(), "one");
  EXPECT_EQ(**reader.read_now(), "rest");
  EXPECT_FALSE(reader.read_now()->has_value());
}

TEST_P(LineReaderTest, CancelledRequestsTakeNoLine) {
  Asker asker(GetParam());
  Pipe pipe;
  LineReader reader(*asker.scheduler, pipe.ends[0]);
  Operation* first = asker.ask(reader);
  asker.ask(reader);
  Operation* third = asker.ask(reader);
  first->cancel();
  third->cancel();
  asker.scheduler->release();
  asker.scheduler->release();
  pipe.write("one\ntwo\n");
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_EQ(asker.lines, (Lines{"one"}));
}

TEST_P(LineReaderTest, MayGoAwayWhileSomebodyAsks) {
  Asker asker(GetParam());
  Pipe pipe;
  auto reader = std::make_unique<LineReader>(*asker.scheduler, pipe.ends[0]);
  asker.ask(*reader);
  struct Quit {
    std::unique_ptr<LineReader>& reader;
    sched::Scheduler& scheduler;
  } quit{reader, *asker.scheduler};
  asker.scheduler->post(
      [](void* context) {
        auto& quit = *static_cast<Quit*>(context);
        quit.reader.reset();
        quit.scheduler.release();
      },
      &quit);
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
  EXPECT_TRUE(asker.lines.empty());
}

TEST_P(LineReaderTest, MayGoAwayInACompletion) {
  Asker asker(GetParam());
  Pipe pipe;
  auto reader = std::make_unique<LineReader>(*asker.scheduler, pipe.ends[0]);
  struct Quit {
    std::unique_ptr<LineReader>& reader;
    sched::Scheduler& scheduler;
  } quit{reader, *asker.scheduler};
  asker.scheduler->hold();
  reader->read(
      [](void* context, Line&&) {
        auto& quit = *static_cast<Quit*>(context);
        quit.reader.reset();
        quit.scheduler.release();
      },
      &quit);
  pipe.write("x\n");
  EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
}

TEST_P(LineReaderTest, ALongLineIsAnErrorAndTheNextIsFine) {
  Asker asker(GetParam());
  TemporaryFolder folder;
  int file = open(folder.file("lines", std::string(100'000, 'x') + "\nfine\n").c_str(), O_RDONLY);
  {
    LineReader reader(*asker.scheduler, file, 50'000);
    for (int i = 0; i < 3; ++i) asker.ask(reader);
    EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
    EXPECT_EQ(asker.lines, (Lines{"!a line is longer than 50000 bytes", "fine", "$"}));
  }
  close(file);
}

TEST_P(LineReaderTest, ABrokenDescriptorIsAnError) {
  Asker asker(GetParam());
  TemporaryFolder folder;
  int directory = open(folder.file("").c_str(), O_RDONLY);
  {
    LineReader reader(*asker.scheduler, directory);
    asker.ask(reader);
    EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
    EXPECT_EQ(asker.lines, (Lines{"!is a directory"}));
  }
  close(directory);
}

TEST_P(LineReaderTest, ATerminalAsksAgainAfterItsEnd) {
  int master, terminal;
  ASSERT_EQ(openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
  termios settings;
  tcgetattr(terminal, &settings);
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(terminal, TCSANOW, &settings);
  Asker asker(GetParam());
  {
    LineReader reader(*asker.scheduler, terminal);
    for (const char* typed : {"one\n", "\x04", "two\n"}) {
      asker.ask(reader);
      ASSERT_EQ(write(master, typed, std::string_view(typed).size()),
                static_cast<ssize_t>(std::string_view(typed).size()));
      EXPECT_EQ(asker.scheduler->run(), sched::Finish::done);
    }
    EXPECT_EQ(asker.lines, (Lines{"one", "$", "two"}));
  }
  close(terminal);
  close(master);
}

}  // namespace
}  // namespace lithe::io
