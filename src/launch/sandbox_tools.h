// Whether this host can have sandboxes, found out by making one: bubblewrap may be missing, and where it is not, the
// kernel or its administrator may refuse what it needs.
//
// Threads:   any one at a time.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace sennit::launch {

// How sandboxes are made here.
struct SandboxKind {
  std::string bwrap;          // its path
  std::string inside;         // that of sennit-user
  std::string program = {};   // that of sennit, for tasks to call; "": it is not beside sennit-user
  bool own_processes = true;  // with a pid namespace: a container around us may forbid to mount another /proc
};

class SandboxTools {
 public:
  // `inside`: where sennit-user lies. `path`: the PATH to look for bubblewrap in (null: unset).
  SandboxTools(std::string inside, const char* path) : inside_(std::move(inside)), path_(path == nullptr ? "" : path) {}

  // Beside the program that we are.
  static std::string default_inside();

  const std::string& inside() const { return inside_; }

  // Why there can be no sandbox, as far as a look tells; "": nothing speaks against it. Takes a few microseconds.
  std::string obstacle() const;

  // Tries it, once; after a failure again each time, for somebody may have changed what was in the way. Takes some
  // milliseconds, at most kPatience. Fails: kUnavailable, as the user should read it.
  Result<SandboxKind> kind();

 private:
  std::string bwrap() const;

  std::string inside_;
  std::string path_;
  std::optional<SandboxKind> kind_;
};

}  // namespace sennit::launch
