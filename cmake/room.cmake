# One library per room, and beside it one test program of the room's *_test.cc files.
#
#   sennit_room(<name> [DEPS <room>...] [LIBS <library>...])
#
# Labels of the tests: `unit`, or `threads` for rooms that ThreadSanitizer can say something about; `long` for a suite
# whose name ends in `Long`, which `make test` leaves out and `make test-long` runs.
#
# DEPS are rooms of lower floors; LIBS are third-party libraries of cmake/libraries.cmake, used in .cc files only
# (no interface header names their types).
function(sennit_room name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  # The files with a `main`.
  list(FILTER sources EXCLUDE REGEX "/src/main/sennit(_[a-z]+)?\\.cc$")

  set(kind PUBLIC)
  if(sources)
    add_library(sennit_${name} STATIC ${sources})
  else()
    set(kind INTERFACE)
    add_library(sennit_${name} INTERFACE)
  endif()
  if(sources AND SENNIT_FUZZ AND name IN_LIST SENNIT_FUZZED_ROOMS)
    target_compile_options(sennit_${name} PRIVATE ${SENNIT_FUZZ_OPTIONS})
  endif()
  if(sources AND SENNIT_PCH)
    target_precompile_headers(sennit_${name} REUSE_FROM sennit_precompiled)
  endif()
  target_include_directories(sennit_${name} ${kind} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(sennit_${name} ${kind} fmt::fmt)
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(sennit_${name} ${kind} sennit_${dep})
  endforeach()
  foreach(lib IN LISTS ARG_LIBS)
    target_link_libraries(sennit_${name} ${kind} sennit_lib_${lib})
  endforeach()

  if(tests AND SENNIT_TESTS)
    add_executable(${name}_test ${tests})
    if(SENNIT_PCH)
      target_precompile_headers(${name}_test REUSE_FROM sennit_precompiled_test)
    endif()
    target_link_libraries(${name}_test PRIVATE sennit_${name} GTest::gtest GTest::gmock GTest::gtest_main)
    set(label unit)
    if(name IN_LIST SENNIT_THREADED_ROOMS)
      set(label threads)
      add_dependencies(tsan_tests ${name}_test)
    endif()
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}/" TEST_FILTER "-*Long.*"
                         TEST_LIST ${name}_tests PROPERTIES LABELS ${label} TIMEOUT 300)
    sennit_has_long_tests(has_long ${tests})
    if(has_long)
      gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}/" TEST_FILTER "*Long.*"
                           TEST_LIST ${name}_long_tests PROPERTIES LABELS long TIMEOUT 1800)
    endif()
  endif()
endfunction()

# Whether any of these files has a suite that ends in `Long` (discovering none would be an error).
function(sennit_has_long_tests result)
  set(${result} FALSE PARENT_SCOPE)
  foreach(file IN LISTS ARGN)
    file(STRINGS ${file} found REGEX "^TEST(_F|_P)?\\([A-Za-z0-9]*Long," LIMIT_COUNT 1)
    if(found)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# A program: one file that composes rooms.
function(sennit_program name main)
  cmake_parse_arguments(ARG "" "" "ROOMS;LIBS" ${ARGN})
  add_executable(${name} ${main})
  foreach(room IN LISTS ARG_ROOMS)
    target_link_libraries(${name} PRIVATE sennit_${room})
  endforeach()
  foreach(lib IN LISTS ARG_LIBS)
    target_link_libraries(${name} PRIVATE sennit_lib_${lib})
  endforeach()
endfunction()

# A small static program, compiled from the sources of ROOMS and FILES with options of its own: static programs and
# sanitizers do not go together, so it is the same program in every build, and the tests see what is shipped.
function(sennit_static_program name main)
  cmake_parse_arguments(ARG "" "" "ROOMS;FILES" ${ARGN})
  set(sources ${main} ${ARG_FILES})
  foreach(room IN LISTS ARG_ROOMS)
    file(GLOB_RECURSE more CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.cc)
    list(FILTER more EXCLUDE REGEX "_test\\.cc$")
    list(APPEND sources ${more})
  endforeach()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  set_target_properties(${name} PROPERTIES
    COMPILE_OPTIONS "${SENNIT_WARNINGS};-Os;-g0;-ffunction-sections;-fdata-sections"
    LINK_OPTIONS "-static;-s;-Wl,--gc-sections")
endfunction()

# The two sets of precompiled headers that all rooms and all tests share (REUSE_FROM): precompiling a set takes 1 to 2 s,
# so one per room would give back what it saves.
function(sennit_precompiled_headers)
  if(NOT SENNIT_PCH)
    return()
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
  add_library(sennit_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(sennit_precompiled PRIVATE fmt::fmt)
  target_precompile_headers(sennit_precompiled PRIVATE ${SENNIT_PRECOMPILED})
  if(SENNIT_TESTS)
    add_library(sennit_precompiled_test OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
    target_link_libraries(sennit_precompiled_test PRIVATE fmt::fmt GTest::gtest)
    target_precompile_headers(sennit_precompiled_test PRIVATE ${SENNIT_PRECOMPILED} <gtest/gtest.h>)
  endif()
endfunction()
