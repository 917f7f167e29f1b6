// The task's command as a child of the entry process: a session and process group of its own, its two output pipes.
//
// Needs nothing of the image: no shell, no /dev, no /proc.
//
// Threads: one. Ownership: owns the pipes; ending the process is the caller's (signal_group, and pid 1 has the kernel).
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "wire/user_messages.h"

namespace sennit::user {

using Variables = std::vector<std::pair<std::string, std::string>>;

// What the command gets: the variables of `own` ("NAME=value", as environ), with those of the order in their places,
// and `more_path` ("": nothing) at the end of PATH.
std::vector<std::string> environment_of(char** own, const Variables& ordered, std::string_view more_path);

// The file of a program as execvp finds it: by `path` if there is no slash in it. Relative entries count from
// `directory`. Fails: kNotFound, kInvalid (found, but not executable; or an empty name).
Result<std::string> find_program(const std::string& name, std::string_view path, const std::string& directory);

// Where our own commands lie in a task that has /osmo.
inline constexpr std::string_view kOurPrograms = "/osmo/usr/bin";

// What a program is to have as its standard input and outputs.
struct Streams {
  int in = -1;
  int out = -1;
  int err = -1;
  bool is_terminal = false;  // all three are one terminal, which is to be its controlling one
};

// Starts a program in a session of its own; returns once it runs. Fails: kNotFound (program or directory), kInvalid
// (not executable, arguments too long, no command), kExhausted (processes, memory, descriptors), kIo. The message names
// the step and the object.
Result<pid_t> start_program(const wire::StartCommand& order, char** own_environment, const Streams& streams,
                            std::string_view more_path);

// Read end, write end. Fails: kExhausted.
Result<std::array<UniqueFd, 2>> make_pipe();

struct Command {
  pid_t pid = 0;
  std::array<UniqueFd, 2> pipes;  // read ends by wire::Output::Stream, non-blocking

  // Fails as start_program and make_pipe.
  static Result<Command> start(const wire::StartCommand& order, char** own_environment);

  // To the command's process group, also after the command itself has ended; whether anybody was there.
  bool signal_group(int number) const;
};

}  // namespace sennit::user
