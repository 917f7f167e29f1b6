// Fills in the template of a tasks file: default-values, --set, --set-string, then the Jinja interpreter.
//
// Threads:   one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/task_body.h"
#include "spec/load.h"
#include "spec/reporter.h"
#include "spec/template/render.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// The variables of a template: defaults first, then the flags in their order. Reports malformed flags and defaults, and
// flags for what neither the defaults nor the template mention ("" if there is none).
tmpl::Variables template_variables(std::string_view source, std::string_view section,
                                   std::optional<std::size_t> defaults_at, std::string_view defaults,
                                   const LoadOptions& options, const Limits& limits, Reporter& reporter);

struct Filled {
  tmpl::Rendered rendered;
  // Lines of the file where a value could not be computed, which has been reported: another value stands in for it, and
  // what is wrong with that is nobody's mistake.
  std::vector<std::uint32_t> doubtful;
  // The template could not be filled in. This is what stands between its tags, once each: who reads on finds misspelt
  // fields there, and whatever else seems wrong may be right in what the template would make of it.
  bool between_tags = false;
};

// The text of source[at, at + size) as a template. What fails is reported at its place in the source; nothing if the
// rest of the text is not worth reading then.
std::optional<Filled> render_section(std::string_view source, std::size_t at, std::size_t size,
                                     const tmpl::Variables& variables, const Limits& limits, Reporter& reporter);

// Whether OSMO's client has the server fill in the file before it reads it (osmo-spec.md 2.3).
bool is_templated(std::string_view file);

// --set-env K=V.
EnvironmentList environment_flags(const LoadOptions& options, Reporter& reporter);

tmpl::Value to_template_value(const Node& node);

}  // namespace sennit::spec
