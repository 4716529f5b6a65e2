# SPDX-License-Identifier: Apache-2.0
# What is built from the folders' libraries: liblithe, the command, the tests that use the public
# API alone, and the fuzz targets.

# The sources of lib/, as text in lithe_runtime, so that the command is one file. Asked for by the
# header src/runtime/library_files.hpp, which declares, in lithe::runtime,
#   struct LibraryFile { std::string_view name; std::string_view text; };
#   std::span<const LibraryFile> library_files();
function(lithe_embed_library)
  set(root ${PROJECT_SOURCE_DIR}/lib)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*.lt)
  file(GLOB header CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/runtime/library_files.hpp)
  list(FILTER files EXCLUDE REGEX "\\.test\\.lt$")
  if(NOT header OR NOT files OR NOT TARGET lithe_runtime)
    return()
  endif()
  set(output ${PROJECT_BINARY_DIR}/generated/library_files.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_library.cmake)
  list(TRANSFORM files PREPEND ${root}/ OUTPUT_VARIABLE paths)
  list(JOIN files "," names)
  add_custom_command(OUTPUT ${output} DEPENDS ${paths} ${script} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DROOT=${root} -DFILES=${names} -DOUTPUT=${output} -P ${script})
  target_sources(lithe_runtime PRIVATE ${output})
endfunction()

# liblithe.a: the objects of every folder but the plugins, behind include/lithe/.
function(lithe_add_library)
  set(objects "")
  foreach(folder IN LISTS LITHE_FOLDERS)
    get_target_property(type lithe_${folder} TYPE)
    if(NOT type STREQUAL "INTERFACE_LIBRARY" AND NOT folder IN_LIST LITHE_PLUGINS)
      list(APPEND objects $<TARGET_OBJECTS:lithe_${folder}>)
    endif()
  endforeach()
  if(NOT objects)
    return()
  endif()
  add_library(liblithe STATIC ${objects})
  set_target_properties(liblithe PROPERTIES
    OUTPUT_NAME lithe
    LINKER_LANGUAGE CXX
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  target_include_directories(liblithe INTERFACE ${PROJECT_SOURCE_DIR}/include)
  foreach(folder IN LISTS LITHE_FOLDERS)
    if(NOT folder IN_LIST LITHE_PLUGINS)
      layers_of(${folder} external libraries)
      foreach(library IN LISTS libraries)
        target_link_libraries(liblithe INTERFACE lithe_external_${library})
      endforeach()
    endif()
  endforeach()
  foreach(plugin IN LISTS LITHE_PLUGINS)
    if(TARGET lithe-${plugin})
      add_dependencies(liblithe lithe-${plugin})
    endif()
  endforeach()
endfunction()

# The lithe command: cli/ over the public headers and nothing else.
function(lithe_add_command)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/*.cpp)
  if(NOT sources OR NOT TARGET liblithe)
    return()
  endif()
  # cli/*.lt, as texts in the command: cli/embedded.hpp.
  set(content "#include \"embedded.hpp\"\n")
  foreach(name IN ITEMS test_library bench_library)
    set(library ${PROJECT_SOURCE_DIR}/cli/${name}.lt)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${library})
    file(READ ${library} text)
    string(APPEND content "const char* const lithe::cli::${name} = R\"lithe(${text})lithe\";\n")
  endforeach()
  set(generated ${PROJECT_BINARY_DIR}/generated/embedded.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT "${content}")
  add_executable(lithe ${sources} ${generated})
  target_include_directories(lithe PRIVATE ${PROJECT_SOURCE_DIR}/cli)
  target_link_libraries(lithe PRIVATE liblithe)
  set_target_properties(lithe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# A host program NAME from SOURCE, run by the command behind them.
function(lithe_add_host_test name source)
  add_executable(embed_${name} ${source})
  target_link_libraries(embed_${name} PRIVATE liblithe)
  set_target_properties(embed_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  add_test(NAME embed_${name} COMMAND ${ARGN}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/embed)
  set_tests_properties(embed_${name} PROPERTIES LABELS host TIMEOUT 120)
endfunction()

# The program of docs/manual/embedding.md: its first block of C++.
function(lithe_add_manual_test)
  set(page ${PROJECT_SOURCE_DIR}/docs/manual/embedding.md)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
  file(READ ${page} text)
  string(FIND "${text}" "```cpp\n" start)
  math(EXPR start "${start} + 7")
  string(SUBSTRING "${text}" ${start} -1 text)
  string(FIND "${text}" "\n```\n" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  set(source ${PROJECT_BINARY_DIR}/generated/embedding_manual.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "${text}\n" @ONLY)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  lithe_add_host_test(manual ${source}
    ${Python3_EXECUTABLE} check_page.py $<TARGET_FILE:embed_manual> ${page})
endfunction()

# tests/embed/*.cpp: host programs, each a test that passes when it exits with 0.
function(lithe_add_host_tests)
  file(GLOB programs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/embed/*.cpp)
  if(NOT LITHE_TESTS OR NOT TARGET liblithe)
    return()
  endif()
  foreach(program IN LISTS programs)
    get_filename_component(name ${program} NAME_WE)
    lithe_add_host_test(${name} ${program} embed_${name})
  endforeach()
  # Other work on the machine makes whatever is timed late.
  set_tests_properties(embed_hostile PROPERTIES ENVIRONMENT "LITHE_TIME_SCALE=2")
  lithe_add_manual_test()
endfunction()

# tests/numbers/: arithmetic against references. What a build with sanitizers runs is a tenth.
function(lithe_add_number_tests)
  if(NOT LITHE_TESTS OR NOT TARGET liblithe)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/tests/numbers)
  add_executable(random_numbers
    ${folder}/random_numbers.cpp ${folder}/operands.cpp ${folder}/reference.cpp)
  target_link_libraries(random_numbers PRIVATE liblithe lithe_external_gmp)
  add_executable(float32 ${folder}/float32.cpp)
  target_include_directories(float32 PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(float32 PRIVATE liblithe)
  set(operations 1000000)
  if(LITHE_SANITIZE)
    set(operations 100000)
  endif()
  add_test(NAME random_numbers COMMAND random_numbers ${operations})
  add_test(NAME float32 COMMAND float32)
  foreach(name IN ITEMS random_numbers float32)
    set_target_properties(${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
    set_tests_properties(${name} PROPERTIES LABELS numbers TIMEOUT 120)
  endforeach()
endfunction()

# tests/memory/: requests for memory fail, one after the other; each eighth under sanitizers.
function(lithe_add_memory_tests)
  if(NOT LITHE_TESTS OR NOT TARGET liblithe)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/tests/memory)
  add_executable(memory_faults ${folder}/faults.cpp)
  target_include_directories(memory_faults PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(memory_faults PRIVATE liblithe)
  set_target_properties(memory_faults PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  set(stride 1)
  if(LITHE_SANITIZE)
    set(stride 8)
  endif()
  add_test(NAME memory_faults COMMAND memory_faults ${folder}/scenarios.lt --stride ${stride})
  set_tests_properties(memory_faults PROPERTIES LABELS memory TIMEOUT 300)
endfunction()

# bench/*.cpp: measurements; bench/run.py asks for them.
function(lithe_add_benchmarks)
  file(GLOB programs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.cpp)
  if(NOT TARGET liblithe)
    return()
  endif()
  foreach(program IN LISTS programs)
    get_filename_component(name ${program} NAME_WE)
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${program})
    target_include_directories(bench_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(bench_${name} PRIVATE liblithe)
    set_target_properties(bench_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
  endforeach()
endfunction()

# tests/models/*.cpp: exhaustive models of the lock-free parts, where relacy (relacy-dev) is there.
function(lithe_add_models)
  file(GLOB programs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/models/*.cpp)
  if(NOT programs OR NOT LITHE_TESTS OR LITHE_SANITIZE)
    return()
  endif()
  find_path(LITHE_HEADER_relacy NAMES relacy/relacy.hpp relacy/relacy_std.hpp)
  mark_as_advanced(LITHE_HEADER_relacy)
  if(NOT LITHE_HEADER_relacy)
    message(STATUS "relacy is not installed; the models of tests/models are left out")
    return()
  endif()
  foreach(program IN LISTS programs)
    get_filename_component(name ${program} NAME_WE)
    add_executable(model_${name} ${program})
    target_include_directories(model_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    # Its own folder is no include folder: it has a pthread.h.
    target_include_directories(model_${name} SYSTEM PRIVATE ${LITHE_HEADER_relacy})
    set_target_properties(model_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
    add_test(NAME model_${name} COMMAND model_${name})
    set_tests_properties(model_${name} PROPERTIES LABELS model TIMEOUT 120)
  endforeach()
endfunction()

# tests/fuzz/*_fuzz.cpp: libFuzzer targets over the inner folders; the other files there they share.
# random_NAME is NAME_fuzz without libFuzzer and its instrumentation, for speed.
function(lithe_add_fuzzers)
  if(NOT TARGET liblithe)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/tests/fuzz)
  file(GLOB shared CONFIGURE_DEPENDS ${folder}/program_*.cpp)
  add_library(lithe_fuzz_shared STATIC EXCLUDE_FROM_ALL ${shared})
  target_include_directories(lithe_fuzz_shared PRIVATE ${PROJECT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR}/include)
  if(NOT LITHE_FUZZ)
    foreach(name IN ITEMS tiers evaluator)
      add_executable(random_${name} EXCLUDE_FROM_ALL
        ${folder}/random_inputs.cpp ${folder}/${name}_fuzz.cpp)
      target_link_libraries(random_${name} PRIVATE lithe_fuzz_shared liblithe)
      set_target_properties(random_${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
    endforeach()
    return()
  endif()
  file(GLOB programs CONFIGURE_DEPENDS ${folder}/*_fuzz.cpp)
  foreach(program IN LISTS programs)
    get_filename_component(name ${program} NAME_WE)
    add_executable(${name} ${program})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE lithe_fuzz_shared liblithe)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  endforeach()
endfunction()
