// Splits the inside of {{ ... }} or {% ... %} into tokens.
//
// Threads:   pure.
// Ownership: tokens refer to `text`.
// Errors:    a Fault of kind kSyntax with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "spec/template/token.h"

namespace sennit::spec::tmpl {

enum class TagKind : std::uint8_t { kPrint, kBlock };

// Lexes from `begin`, which is inside the tag, to its end; the last token is kEnd. Returns the offset after the tag,
// and after the white space that a closing "-%}" or "-}}" swallows.
std::size_t lex_tag(std::string_view text, std::size_t begin, TagKind kind, std::vector<Token>& tokens);

}  // namespace sennit::spec::tmpl
