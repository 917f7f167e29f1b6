// Names in the quotes of other languages. Control characters and broken UTF-8 are shown as \x1b first: none of the
// languages has a place for them.
#pragma once

#include <string>
#include <string_view>

namespace sennit::drawing {

// For text and attributes of XML: & < > " ' as entities.
std::string xml_text(std::string_view raw);
// A quoted string of DOT.
std::string dot_string(std::string_view raw);
// A quoted label of a Mermaid flowchart, where entities are written with '#'.
std::string mermaid_string(std::string_view raw);

}  // namespace sennit::drawing
