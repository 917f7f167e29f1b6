#include "spec/tasks/sections.h"

#include <cstring>

namespace sennit::spec {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

// The length of `word` if the line is `word:...`, else 0.
std::size_t section_key(std::string_view line) {
  if (line.empty() || !is_letter(line.front())) return 0;
  std::size_t end = 1;
  while (end < line.size() && is_word(line[end])) ++end;
  return end < line.size() && line[end] == ':' ? end : 0;
}

// {{token}} without spaces: protected from the template engine.
bool is_protected_token(std::string_view text) {
  const std::size_t close = text.find('}');
  if (close == std::string_view::npos || close + 1 >= text.size() || text[close + 1] != '}') return false;
  const std::string_view token = text.substr(0, close);
  if (token == "output" || token == "workflow_id" || token == "uuid") return true;
  return (token.starts_with("input:") && token.size() > 6) || (token.starts_with("host:") && token.size() > 5);
}

}  // namespace

std::vector<Section> split_sections(std::string_view text, std::size_t limit) {
  std::vector<Section> sections;
  std::size_t line = 0;
  while (line < text.size()) {
    if (const std::size_t key = is_letter(text[line]) ? section_key(text.substr(line)) : 0; key > 0) {
      if (!sections.empty()) sections.back().text = text.substr(sections.back().at, line - sections.back().at);
      if (sections.size() == limit) return sections;
      sections.push_back({text.substr(line, key), line, text.substr(line)});
    }
    const void* end = std::memchr(text.data() + line, '\n', text.size() - line);
    if (end == nullptr) break;
    line = static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1;
  }
  return sections;
}

bool needs_rendering(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const void* brace = std::memchr(text.data() + at, '{', text.size() - at);
    if (brace == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(brace) - text.data()) + 1;
    if (at == text.size()) return false;
    const char next = text[at];
    if (next == '%' || next == '#') return true;
    if (next != '{') continue;
    if (!is_protected_token(text.substr(at + 1))) return true;
    at = text.find("}}", at) + 2;
  }
  return false;
}

}  // namespace sennit::spec
