// What each code of diagnostic_codes.h means, shows itself in, and is mended by: the one source of `sennit explain` and
// of docs/diagnostics.md, so that the two cannot drift apart. A test loads every example and expects its very code.
//
// Threads:   any; constants.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/diagnostic.h"
#include "spec/diagnostic_codes.h"

namespace sennit::spec {

// A mistake as somebody would make it.
struct Example {
  std::string_view file;    // the workflow file
  std::string_view flags;   // words of the command line, where they matter: "--set epochs"
  std::string_view config;  // config.yaml, where it matters
  std::string_view shell;   // instead of all of that: the mistake is one of files, not of their text
};

// Texts are sentences in which `...` marks what one writes.
struct Explanation {
  Code code;
  std::string_view title;
  std::string_view meaning;
  Example example;
  std::string_view remedy;
};

struct Chapter {
  std::string_view title;
  std::string_view preface;  // may be empty
  std::span<const Explanation> explanations;
};

// All of them, in the order of their codes.
std::span<const Chapter> chapters();

// "SN201".
std::string name_of(Code code);

// By what a user writes: "SN201", "sn201" or "201". nullptr: there is no such code.
const Explanation* find_explanation(std::string_view word);
// A code that may have been meant; "" if none is near.
std::string nearest_code(std::string_view word);

// What Sennit says about the example, as if the file were called flow.yaml. Nothing for one that is a `shell`.
std::vector<Diagnostic> diagnostics_of(const Example& example);

}  // namespace sennit::spec
