// How the interpreter's own code fails: a Fault is thrown where the failure is found and caught where the search for
// more can go on, at the latest in render(), which makes RenderErrors of them. Exceptions never leave this folder.
//
// Threads:   values only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "spec/template/render.h"

namespace sennit::spec::tmpl {

// The offset is set by the innermost node that knows it, on the way out.
struct Fault {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  ErrorKind kind;
  std::string message;
  std::string name;
  std::size_t offset = kNowhere;
};

// What was found so far.
class FaultList {
 public:
  // The same fault at the same place, in the turns of a loop, counts once.
  void add(Fault fault);
  // Adds one behind which the search goes on; throws it if it is a limit, or one too many.
  void note(Fault fault);
  // More than the value of a {{ }} is missing: the text says nothing about the rest of the file.
  void spoil() { spoiled_ = true; }

  bool spoiled() const { return spoiled_; }
  std::vector<Fault>& all() { return faults_; }

 private:
  std::vector<Fault> faults_;
  std::size_t noted_ = 0;
  bool spoiled_ = false;
};

[[noreturn]] void fail(ErrorKind kind, std::string message, std::string name = {});
[[noreturn]] void fail_at(std::size_t offset, ErrorKind kind, std::string message, std::string name = {});

}  // namespace sennit::spec::tmpl
