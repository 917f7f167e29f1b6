#include "spec/tasks/template_words.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sennit::spec {
namespace {

bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool continues_word(char c) { return begins_word(c) || (c >= '0' && c <= '9'); }

std::vector<std::string_view> words_of(std::string_view tag) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < tag.size();) {
    if (!continues_word(tag[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < tag.size() && continues_word(tag[at])) ++at;
    if (begins_word(tag[begin])) words.push_back(tag.substr(begin, at - begin));
  }
  return words;
}

bool asks(std::string_view tag, const std::vector<std::string_view>& words) {
  const auto has = [&words](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  const bool compares = tag.find("==") != std::string_view::npos || tag.find("!=") != std::string_view::npos;
  return !compares && !has("in") && (has("if") || has("elif"));
}

}  // namespace

TemplateWords template_words(std::string_view text) {
  TemplateWords found;
  std::size_t looked = 0;  // the words before it are found
  for (std::size_t at = text.find('{'); at != std::string_view::npos && at + 1 < text.size();) {
    if (text[at + 1] != '{' && text[at + 1] != '%') {
      at = text.find('{', at + 1);
      continue;
    }
    const std::size_t close = std::min(text.find(text[at + 1] == '%' ? "%}" : "}}", at + 2), text.size());
    const std::string_view tag = text.substr(at, close - at);
    const std::vector<std::string_view> words = words_of(tag);
    if (asks(tag, words)) found.asked.insert(words.begin(), words.end());
    if (close >= looked) {
      // The first }} may close two maps inside of the tag, so the rest of its line counts.
      const std::size_t begin = std::max(at, looked);
      looked = std::min(text.find('\n', close), text.size());
      for (const std::string_view word : words_of(text.substr(begin, looked - begin))) found.all.insert(word);
    }
    at = text.find('{', close);
  }
  return found;
}

}  // namespace sennit::spec
