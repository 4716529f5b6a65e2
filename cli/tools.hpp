// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// The commands that work on program texts. Each takes the words behind its name and gives the
// exit code: 2 is wrong usage.

namespace lithe::cli {

/// `lithe fmt [--check] PATH…`, or `-` for standard input to standard output.
int format_files(const std::vector<std::string>& words);

/// `lithe test [flags] PATH…`
int run_tests(const std::vector<std::string>& words);

/// `lithe bench [flags] FILE…`
int run_benchmarks(const std::vector<std::string>& words);

/// `lithe check [-I FOLDER] PATH…`
int check_files(const std::vector<std::string>& words);

/// `lithe explain FILE [NAME…]`
int explain_file(const std::vector<std::string>& words);

/// The files that a path on the command line stands for: itself, or all below a folder whose
/// names end in `ending`, in order. False: it cannot be read, and the message is written.
bool collect_files(const std::string& path, const std::string& ending,
                   std::vector<std::string>& out);

/// The text of a file, or of standard input for `-`. False: the message is written.
bool read_text(const std::string& path, std::string& out);

}  // namespace lithe::cli
