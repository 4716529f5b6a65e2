# SPDX-License-Identifier: Apache-2.0
# Precompiled headers, which save almost half of the time to build. The gcc preset goes without:
# there each file shows that it includes what it uses.

option(LITHE_PRECOMPILE "Precompile the headers that are not ours" OFF)

if(LITHE_PRECOMPILE)
  # What ccache asks for: it hashes what was precompiled, so times need not be looked at.
  if(LITHE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${LITHE_CCACHE})
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options(-Xclang -fno-pch-timestamp)
  endif()
endif()

set(LITHE_PRECOMPILED <algorithm> <atomic> <array> <chrono> <cmath> <condition_variable> <cstdio>
  <cstdlib> <cstring> <functional> <map> <memory> <mutex> <optional> <random> <set> <span> <string>
  <string_view> <thread> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)

# Makes lithe_precompiled_<kind>, the target that the others of its kind take theirs from: library,
# executable and test differ in flags, so none can use another's.
function(lithe_precompile_carrier kind)
  set(carrier lithe_precompiled_${kind})
  if(TARGET ${carrier})
    return()
  endif()
  set(source ${PROJECT_BINARY_DIR}/generated/precompiled.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n" @ONLY)
  if(kind STREQUAL "library")
    add_library(${carrier} OBJECT EXCLUDE_FROM_ALL ${source})
  else()
    add_executable(${carrier} EXCLUDE_FROM_ALL ${source})
  endif()
  if(kind STREQUAL "test")
    list(APPEND LITHE_PRECOMPILED <gtest/gtest.h>)
    target_link_libraries(${carrier} PRIVATE GTest::gtest)
  endif()
  lithe_external(fmt)
  target_link_libraries(${carrier} PRIVATE lithe_external_fmt)
  target_precompile_headers(${carrier} PRIVATE ${LITHE_PRECOMPILED})
endfunction()

# Gives every target of the project the headers, but for the plugins: they have flags of their own.
function(lithe_precompile)
  if(NOT LITHE_PRECOMPILE)
    return()
  endif()
  get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    string(REGEX REPLACE "^lithe_" "" folder ${target})
    if(folder IN_LIST LITHE_PLUGINS)
      continue()
    elseif(type STREQUAL "STATIC_LIBRARY")
      set(kind library)
    elseif(NOT type STREQUAL "EXECUTABLE")
      continue()
    elseif("GTest::gtest" IN_LIST libraries)
      set(kind test)
    else()
      set(kind executable)
    endif()
    lithe_precompile_carrier(${kind})
    target_precompile_headers(${target} REUSE_FROM lithe_precompiled_${kind})
  endforeach()
endfunction()
