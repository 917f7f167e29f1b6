// The floor that the no-op benchmarks are measured against: start N processes, at most P at once, and collect them.
// Nothing is journaled, logged or decided here; nobody who starts processes one by one can be faster.
//
//   bare_spawn PARALLEL COUNT PROGRAM [ARGUMENT...]
//
// Prints the seconds it took, and the most memory that one of the processes had, in bytes. (Whoever starts a process
// hands its own peak down to it; this program is small, Python is not.)
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

void wait_for_any() {
  siginfo_t info{};
  if (waitid(P_ALL, 0, &info, WEXITED) != 0) {
    std::perror("waitid");
    std::exit(1);
  }
}

void start(char* const* command, const posix_spawn_file_actions_t& files) {
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, command[0], &files, nullptr, command, environ);
  if (error != 0) {
    std::fprintf(stderr, "bare_spawn: cannot start %s: error %d\n", command[0], error);
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bare_spawn PARALLEL COUNT PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  const long parallel = std::atol(argv[1]);
  const long count = std::atol(argv[2]);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);

  const auto begin = std::chrono::steady_clock::now();
  long running = 0;
  for (long started = 0; started < count; ++started) {
    if (running == parallel) {
      wait_for_any();
      --running;
    }
    start(argv + 3, files);
    ++running;
  }
  for (; running > 0; --running) {
    wait_for_any();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::printf("%.6f %ld\n", took.count(), usage.ru_maxrss * 1024);
  posix_spawn_file_actions_destroy(&files);
  return 0;
}
