// What stands between the tags of a template that cannot be filled in: enough YAML to find misspelt fields in.
//
// Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

// The text with spaces for {% %} and {# #} and x's for {{ }}; every other byte is where it was, and so are the ends of
// lines. A tag without an end is taken to end with its line. Nothing if there are tags whose contents are no part of
// the text at their place (macro, raw, ...).
std::optional<std::string> between_tags(std::string_view text);

}  // namespace sennit::spec
