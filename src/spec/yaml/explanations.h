// What libyaml complains about, in words that help.
//
// Threads:   constants.
#pragma once

#include <array>
#include <string_view>

namespace sennit::spec {

struct Explanation {
  std::string_view problem;  // libyaml's words
  std::string_view message;
  std::string_view expected;
};

// What is not listed is passed on as it is.
inline constexpr auto kExplanations = std::to_array<Explanation>({
    {"found character that cannot start any token", "this character cannot begin a value", "quotes around the value"},
    {"mapping values are not allowed in this context", "a ':' is not possible here",
     "quotes around a value that contains ': ', or another indentation"},
    {"did not find expected key", "text after the end of a value", "quotes around the whole value"},
    {"did not find expected '-' indicator", "this line does not belong to the list above",
     "a '- item' line at the indentation of the items above"},
    {"could not find expected ':'", "a key without its ':'", "'key: value'"},
    {"did not find expected ',' or ']'", "the list that opens here is not closed",
     "',' between its items and ']' after the last"},
    {"did not find expected ',' or '}'", "the map that opens here is not closed",
     "',' between its entries and '}' after the last"},
    {"found unexpected end of stream", "the file ends inside the quotes that open here", "the closing quote"},
    {"found unexpected document indicator", "a document marker inside a quoted text", "the closing quote"},
    {"found unknown escape character", "unknown escape after '\\'", "\\\\ for a backslash, or single quotes"},
    {"found undefined tag handle", "undefined tag", "no tag, or one of YAML's own such as !!str"},
    {"block sequence entries are not allowed in this context", "a '-' item is not possible here",
     "the list on its own lines below its key"},
    {"found invalid Unicode character escape code", "the escape is not a Unicode character", ""},
    {"did not find expected <document start>", "text after the end of the document", "one document"},
    {"did not find expected comment or line break", "text behind the '|' or '>' that begins a block of text",
     "the text on the lines below, indented"},
    {"found an indentation indicator equal to 0", "a block of text cannot be indented by 0", "'|' alone"},
    {"did not find expected node content", "a value is missing here", "a value, or \"\" for an empty text"},
    {"did not find expected alphabetic or numeric character", "'*' and '&' at the beginning of a value name an anchor",
     "quotes around the value"},
    {"found a tab character where an indentation space is expected", "a tab indents this line",
     "spaces: YAML does not take tabs"},
    {"mapping keys are not allowed in this context", "a '?' cannot begin a value here", "quotes around the value"},
});

}  // namespace sennit::spec
