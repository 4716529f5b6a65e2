# SPDX-License-Identifier: Apache-2.0
# The installed package: find_package(lithe) gives the target lithe::lithe, a static library with
# what it needs (GMP, libuv, Abseil, Boost.Context), and the variable lithe_COMMAND.
cmake_minimum_required(VERSION 3.25)
get_filename_component(lithe_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET lithe::lithe)
  include("${CMAKE_CURRENT_LIST_DIR}/external.cmake")
  add_library(lithe::lithe STATIC IMPORTED)
  set_target_properties(lithe::lithe PROPERTIES
    IMPORTED_LOCATION "${lithe_PREFIX}/lib/liblithe.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES CXX
    INTERFACE_INCLUDE_DIRECTORIES "${lithe_PREFIX}/include"
    INTERFACE_COMPILE_FEATURES cxx_std_20
    INTERFACE_COMPILE_DEFINITIONS "LITHE_PLUGIN_FOLDER=\"${lithe_PREFIX}/lib\"")
  foreach(lithe_needed IN ITEMS absl gmp uv boost_context threads dl)
    lithe_external(${lithe_needed})
    set_property(TARGET lithe::lithe APPEND PROPERTY
      INTERFACE_LINK_LIBRARIES lithe_external_${lithe_needed})
  endforeach()
endif()
set(lithe_COMMAND "${lithe_PREFIX}/bin/lithe")
