// Cuts a file of the tasks dialect into its sections, as text, before YAML or templates are looked at: a section begins
// with `word:` in the first column and runs to the next one (reference: osmo-spec 1.1).
//
// Threads:   pure functions.
// Ownership: sections view the text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sennit::spec {

struct Section {
  std::string_view key;
  std::size_t at = 0;     // byte of the key
  std::string_view text;  // with the key
};

// At most `limit` sections; more than a few are an error in any dialect.
std::vector<Section> split_sections(std::string_view text, std::size_t limit);

// Whether a template engine would change the text. Run-time tokens such as {{output}} alone are not a template.
bool needs_rendering(std::string_view text);

}  // namespace sennit::spec
