// A text as a YAML scalar that PyYAML's safe loader, and ours, reads back as the same text: plain where nothing speaks
// against it, quoted where YAML 1.1 would read something else, a block where there are lines.
//
// Not libyaml's emitter: it cannot write a brace as `\x7B`, without which a text such as `{{ x }}` would be a template
// when the file is read again.
//
// Threads:   pure functions. Texts are UTF-8; other bytes, which only `!!binary` can have brought, are written so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sennit::spec {

// Whether `{{`, `{%` and `{#` in a text must not be seen by the template engine. Tokens such as {{output}} stay.
enum class Braces : std::uint8_t { kPlain, kProtected };
// Between `[` and `]` fewer characters may stand without quotes.
enum class ScalarPlace : std::uint8_t { kBlock, kFlow };

// In one line, whatever the text.
std::string inline_scalar(std::string_view text, ScalarPlace place, Braces braces);

// Whether the text has lines and can be written as a literal block, each of them as it is.
bool is_block_text(std::string_view text, Braces braces);
// "|-" and the lines, each ended and indented by `indent`, which is two more than the list or map around it.
void append_block_scalar(std::string& out, std::string_view text, std::size_t indent);

}  // namespace sennit::spec
