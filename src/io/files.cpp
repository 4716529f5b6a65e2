// SPDX-License-Identifier: Apache-2.0
#include "io/files.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "io/descriptor.hpp"

namespace lithe::io {
namespace {

constexpr int usual_mode = 0666;         // less what the umask takes away
constexpr int usual_folder_mode = 0777;  // likewise
constexpr u64 chunk_bytes = u64{1} << 18;

base::Failure<Error> failed(int code = errno) { return base::failure(error_from_errno(code)); }

bool over(const Cancelled& cancelled) { return cancelled.load(std::memory_order_relaxed); }

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;
Folder open_folder(const std::string& path) { return {opendir(path.c_str()), &closedir}; }

bool is_itself_or_parent(const char* name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

bool is_folder(const std::string& path) {
  struct stat facts;
  return lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

Done copy_content(int from, int to, const Cancelled& cancelled) {
  auto chunk = std::make_unique<char[]>(chunk_bytes);
  while (!over(cancelled)) {
    long got = read_some(from, chunk.get(), chunk_bytes);
    if (got == 0) return {};
    if (got < 0) return failed(int(-got));
    Done done = write_all(to, {chunk.get(), size_t(got)}, cancelled);
    if (!done) return done;
  }
  return failed(ECANCELED);
}

/// Removes what is in a folder, then the folder itself. Folders are entered by their paths, one
/// after the other, so that no depth of them needs a stack.
base::Result<bool, Error> delete_folder(const std::string& path, const Cancelled& cancelled) {
  std::vector<std::string> open{path};
  while (!open.empty()) {
    if (over(cancelled)) return failed(ECANCELED);
    std::string folder = open.back();
    if (rmdir(folder.c_str()) == 0 || errno == ENOENT) {
      open.pop_back();
      continue;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) return failed();
    Names names = list_folder(folder, cancelled);
    if (!names) return base::failure(names.error());
    for (const std::string& name : *names) {
      std::string inner = folder + "/" + name;
      if (is_folder(inner)) {
        open.push_back(inner);
      } else if (unlink(inner.c_str()) != 0 && errno != ENOENT) {
        return failed();
      }
    }
  }
  return true;
}

}  // namespace

Done write_file(const std::string& path, std::string_view bytes, Writing how,
                const Cancelled& cancelled) {
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  flags |= how == Writing::append ? O_APPEND : O_TRUNC;
  Descriptor file(open(path.c_str(), flags, usual_mode));
  if (file.number < 0) return failed();
  Done done = write_all(file.number, bytes, cancelled);
  if (!done) return done;
  int number = std::exchange(file.number, -1);
  if (close(number) != 0 && errno != EINTR) return failed();  // a full disk may show here first
  return {};
}

bool exists(const std::string& path) {
  struct stat facts;
  return stat(path.c_str(), &facts) == 0;
}

base::Result<Facts, Error> facts_of(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return failed();
  Facts::Kind kind = S_ISREG(facts.st_mode)   ? Facts::Kind::file
                     : S_ISDIR(facts.st_mode) ? Facts::Kind::folder
                                              : Facts::Kind::other;
  double ms = double(facts.st_mtim.tv_sec) * 1000 + double(facts.st_mtim.tv_nsec / 1000) / 1000;
  return Facts{kind, u64(facts.st_size), ms, u32(facts.st_mode & 07777)};
}

base::Result<bool, Error> delete_path(const std::string& path, bool everything,
                                      const Cancelled& cancelled) {
  if (is_folder(path)) {
    if (everything) return delete_folder(path, cancelled);
    if (rmdir(path.c_str()) == 0) return true;
  } else if (unlink(path.c_str()) == 0) {
    return true;
  }
  if (errno == ENOENT) return false;
  return failed();
}

Done copy_file(const std::string& from, const std::string& to, const Cancelled& cancelled) {
  Descriptor source(open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (source.number < 0) return failed();
  struct stat facts, there;
  if (fstat(source.number, &facts) != 0) return failed();
  if (S_ISDIR(facts.st_mode)) return failed(EISDIR);
  if (!S_ISREG(facts.st_mode)) return base::failure(Error{0, "it is no regular file"});
  bool same =
      stat(to.c_str(), &there) == 0 && there.st_dev == facts.st_dev && there.st_ino == facts.st_ino;
  if (same) return base::failure(Error{0, "both are the same file"});
  int mode = int(facts.st_mode & 0777);
  Descriptor target(
      open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode));
  if (target.number < 0) return failed();
  return copy_content(source.number, target.number, cancelled);
}

Done move_path(const std::string& from, const std::string& to, const Cancelled& cancelled) {
  if (rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno != EXDEV) return failed();
  Done done = copy_file(from, to, cancelled);
  if (!done) return done;
  return unlink(from.c_str()) == 0 ? Done{} : failed();
}

base::Result<bool, Error> make_folder(const std::string& given) {
  std::string path = given;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  bool made = false;
  for (size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), usual_folder_mode) == 0) {
      made = true;
      continue;
    }
    made = false;
    struct stat facts;
    int code = errno;
    if (stat(part.c_str(), &facts) != 0) return failed(code);
    if (!S_ISDIR(facts.st_mode)) return failed(end == std::string::npos ? EEXIST : ENOTDIR);
  }
  return made;
}

base::Result<std::string, Error> make_temporary_folder() {
  const char* where = environment("TMPDIR");
  std::string path = std::string(where && *where ? where : "/tmp") + "/lithe-XXXXXX";
  if (!mkdtemp(path.data())) return failed();
  return path;
}

Names list_folder(const std::string& path, const Cancelled& cancelled) {
  Folder folder = open_folder(path);
  if (!folder) return failed();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    dirent* entry = readdir(folder.get());
    if (!entry) break;
    if (!is_itself_or_parent(entry->d_name)) names.emplace_back(entry->d_name);
    if (over(cancelled)) return failed(ECANCELED);
  }
  if (errno != 0) return failed();
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::string, Error> resolve_path(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> whole(realpath(path.c_str(), nullptr), &std::free);
  if (!whole) return failed();
  return std::string(whole.get());
}

}  // namespace lithe::io
