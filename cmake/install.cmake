# SPDX-License-Identifier: Apache-2.0
# `cmake --install build/release --prefix P`: the command, liblithe.a with its headers and CMake
# package, the plugins, the manual page. Everything is found relative to P, so P can be moved.

include(CMakePackageConfigHelpers)

function(lithe_add_install)
  if(NOT TARGET lithe OR NOT TARGET liblithe)
    return()
  endif()
  install(TARGETS lithe RUNTIME DESTINATION bin)
  install(TARGETS liblithe ARCHIVE DESTINATION lib)
  # Beside bin/, where the command looks for them.
  foreach(plugin IN LISTS LITHE_PLUGINS)
    if(TARGET lithe-${plugin})
      install(TARGETS lithe-${plugin} LIBRARY DESTINATION lib)
    endif()
  endforeach()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/lithe DESTINATION include
    FILES_MATCHING PATTERN "*.hpp")
  install(FILES ${PROJECT_SOURCE_DIR}/docs/lithe.1 DESTINATION share/man/man1)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/lithe)
  set(version_file ${PROJECT_BINARY_DIR}/generated/lithe-config-version.cmake)
  write_basic_package_version_file(${version_file} COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/lithe-config.cmake
    ${PROJECT_SOURCE_DIR}/cmake/external.cmake ${version_file}
    DESTINATION lib/cmake/lithe)
endfunction()

# tests/install/: installs into a temporary folder, builds a host against the package, runs it.
function(lithe_add_install_test)
  if(NOT LITHE_TESTS OR LITHE_SANITIZE OR NOT TARGET lithe)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_test(NAME install COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/install/check.py
    --build ${PROJECT_BINARY_DIR} --compiler ${CMAKE_CXX_COMPILER})
  set_tests_properties(install PROPERTIES LABELS host TIMEOUT 120)
endfunction()
