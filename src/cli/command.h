// What a command is: a row of data for finding and explaining it, and an object for running it.
//
// Threads: the main thread. Errors: a command prints what went wrong through its Session and returns the exit code.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "cli/arguments/declaration.h"
#include "cli/exit_code.h"

namespace sennit::cli {

class Session;

class Command {
 public:
  virtual ~Command() = default;
  // The arguments; their targets lie in this object. Called once, before run().
  virtual Declaration declare() = 0;
  virtual ExitCode run(Session& session) = 0;
};

// Where a command stands in the help.
enum class Section : std::uint8_t { kRun, kLook, kReach, kChange, kData, kSetup, kHidden };

struct CommandInfo {
  std::string_view name;     // "run"; "server status" for one of a family
  std::string_view aliases;  // other names, with spaces between
  Section section = Section::kHidden;
  std::string_view summary;   // one line: what it does for the user
  std::string_view examples;  // lines, each a command
  std::string_view details;   // further paragraphs of its help; may be empty
  std::unique_ptr<Command> (*make)() = nullptr;
};

}  // namespace sennit::cli
