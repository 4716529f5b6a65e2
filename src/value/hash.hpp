// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "value/object.hpp"

namespace lithe::value {

/// Equal values (value/equal.hpp) have equal hashes. Does not change when a collection moves the
/// value, when it is copied to another process, or, for what is mutable, when its content
/// changes (tables and buffers hash by kind alone, functions by their code). Looks at a bounded
/// part of large data. Never collects.
u64 hash(Value v);

}  // namespace lithe::value
