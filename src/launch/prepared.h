// What an attempt is made into before it runs, wherever it runs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "proc/environment.h"

namespace sennit::launch {

// A file that is there when the command starts, and that the command cannot change.
struct PlacedFile {
  std::string path;
  std::string bytes;
  unsigned mode = 0644;
};

// How it is known what became of a command that is no child of ours (model/inside_report.h).
struct SandboxEnds {
  UniqueFd report;                 // a socket: InsideReport records; channels go in. Does not block
  UniqueFd trouble;                // a file: what whoever made the sandbox had to say
  std::size_t error_argument = 0;  // which argument is to be the number of the command's standard error
  std::string scratch;             // a directory to be removed once nothing of the attempt runs
};

// Ready to be spawned. Needs its WorkflowWorld as long as it lives.
struct PreparedProcess {
  std::string program;  // a path; relative: from `directory`
  std::vector<std::string> arguments;
  proc::EnvironmentBlock environment;
  std::string directory;       // absolute
  std::string job_log;         // "<job_dir>/job.log"; "": none
  std::string verb;            // of a job
  std::vector<UniqueFd> kept;  // descriptors that it inherits, by the same numbers
  std::optional<SandboxEnds> sandbox;

  // As execve takes them. Valid as long as this object stays where it is.
  std::vector<const char*> argv() const;
};

// What stands in front of a command that is to have a terminal of its own. `inside`: where sennit-user lies there.
inline std::vector<std::string> terminal_words(const std::string& inside) { return {inside, "terminal", "--"}; }

}  // namespace sennit::launch
