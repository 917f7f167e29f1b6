#include "http/target.h"

namespace sennit::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { kIsPlus, kIsSpace };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus == Plus::kIsSpace) c = ' ';
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return Error(ErrorCode::kInvalid, "request target has a broken %-escape");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return Error(ErrorCode::kInvalid, "request target has a NUL");
    out.push_back(c);
  }
  return out;
}

// Calls `take` with each piece of `text` between separators.
template <class Take>
Result<void> split(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    const std::string_view piece = text.substr(0, end);
    if (!piece.empty()) SENNIT_TRY(take(piece));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return {};
}

Result<void> take_segment(std::string_view text, std::vector<std::string>& segments) {
  SENNIT_ASSIGN(std::string segment, decode(text, Plus::kIsPlus));
  if (segment == "." || segment == "..") return Error(ErrorCode::kInvalid, "request target has a '.' or '..' segment");
  segments.push_back(std::move(segment));
  return {};
}

Result<void> take_parameter(std::string_view text, std::vector<QueryParameter>& query) {
  const std::size_t equals = text.find('=');
  const bool has_value = equals != std::string_view::npos;
  SENNIT_ASSIGN(std::string name, decode(text.substr(0, equals), Plus::kIsSpace));
  SENNIT_ASSIGN(std::string value, decode(has_value ? text.substr(equals + 1) : "", Plus::kIsSpace));
  query.push_back({std::move(name), std::move(value)});
  return {};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

const std::string* Target::find(std::string_view name) const {
  for (const QueryParameter& parameter : query) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text[0] != '/') return Error(ErrorCode::kInvalid, "request target does not begin with '/'");
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  Target target;
  target.path = text.substr(0, question);
  SENNIT_TRY(split(target.path, '/', [&](std::string_view piece) { return take_segment(piece, target.segments); }));
  if (question == std::string_view::npos) return target;
  SENNIT_TRY(split(text.substr(question + 1), '&',
                   [&](std::string_view piece) { return take_parameter(piece, target.query); }));
  return target;
}

std::string encode_component(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

}  // namespace sennit::http
