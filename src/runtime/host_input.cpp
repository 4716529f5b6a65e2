// SPDX-License-Identifier: Apache-2.0
#include "runtime/host_input.hpp"

#include <exception>
#include <filesystem>

#include "runtime/runtime.hpp"

namespace lithe::runtime {

namespace {

class HostIncluder final : public expand::Includer {
 public:
  explicit HostIncluder(decltype(Options::open_include) open) : open_(std::move(open)) {}

  base::Result<expand::IncludedFile, std::string> open(std::string_view path,
                                                       std::string_view from) override {
    std::filesystem::path wanted(path);
    if (wanted.is_relative()) wanted = std::filesystem::path(from).parent_path() / wanted;
    std::string name = wanted.lexically_normal().string();
    try {
      auto text = open_(name);
      if (!text) return base::failure(std::move(text).error());
      auto source = std::make_unique<syntax::TextSource>(name, std::move(text).value(),
                                                         syntax::TextSource::Keep::file);
      return expand::IncludedFile{name, name, std::move(source)};
    } catch (const std::exception& thrown) {
      return base::failure("cannot open " + name + ": the host threw: " + thrown.what());
    } catch (...) {
      return base::failure("cannot open " + name + ": the host threw");
    }
  }

  std::string identity(std::string_view path) override {
    return std::filesystem::path(path).lexically_normal().string();
  }

 private:
  decltype(Options::open_include) open_;
};

class NoFiles final : public expand::Includer {
 public:
  base::Result<expand::IncludedFile, std::string> open(std::string_view,
                                                       std::string_view) override {
    return base::failure(
        std::string("this program may not reach files: its host refuses it the capability "
                    ":filesystem"));
  }
  std::string identity(std::string_view path) override { return std::string(path); }
};

/// A line that the host has been asked for. What was posted to the runtime's thread finds out by
/// the token whether anybody still waits.
class HostLine final : public io::Operation {
 public:
  HostLine(Runtime& runtime, io::LineDone done, void* context)
      : runtime_(runtime), done_(done), context_(context) {
    runtime_.scheduler().expect_outside();
  }
  ~HostLine() {
    *token_ = nullptr;
    runtime_.scheduler().expect_no_more();
  }

  void ask() {
    runtime_.inbox()->post([token = token_](Runtime&) {
      if (*token) (*token)->answer();
    });
  }

  void begin(uv_loop_s&) override {}
  void run_now() override {}
  void drop() override { delete this; }
  void cancel() override { delete this; }

 private:
  void answer() {
    io::Line line = ask_host();
    io::LineDone done = done_;
    void* context = context_;
    delete this;
    done(context, std::move(line));
  }

  io::Line ask_host() const {
    try {
      return runtime_.options().read_line();
    } catch (const std::exception& thrown) {
      return base::failure(io::Error{0, std::string("the host threw: ") + thrown.what()});
    } catch (...) {
      return base::failure(io::Error{0, "the host threw"});
    }
  }

  Runtime& runtime_;
  io::LineDone done_;
  void* context_;
  std::shared_ptr<HostLine*> token_ = std::make_shared<HostLine*>(this);
};

}  // namespace

std::unique_ptr<expand::Includer> make_includer(const Options& options) {
  if (options.open_include) return std::make_unique<HostIncluder>(options.open_include);
  if (options.refused & primitives::bit(primitives::Capability::filesystem)) {
    return std::make_unique<NoFiles>();
  }
  return std::make_unique<expand::FileIncluder>(options.include_folders);
}

io::Operation* read_host_line(Runtime& runtime, io::LineDone done, void* context) {
  auto* line = new HostLine(runtime, done, context);
  line->ask();
  return line;
}

}  // namespace lithe::runtime
