// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "io/error.hpp"
#include "io/job.hpp"

// Files and folders by their paths. All of it blocks and belongs on a job's thread; what may last
// looks at `cancelled` and then fails with ECANCELED. Paths and names are the system's bytes.

namespace lithe::io {

using Done = base::Result<void, Error>;

/// As the operation of that name (io/operation.hpp).
base::Result<std::string, Error> read_file(const std::string& path, u64 limit,
                                           const Cancelled& cancelled);

enum class Writing : u8 { replace, append };
/// Makes the file if there is none. A failure may leave a part written.
Done write_file(const std::string& path, std::string_view bytes, Writing how,
                const Cancelled& cancelled);

/// => whether there is something; a link that leads nowhere is nothing.
bool exists(const std::string& path);

struct Facts {
  enum class Kind : u8 { file, folder, other } kind;
  u64 bytes;
  double modified_ms;  ///< since 1970
  u32 mode;            ///< permissions
};
base::Result<Facts, Error> facts_of(const std::string& path);

/// A file, an empty folder, or with `everything` a folder and all in it (links are not followed).
/// => whether there was one.
base::Result<bool, Error> delete_path(const std::string& path, bool everything,
                                      const Cancelled& cancelled);
/// The content and permissions of a regular file, over what was there.
Done copy_file(const std::string& from, const std::string& to, const Cancelled& cancelled);
/// Renames; a regular file also from one file system to another.
Done move_path(const std::string& from, const std::string& to, const Cancelled& cancelled);
/// With the folders above it. => whether it was not there.
base::Result<bool, Error> make_folder(const std::string& path);
/// A new one that nobody else has, where the system keeps such folders.
base::Result<std::string, Error> make_temporary_folder();

/// The names in a folder, sorted.
using Names = base::Result<std::vector<std::string>, Error>;
Names list_folder(const std::string& path, const Cancelled& cancelled);
/// The absolute path without links, `.` and `..` in it, of what exists.
base::Result<std::string, Error> resolve_path(const std::string& path);
/// Paths that a pattern fits, sorted. * ? [a-z] within a name, ** for any folders on the way;
/// names that begin with a dot only where the pattern has it. What cannot be looked into has
/// nothing in it.
Names find_paths(const std::string& pattern, const Cancelled& cancelled);

}  // namespace lithe::io
