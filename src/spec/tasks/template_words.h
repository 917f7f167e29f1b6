// Which names a template mentions, as words: cheap, and never fewer than it uses.
//
// Threads:   pure.
// Ownership: the words view the text.
#pragma once

#include <string_view>
#include <unordered_set>

namespace sennit::spec {

struct TemplateWords {
  std::unordered_set<std::string_view> all;
  // Those in a condition that asks whether something is true, and compares nothing: {% if fast %}.
  std::unordered_set<std::string_view> asked;
};

TemplateWords template_words(std::string_view text);

}  // namespace sennit::spec
