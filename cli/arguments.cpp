// SPDX-License-Identifier: Apache-2.0

#include "arguments.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe [flags] FILE [arguments]   run a program
       lithe [flags] -e TEXT [arguments]  run a text and print its values
       lithe [flags] -                    run standard input, form by form
       lithe [flags]                      talk to it
       lithe test [flags] PATH...         run files of tests
       lithe bench [flags] FILE...        measure
       lithe explain FILE [NAME...]       what is known about its functions
       lithe check PATH...                look for mistakes without running
       lithe fmt [--check] PATH...        put program texts into the standard layout

flags
  -p                    print the value of each top-level form
  -I FOLDER             look for included files there, too
  --keep-going          go on after an error
  --trace               show all the calls that led to an error
  --main-only           end when the main process has ended
  --max-heap=BYTES      memory limit of the main process (suffixes k, m, g)
  --max-memory=BYTES    memory limit of the whole program
  --max-time=MS         the program is stopped when it has run so long
  --max-processes=N     most processes at a time
  --no-filesystem       builtins that reach files raise :refused; include is refused, too
  --no-network          so do those that reach the network,
  --no-exec             start other programs,
  --no-environment      read environment variables,
  --no-input            read the standard input,
  --no-exit             end the program,
  --no-devices          or use graphics processors
  --jit=off|on|eager    when functions become machine code
  --jit-threshold=N     after that many calls
  --schedulers=1        one core runs all processes; there is no other choice yet
  --cache=off           results of pure functions are not kept; there is no other choice yet
  --code-cache=off      nor is machine code, from run to run
  --dump=STAGE:FUNCTION print a function as core, bytecode, ssa, llvm or asm
  --version, --help
)";

constexpr std::uint64_t least_memory = 1 << 20;
constexpr std::uint64_t longest_time = 1'000'000'000;

bool wrong(const std::string& message, int& exit_code) {
  std::fprintf(stderr, "lithe: %s\nTry `lithe --help`.\n", message.c_str());
  exit_code = 2;
  return false;
}

/// A count with an optional suffix k, m or g (powers of 1024). False: it is none.
bool parse_size(std::string_view text, std::uint64_t& out) {
  std::string digits(text);
  char* end = nullptr;
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return false;
  out = std::strtoull(digits.c_str(), &end, 10);
  int shift = *end == 'k' ? 10 : *end == 'm' ? 20 : *end == 'g' ? 30 : 0;
  if (shift) end++;
  if (*end || (shift && out > (UINT64_MAX >> shift))) return false;
  out <<= shift;
  return true;
}

/// A number from 1 to `most`. False: it is none.
bool parse_count(std::string_view text, std::uint64_t most, std::uint64_t& out) {
  bool plain = text.find_first_not_of("0123456789") == text.npos;
  return plain && parse_size(text, out) && out >= 1 && out <= most;
}

/// The words of the command line, one after the other.
class Words {
 public:
  Words(int count, char** values) : count_(count), values_(values) {}
  bool more() const { return at_ < count_; }
  std::string next() { return values_[at_++]; }
  void rest(std::vector<std::string>& out) {
    while (more()) out.push_back(next());
  }

 private:
  int count_;
  char** values_;
  int at_ = 1;
};

/// --no-NAME of a capability. False: there is none of that name.
bool parse_refusal(std::string_view flag, Options& out) {
  for (Capability capability : all_capabilities()) {
    if (flag != "--no-" + std::string(capability_name(capability))) continue;
    out.refused.push_back(capability);
    return true;
  }
  return false;
}

bool parse_dump(std::string_view value, Arguments& out) {
  std::size_t colon = value.find(':');
  if (colon == std::string_view::npos || colon + 1 == value.size()) return false;
  out.dump_stage = value.substr(0, colon);
  out.dump_function = value.substr(colon + 1);
  for (std::string_view stage : {"core", "bytecode", "ssa", "llvm", "asm"}) {
    if (out.dump_stage == stage) return true;
  }
  return false;
}

/// A flag of the form --name=value. => false: no such flag, or a wrong value.
bool parse_long(std::string_view word, Arguments& out, std::string& problem) {
  std::size_t equals = word.find('=');
  std::string_view name = word.substr(0, equals);
  std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
  std::uint64_t number = 0;
  if (name == "--keep-going") return out.keep_going = true;
  if (word == "--trace") return out.options.show_calls = true;
  if (name == "--main-only") return out.options.main_only = true;
  if (parse_refusal(word, out.options)) return true;
  if (name == "--jit") {
    if (parse_jit(value, out.options.jit)) return true;
    problem = "--jit takes off, on or eager, not `" + std::string(value) + "`";
  } else if (name == "--jit-threshold") {
    if (parse_count(value, UINT32_MAX - 1, number)) {
      out.options.jit_threshold = std::uint32_t(number);
      return true;
    }
    problem =
        "--jit-threshold takes a number of calls, 1 or more, not `" + std::string(value) + "`";
  } else if (name == "--max-heap") {
    if (parse_size(value, out.options.max_heap_bytes)) return true;
    problem = "--max-heap takes a number of bytes, such as 64m, not `" + std::string(value) + "`";
  } else if (name == "--max-memory") {
    if (parse_size(value, number) && number >= least_memory) {
      out.options.max_memory_bytes = number;
      return true;
    }
    problem = "--max-memory takes a number of bytes, 1m or more, not `" + std::string(value) + "`";
  } else if (name == "--max-time") {
    if (parse_count(value, longest_time, number)) {
      out.options.max_time = std::chrono::milliseconds(number);
      return true;
    }
    problem = "--max-time takes a number of milliseconds, 1 to " + std::to_string(longest_time) +
              ", not `" + std::string(value) + "`";
  } else if (name == "--max-processes") {
    if (parse_count(value, UINT32_MAX, number)) {
      out.options.max_processes = std::uint32_t(number);
      return true;
    }
    problem = "--max-processes takes a number, 1 to " + std::to_string(UINT32_MAX) + ", not `" +
              std::string(value) + "`";
  } else if (name == "--dump") {
    if (parse_dump(value, out)) return true;
    problem = "--dump takes STAGE:FUNCTION with a stage core, bytecode, ssa, llvm or asm, not `" +
              std::string(value) + "`";
  } else if (name == "--code-cache" || name == "--cache") {
    if (value == "off") return true;
    problem = value == "on" ? std::string(name) + "=on: there is no such cache yet, only off"
                            : std::string(name) + " takes off, not `" + std::string(value) + "`";
  } else if (name == "--schedulers") {
    if (parse_size(value, number) && number == 1) return true;
    problem =
        "--schedulers takes 1, not `" + std::string(value) + "`: all processes run on one core yet";
  } else {
    problem = "there is no flag " + std::string(word);
  }
  return false;
}

}  // namespace

bool parse_jit(std::string_view value, Jit& out) {
  if (value != "off" && value != "on" && value != "eager") return false;
  out = value == "off" ? Jit::off : value == "on" ? Jit::on : Jit::eager;
  return true;
}

bool parse(int count, char** values, Arguments& out, int& exit_code) {
  Words words(count, values);
  while (words.more()) {
    std::string word = words.next();
    bool bare_help = word == "help" && count == 2 && !std::filesystem::exists(word);
    if (word == "-h" || word == "--help" || bare_help) {
      std::fputs(usage, stdout);
      exit_code = 0;
      return false;
    }
    if (word == "--version") {
      std::printf("lithe %s\n", version());
      exit_code = 0;
      return false;
    }
    if (word == "-p") {
      out.print_values = true;
    } else if (word == "-e" || word == "-I") {
      if (!words.more())
        return wrong(word + (word == "-e" ? " takes a text" : " takes a folder"), exit_code);
      std::string value = words.next();
      if (word == "-I") {
        out.options.include_folders.push_back(value);
        continue;
      }
      out.mode = Arguments::Mode::text;
      out.text = value;
      out.print_values = true;
      break;
    } else if (word == "-") {
      out.mode = Arguments::Mode::stream;
      break;
    } else if (word.starts_with("-")) {
      std::string problem;
      if (!parse_long(word, out, problem)) return wrong(problem, exit_code);
    } else {
      out.mode = Arguments::Mode::file;
      out.text = word;
      break;
    }
  }
  words.rest(out.options.arguments);
  if (!out.dump_function.empty() && out.mode != Arguments::Mode::file) {
    return wrong("--dump takes a file to load the function from", exit_code);
  }
  return true;
}

}  // namespace lithe::cli
