// How the interpreter's own code fails: a Fault is thrown where the failure is found and caught in render(), which
// turns it into a RenderError. Exceptions never leave this folder.
//
// Threads:   values only.
#pragma once

#include <cstddef>
#include <string>

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

[[noreturn]] void fail(ErrorKind kind, std::string message, std::string name = {});
[[noreturn]] void fail_at(std::size_t offset, ErrorKind kind, std::string message, std::string name = {});

}  // namespace sennit::spec::tmpl
