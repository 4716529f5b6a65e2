# SPDX-License-Identifier: Apache-2.0
# Compiler flags, the same for every target of ours.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/archives)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")

add_compile_options(-Wall -Wextra -Werror)
add_compile_options(
  -fno-plt
  # Heap words are read as what their header says they are.
  -fno-strict-aliasing
  # Floats are IEEE, in the order written: nothing is fused.
  -ffp-contract=off
  -fno-math-errno)

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-fno-semantic-interposition -fcolor-diagnostics)
  add_link_options(-fuse-ld=lld)
else()
  # Attributes of clang that we test for by name, what clang allows (designated initializers that
  # name some members, GoogleTest's macros in an if), and warnings of gcc 12 that are wrong about
  # inlined code.
  add_compile_options(-Wno-attributes -Wno-missing-field-initializers -Wno-dangling-else
    -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-dangling-pointer
    -fdiagnostics-color=always)
endif()
add_link_options($<$<CONFIG:Release>:-Wl,--gc-sections> -Wl,-z,now)

if(LITHE_SANITIZE)
  # Enough for reports to name functions and lines; all of it would double the size of the build.
  add_compile_options(-fsanitize=${LITHE_SANITIZE} -fno-sanitize-recover=all -gline-tables-only)
  add_link_options(-fsanitize=${LITHE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND LITHE_SANITIZE MATCHES "undefined")
    # The function check reads the words before a callee, which machine code made at run time does
    # not have; the vptr check needs the run-time types that the plugin is built without.
    add_compile_options(-fno-sanitize=function,vptr)
  endif()
endif()
if(LITHE_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
if(LITHE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(LITHE_CCACHE ccache)
mark_as_advanced(LITHE_CCACHE)
if(LITHE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LITHE_CCACHE})
endif()
