# SPDX-License-Identifier: Apache-2.0
# The libraries that are not ours, each as the interface target lithe_external_<name> that
# cmake/layers.json speaks of. A library is looked up when a folder first asks for it, so that a
# part of the tree configures without the rest. The command links libstdc++, GMP and libuv
# dynamically and everything else statically: each shared library costs start-up time.

function(lithe_find_static variable)
  foreach(name IN LISTS ARGN)
    find_library(LITHE_LIBRARY_${name} NAMES lib${name}.a ${name})
    mark_as_advanced(LITHE_LIBRARY_${name})
    if(NOT LITHE_LIBRARY_${name})
      message(FATAL_ERROR "library ${name} not found; ./dev setup installs what the build needs")
    endif()
    list(APPEND found ${LITHE_LIBRARY_${name}})
  endforeach()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

function(lithe_find_shared variable name header)
  find_library(LITHE_LIBRARY_${name} NAMES ${name})
  find_path(LITHE_HEADER_${name} ${header})
  mark_as_advanced(LITHE_LIBRARY_${name} LITHE_HEADER_${name})
  if(NOT LITHE_LIBRARY_${name} OR NOT LITHE_HEADER_${name})
    message(FATAL_ERROR "library ${name} not found; ./dev setup installs what the build needs")
  endif()
  set(${variable} ${LITHE_LIBRARY_${name}} PARENT_SCOPE)
endfunction()

# Makes lithe_external_<name> if it does not exist yet.
function(lithe_external name)
  set(target lithe_external_${name})
  if(TARGET ${target})
    return()
  endif()
  add_library(${target} INTERFACE)
  if(name STREQUAL "fmt")
    # The headers alone; only .cpp files include them. src/base/format_library.cpp is the rest.
    find_package(fmt REQUIRED)
    target_include_directories(${target} SYSTEM INTERFACE
      $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
  elseif(name STREQUAL "absl")
    set(names absl_raw_hash_set absl_hash absl_city absl_low_level_hash
      absl_hashtablez_sampler absl_exponential_biased absl_synchronization
      absl_graphcycles_internal absl_stacktrace absl_symbolize absl_malloc_internal
      absl_debugging_internal absl_demangle_internal absl_time absl_civil_time absl_time_zone
      absl_bad_optional_access absl_bad_variant_access absl_strings absl_strings_internal
      absl_int128 absl_throw_delegate absl_base absl_spinlock_wait absl_raw_logging_internal
      absl_log_severity)
    lithe_find_static(libraries ${names})
    # Debian's archives hold thread-locals that only an executable can link; a plugin takes the
    # shared libraries.
    set(in_plugin "$<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>")
    list(TRANSFORM names PREPEND "-l" OUTPUT_VARIABLE shared)
    target_link_libraries(${target} INTERFACE
      "$<${in_plugin}:-Wl,--as-needed;${shared};-Wl,--no-as-needed>"
      "$<$<NOT:${in_plugin}>:-Wl,--start-group;${libraries};-Wl,--end-group>")
    lithe_external(threads)
    target_link_libraries(${target} INTERFACE lithe_external_threads)
  elseif(name STREQUAL "gmp")
    lithe_find_shared(library gmp gmp.h)
    target_link_libraries(${target} INTERFACE ${library})
  elseif(name STREQUAL "uv")
    lithe_find_shared(library uv uv.h)
    target_link_libraries(${target} INTERFACE ${library})
  elseif(name STREQUAL "boost_context")
    lithe_find_static(libraries boost_context)
    target_link_libraries(${target} INTERFACE ${libraries})
  elseif(name STREQUAL "threads")
    set(THREADS_PREFER_PTHREAD_FLAG ON)
    find_package(Threads REQUIRED)
    target_link_libraries(${target} INTERFACE Threads::Threads)
  elseif(name STREQUAL "re2")
    lithe_find_shared(library re2 re2/re2.h)
    target_link_libraries(${target} INTERFACE ${library})
  elseif(name STREQUAL "utf8proc")
    lithe_find_shared(library utf8proc utf8proc.h)
    target_link_libraries(${target} INTERFACE ${library})
  elseif(name STREQUAL "edit")
    lithe_find_shared(library edit histedit.h)
    target_link_libraries(${target} INTERFACE ${library})
  elseif(name STREQUAL "dl")
    target_link_libraries(${target} INTERFACE ${CMAKE_DL_LIBS})
  elseif(name STREQUAL "llvm")
    find_program(LITHE_LLVM_CONFIG NAMES llvm-config-19 REQUIRED)
    execute_process(COMMAND ${LITHE_LLVM_CONFIG} --includedir
      OUTPUT_VARIABLE include_folder OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${LITHE_LLVM_CONFIG} --libdir
      OUTPUT_VARIABLE library_folder OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    target_include_directories(${target} SYSTEM INTERFACE ${include_folder})
    target_compile_definitions(${target} INTERFACE
      _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
    target_link_libraries(${target} INTERFACE ${library_folder}/libLLVM-19.so)
  else()
    message(FATAL_ERROR "cmake/layers.json names the unknown external library ${name}")
  endif()
endfunction()
