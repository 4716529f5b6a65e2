// SPDX-License-Identifier: Apache-2.0
#include "io/line_reader.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <deque>

#include "base/assert.hpp"
#include "io/descriptor.hpp"
#include "io/line_buffer.hpp"

// How it waits: for a terminal, pipe or socket, the loop polls the descriptor, only while
// somebody asks. A regular file cannot be polled and never blocks for long: it is read at once.
//
// State is shared by the reader, calls that are under way and the loop's handle; each holds a
// count.

namespace lithe::io {

class LineReader::Request final : public Operation {
 public:
  Request(State& state, LineDone done, void* context)
      : state_(state), done_(done), context_(context) {}

  void begin(uv_loop_s&) override;
  void run_now() override;
  void cancel() override;
  void drop() override;
  void complete(Line&& line);

 private:
  State& state_;
  LineDone done_;
  void* context_;
};

struct LineReader::State {
  State(sched::Scheduler& scheduler, int descriptor, u64 line_limit)
      : scheduler(scheduler),
        descriptor(descriptor),
        terminal(isatty(descriptor) == 1),
        buffer(line_limit) {
    soon.context = this;
    soon.fire = [](void* state) { static_cast<State*>(state)->serve(); };
  }

  sched::Scheduler& scheduler;
  int descriptor;
  bool terminal;
  LineBuffer buffer;
  std::optional<Error> failed;    ///< reading failed: given to the next who asks
  std::deque<Request*> requests;  ///< in the order of asking
  u32 counts = 1;
  sched::Timer soon;  ///< armed: serve() is due
  bool polling = false;
  std::unique_ptr<uv_poll_t> poll;  ///< made at the first wait
  std::optional<bool> waits;        ///< whether the descriptor can be polled, once known

  void release() {
    if (--counts == 0) delete this;
  }
  bool can_wait();
  std::optional<Line> next();
  void read_once();
  void serve();
  void serve_soon();
  void start_polling();
  void stop_polling();
  void close();
};

// -- Getting bytes ----------------------------------------------------------------------------

bool LineReader::State::can_wait() {
  if (!waits.has_value()) {
    off_t place = lseek(descriptor, 0, SEEK_CUR);
    waits = terminal || (place < 0 && errno == ESPIPE);
  }
  return *waits;
}

std::optional<Line> LineReader::State::next() {
  std::optional<Line> line = buffer.next();
  if (line.has_value()) {
    if (terminal) buffer.clear_end();
    return line;
  }
  if (failed.has_value()) {
    line.emplace(base::failure(*failed));
    failed.reset();
  }
  return line;
}

void LineReader::State::read_once() {
  char chunk[16 * 1024];
  long got = read_some(descriptor, chunk, sizeof chunk);
  if (got > 0) {
    buffer.add({chunk, static_cast<size_t>(got)});
  } else if (got == 0) {
    buffer.add_end();
  } else if (got != -EAGAIN) {
    failed = error_from_errno(static_cast<int>(-got));
  }
}

// -- Serving those who ask --------------------------------------------------------------------

void LineReader::State::serve() {
  ++counts;
  while (!requests.empty()) {
    std::optional<Line> line = next();
    if (!line.has_value()) {
      if (can_wait()) break;
      read_once();
      continue;
    }
    Request* first = requests.front();
    requests.pop_front();
    first->complete(std::move(*line));
  }
  if (requests.empty()) {
    stop_polling();
  } else {
    start_polling();
  }
  release();
}

void LineReader::State::serve_soon() {
  if (!soon.armed()) scheduler.add_timer(soon, 0);
}

void LineReader::State::start_polling() {
  if (polling) return;
  if (poll == nullptr) {
    poll = std::make_unique<uv_poll_t>();
    // libuv makes the descriptor non-blocking, which the other programs on a terminal would
    // feel; one that is reported readable does not block.
    int flags = fcntl(descriptor, F_GETFL);
    if (int code = uv_poll_init(&scheduler.loop(), poll.get(), descriptor); code != 0) {
      poll.reset();
      waits = false;
      serve_soon();
      return;
    }
    if (flags >= 0) fcntl(descriptor, F_SETFL, flags);
    poll->data = this;
  }
  polling = true;
  uv_poll_start(poll.get(), UV_READABLE, [](uv_poll_t* poll, int, int) {
    auto& state = *static_cast<State*>(poll->data);
    state.read_once();
    state.serve();
  });
}

void LineReader::State::stop_polling() {
  if (polling) uv_poll_stop(poll.get());
  polling = false;
}

void LineReader::State::close() {
  std::deque<Request*> left;
  left.swap(requests);
  for (Request* request : left) request->cancel();
  scheduler.cancel_timer(soon);
  stop_polling();
  if (poll != nullptr) {
    // The loop lets go of the handle later and then gives up its count.
    ++counts;
    uv_close(reinterpret_cast<uv_handle_t*>(poll.get()),
             [](uv_handle_t* handle) { static_cast<State*>(handle->data)->release(); });
  }
  release();
}

// -- Requests ---------------------------------------------------------------------------------

void LineReader::Request::begin(uv_loop_s&) { state_.serve_soon(); }

void LineReader::Request::run_now() {
  std::deque<Request*>& requests = state_.requests;
  requests.erase(std::find(requests.begin(), requests.end(), this));
  std::optional<Line> line;
  while (!(line = state_.next()).has_value()) {
    wait_for(state_.descriptor, Readiness::readable, -1);
    state_.read_once();
  }
  complete(std::move(*line));
}

void LineReader::Request::complete(Line&& line) {
  state_.scheduler.finished(*this);
  LineDone done = done_;
  void* context = context_;
  delete this;
  done(context, std::move(line));
}

void LineReader::Request::cancel() {
  if (!state_.scheduler.withdraw(*this)) state_.scheduler.finished(*this);
  drop();
}

void LineReader::Request::drop() {
  std::deque<Request*>& requests = state_.requests;
  auto place = std::find(requests.begin(), requests.end(), this);
  if (place != requests.end()) requests.erase(place);
  if (requests.empty()) state_.stop_polling();
  delete this;
}

// -- The reader -------------------------------------------------------------------------------

LineReader::LineReader(sched::Scheduler& scheduler, int descriptor, u64 line_limit)
    : state_(new State(scheduler, descriptor, line_limit)) {}

LineReader::~LineReader() { state_->close(); }

bool LineReader::try_read(Line& line) {
  if (!state_->requests.empty()) return false;
  // How much of a pipe has come by now is no matter of the seed.
  if (state_->can_wait() && state_->scheduler.stepping()) return false;
  std::optional<Line> next = state_->next();
  while (!next.has_value() && !state_->can_wait()) {
    state_->read_once();
    next = state_->next();
  }
  if (!next.has_value()) return false;
  line = std::move(*next);
  return true;
}

Operation* LineReader::read(LineDone done, void* context) {
  auto* request = new Request(*state_, done, context);
  state_->requests.push_back(request);
  state_->scheduler.start(*request);
  return request;
}

Line LineReader::read_now() {
  LITHE_CHECK(state_->requests.empty());
  std::optional<Line> line;
  while (!(line = state_->next()).has_value()) {
    wait_for(state_->descriptor, Readiness::readable, -1);
    state_->read_once();
  }
  return std::move(*line);
}

}  // namespace lithe::io
