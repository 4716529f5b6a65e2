# SPDX-License-Identifier: Apache-2.0
# cmake -DROOT=lib -DFILES=a.lt,b.lt -DOUTPUT=x.cpp -P embed_library.cmake
# Writes the standard library's sources as the table that src/runtime/library_files.hpp declares.
string(REPLACE "," ";" files "${FILES}")
set(rows "")
foreach(name IN LISTS files)
  file(READ ${ROOT}/${name} text)
  string(APPEND rows "    {\"${name}\", R\"lithe(${text})lithe\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from lib/ by cmake/embed_library.cmake.
#include \"runtime/library_files.hpp\"

namespace lithe::runtime {

namespace {
constexpr LibraryFile files[] = {
${rows}};
}  // namespace

std::span<const LibraryFile> library_files() { return files; }

}  // namespace lithe::runtime
")
