#include "spec/template/tag_scanner.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include "spec/template/fault.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

std::size_t space_end(std::string_view text, std::size_t from) {
  return text.size() - strip_left(text.substr(from)).size();
}

std::size_t after_sign(std::string_view text, std::size_t from) {
  return from < text.size() && (text[from] == '-' || text[from] == '+') ? from + 1 : from;
}

// A closing delimiter at `at`, with its sign and the white space it swallows: the offset after it, or nothing.
std::optional<std::size_t> close_at(std::string_view text, std::size_t at, std::string_view close, bool plus) {
  const bool strip = at < text.size() && text[at] == '-';
  const std::size_t from = strip || (plus && at < text.size() && text[at] == '+') ? at + 1 : at;
  if (!text.substr(from).starts_with(close)) return std::nullopt;
  return strip ? space_end(text, from + close.size()) : from + close.size();
}

// `{% word %}` at `at`, whose first character is '{': the offset after it, or nothing.
std::optional<std::size_t> word_tag(std::string_view text, std::size_t at, std::string_view word, bool plus) {
  if (!text.substr(at).starts_with("{%")) return std::nullopt;
  std::size_t inside = space_end(text, after_sign(text, at + 2));
  if (!text.substr(inside).starts_with(word)) return std::nullopt;
  inside = space_end(text, inside + word.size());
  return close_at(text, inside, "%}", plus);
}

// The size of a token's name at the start of `text`: "output", "input:0". A name with an argument reaches to the next
// brace, or, where spaces may follow it, to the next space.
std::size_t token_name_size(std::string_view text, std::string_view stops) {
  for (const std::string_view word : {"output", "workflow_id", "uuid"}) {
    if (text.starts_with(word)) return word.size();
  }
  for (const std::string_view word : {"input:", "host:"}) {
    if (!text.starts_with(word)) continue;
    const std::size_t end = text.find_first_of(stops, word.size());
    if (end == std::string_view::npos || end == word.size()) return 0;
    return end;
  }
  return 0;
}

}  // namespace

std::size_t runtime_token_size(std::string_view text) {
  const std::size_t name = token_name_size(text.substr(2), "}");
  return name != 0 && text.substr(2 + name).starts_with("}}") ? name + 4 : 0;
}

void TagScanner::add_text(std::vector<TextRange>& texts, std::size_t begin, std::size_t end, char sign) const {
  if (sign == '-') end = begin + strip_right(text_.substr(begin, end - begin)).size();
  if (begin < end) texts.push_back({begin, end});
}

// The next "{{", "{%" or "{#" that is not a run-time token.
std::size_t TagScanner::find_open(std::size_t from) const {
  while (from + 1 < text_.size()) {
    const void* brace = std::memchr(text_.data() + from, '{', text_.size() - from - 1);
    if (brace == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(brace) - text_.data());
    const char second = text_[at + 1];
    if (second == '%' || second == '#') return at;
    from = at + 1;
    if (second != '{') continue;
    const std::size_t token = runtime_token_size(text_.substr(at));
    if (token == 0) return at;
    from = at + token;
  }
  return text_.size();
}

std::size_t TagScanner::after_comment(std::size_t offset) const {
  const std::size_t inside = after_sign(text_, offset + 2);
  const std::size_t at = text_.find("#}", inside);
  if (at == std::string_view::npos) fail_at(offset, ErrorKind::kSyntax, "the comment is not closed: '#}' is missing");
  const bool strip = at > inside && text_[at - 1] == '-';
  return strip ? space_end(text_, at + 2) : at + 2;
}

bool TagScanner::skip_raw(std::size_t offset, std::vector<TextRange>& texts) {
  const auto begin = word_tag(text_, offset, "raw", false);
  if (!begin) return false;
  for (std::size_t at = text_.find("{%", *begin); at != std::string_view::npos; at = text_.find("{%", at + 1)) {
    const auto after = word_tag(text_, at, "endraw", true);
    if (!after) continue;
    add_text(texts, *begin, at, text_[at + 2]);
    at_ = *after;
    return true;
  }
  fail_at(offset, ErrorKind::kSyntax, "the raw block is not closed: '{% endraw %}' is missing");
}

Tag TagScanner::print_tag(std::size_t offset) {
  const std::size_t inside = after_sign(text_, offset + 2);
  const std::size_t from = space_end(text_, inside);
  const std::size_t size = token_name_size(text_.substr(from), "} \t\r\n");
  const std::string_view name = text_.substr(from, size);
  if (size == 0 || name == "uuid") return {Tag::Kind::kPrint, offset, inside, {}};
  const auto after = close_at(text_, space_end(text_, from + size), "}}", false);
  if (!after) return {Tag::Kind::kPrint, offset, inside, {}};
  at_ = *after;
  return {Tag::Kind::kSpacedToken, offset, inside, name};
}

Tag TagScanner::next(std::vector<TextRange>& texts) {
  while (true) {
    const std::size_t open = find_open(at_);
    const char sign = open + 2 < text_.size() ? text_[open + 2] : '\0';
    add_text(texts, at_, open, sign);
    if (open == text_.size()) return {};
    if (text_[open + 1] == '{') return print_tag(open);
    if (text_[open + 1] == '%') {
      if (skip_raw(open, texts)) continue;
      return {Tag::Kind::kBlock, open, after_sign(text_, open + 2), {}};
    }
    at_ = after_comment(open);
  }
}

bool is_closed(std::string_view text, const Tag& tag) {
  const std::size_t end = text.find(tag.kind == Tag::Kind::kPrint ? "}}" : "%}", tag.inside);
  return end != std::string_view::npos && end < std::min(text.find("{{", tag.inside), text.find("{%", tag.inside));
}

std::size_t end_of_unreadable(std::string_view text, const Tag& tag) {
  const std::size_t end = text.find("}}", tag.inside);
  if (end < text.find('\n', tag.inside)) return end + 2;
  std::size_t name = std::min(text.find_first_not_of(' ', tag.inside), text.size());
  while (name < text.size() && (std::isalnum(static_cast<unsigned char>(text[name])) != 0 || text[name] == '_')) ++name;
  return name;
}

}  // namespace sennit::spec::tmpl
