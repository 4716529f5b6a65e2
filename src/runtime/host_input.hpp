// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "expand/includer.hpp"
#include "io/line_reader.hpp"
#include "io/operation.hpp"

// What the host gives a program to read, in the place of files and of standard input.

namespace lithe::runtime {

class Runtime;
struct Options;

/// The includer that the options ask for: the host's texts, the file system, or neither.
std::unique_ptr<expand::Includer> make_includer(const Options& options);

/// The next line of Options::read_line; as io::LineReader::read.
io::Operation* read_host_line(Runtime& runtime, io::LineDone done, void* context);

}  // namespace lithe::runtime
