# Warnings are errors; sanitizers and the faster linker are chosen here, once for every room.
# Designated initializers name what differs from the default, so a missing field is meant. g++ 12 is wrong about the
# other two in optimised builds: assigning a literal to a std::string, and a guard on the stack that unlinks itself.
set(SENNIT_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror -Wswitch -Wno-missing-field-initializers -Wno-restrict
                    -Wno-dangling-pointer)
add_compile_options(${SENNIT_WARNINGS} -fno-omit-frame-pointer -pthread)

if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # The warnings that this code is held to are g++'s; what it is told about them above means nothing to clang. ccache
  # keeps nothing that uses a precompiled header with a time in it.
  set(not_of_clang -Wno-error -Wno-unknown-warning-option)
  list(APPEND SENNIT_WARNINGS ${not_of_clang})
  add_compile_options(${not_of_clang} -Xclang -fno-pch-timestamp)
endif()

# libFuzzer's counters, in the rooms whose parsers are fuzzed (only clang has them). The build that has the sanitizers has
# them too, for building the rooms once more would take longer than all fuzzing in CI does. This is what
# -fsanitize=fuzzer-no-link means, in words that do not keep a room from sharing the precompiled headers.
set(SENNIT_FUZZED_ROOMS base http launch logs model progress spec storage store tui views wire)
set(SENNIT_FUZZ_OPTIONS -fsanitize-coverage=inline-8bit-counters,pc-table,indirect-calls,trace-cmp)

if(SENNIT_SANITIZE)
  add_compile_options(-fsanitize=${SENNIT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SENNIT_SANITIZE})
  if(SENNIT_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses fences in one place, which the thread sanitizer does not follow; its queues lock as well.
    add_compile_options(-Wno-tsan)
  endif()
endif()

find_program(SENNIT_MOLD mold)
if(SENNIT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# ccache keeps results of files that use a precompiled header only when it is told that the header's macros and times
# do not matter to them.
find_program(SENNIT_CCACHE ccache)
if(SENNIT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  ${SENNIT_CCACHE})
endif()

# What nearly every file includes, read once. Files name what they use all the same; a build without this
# (-DSENNIT_PCH=OFF, the tidy preset) proves that they do.
set(SENNIT_PRECOMPILED <algorithm> <array> <cerrno> <chrono> <cstddef> <cstdint> <functional> <memory> <optional> <span>
                       <string> <string_view> <utility> <variant> <vector> <fmt/format.h>)
