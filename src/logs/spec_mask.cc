#include "logs/spec_mask.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "base/base64.h"
#include "base/utf8.h"
#include "logs/secret_mask.h"

namespace sennit::logs {
namespace {

using Allowed = std::set<std::string, std::less<>>;

// Words that announce a secret, in either case; "api" in its usual spellings only.
constexpr std::string_view kAnnouncing =
    "(?:access|auth|(?-i:[Aa]pi|API)|credential|creds|key|passw(?:or)?d|secret|token)";

// A text with one byte for each character, since the pattern below asks of characters beyond ASCII only whether they
// are letters or spaces: a pattern of all scripts, with its counts, would be an automaton of hundreds of megabytes.
struct Narrowed {
  std::string text;
  std::vector<std::size_t> begins;  // of each character in the original, and its end
};
constexpr char kForeignLetter = '\x80';
constexpr char kForeignSpace = '\x81';
constexpr char kForeignOther = '\x82';

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

char narrow(std::string_view character) {
  static const RE2 kLetter(R"([\pL\pN])");
  static const RE2 kSpace(R"([\x{85}\p{Z}])");
  if (static_cast<unsigned char>(character.front()) < 0x80) return character.front();
  // What is k and s in the other case.
  if (character == "\u212A") return 'k';
  if (character == "\u017F") return 's';
  if (RE2::FullMatch(piece(character), kLetter)) return kForeignLetter;
  return RE2::FullMatch(piece(character), kSpace) ? kForeignSpace : kForeignOther;
}

Narrowed narrowed(std::string_view text) {
  Narrowed out;
  out.text.reserve(text.size());
  out.begins.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = std::max<std::size_t>(first_code_point(text.substr(at)).bytes, 1);
    out.begins.push_back(at);
    out.text += narrow(text.substr(at, bytes));
    at += bytes;
  }
  out.begins.push_back(text.size());
  return out;
}

// Up to 50 characters, the announcing word, up to 20 more, and a separator; then the value, up to the end of a word.
const RE2& announced_secret() {
  static const RE2 kPattern = [] {
    const std::string word = R"(\w\x80)";
    const std::string space = R"(\s\x0b\x1c-\x1f\x81)";
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    return RE2("(?i)[" + word + ".-]{0,50}?" + std::string(kAnnouncing) + R"([ \t)" + word + ".-]{0,20}" +  //
                   "[" + space + "'\"]{0,3}" + R"((?:=|>|:{1,3}=|\|\||:|=>|\?=|,))" +                       //
                   "[`'\"" + space + "=]{0,5}" +                                                            //
                   "([" + word + ".=-]{10,150}|[a-z0-9][a-z0-9+/]{11,}={0,3})" +                            //
                   "(?:[`'\"" + space + R"(;]|\\[nr]|\z))",
               options);
  }();
  return kPattern;
}

void append_masked(std::string& out, std::string_view matched, std::string_view secret) {
  // Also where it stands in the words before.
  for (std::size_t at = matched.find(secret); at != std::string_view::npos; at = matched.find(secret)) {
    out.append(matched.substr(0, at)).append(kMasked);
    matched.remove_prefix(at + secret.size());
  }
  out.append(matched);
}

std::string mask_announced(std::string_view text, const Allowed& allowed) {
  const Narrowed narrow = narrowed(text);
  const auto original = [&](const re2::StringPiece& found) {
    const auto begin = static_cast<std::size_t>(found.data() - narrow.text.data());
    const std::size_t at = narrow.begins[begin];
    return text.substr(at, narrow.begins[begin + found.size()] - at);
  };
  std::string out;
  std::array<re2::StringPiece, 2> found;
  std::size_t from = 0;  // in the narrowed text
  while (announced_secret().Match(narrow.text, from, narrow.text.size(), RE2::UNANCHORED, found.data(), 2)) {
    const std::string_view matched = original(found[0]);
    const std::string_view secret = original(found[1]);
    out.append(
        text.substr(narrow.begins[from], static_cast<std::size_t>(matched.data() - text.data()) - narrow.begins[from]));
    from = static_cast<std::size_t>(found[0].data() - narrow.text.data()) + found[0].size();
    if (allowed.contains(secret)) {
      out.append(matched);
    } else {
      append_masked(out, matched, secret);
    }
  }
  return out.append(text.substr(narrow.begins[from]));
}

bool is_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// What complete base64 stands for, if that is text. Its padding may be missing.
std::optional<std::string> decoded(std::string_view digits, std::size_t pads) {
  const std::size_t rest = digits.size() % 4;
  const std::size_t wanted = (4 - rest) % 4;
  // Behind a complete block, padding does no harm.
  if (rest == 1 || (rest != 0 && pads > wanted)) return std::nullopt;
  std::optional<std::string> text = decode_base64(std::string(digits) + std::string(wanted, '='));
  if (!text || first_bad_utf8(*text) != std::string_view::npos) return std::nullopt;
  return text;
}

std::string mask_base64(std::string_view line, const Allowed& allowed) {
  constexpr std::size_t kLeastDigits = 16;
  constexpr std::size_t kMostPads = 2;
  std::string out;
  while (!line.empty()) {
    const auto begin = static_cast<std::size_t>(std::ranges::find_if(line, is_base64) - line.begin());
    out.append(line.substr(0, begin));
    line.remove_prefix(begin);
    const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(line, is_base64) - line.begin());
    const std::size_t end = std::min(line.find_first_not_of('=', digits), line.size());
    const std::string_view fragment = line.substr(0, end);
    line.remove_prefix(end);
    const std::size_t pads = end - digits;
    const bool complete =
        digits >= kLeastDigits && pads <= kMostPads && (pads == 0 || line.empty() || !is_base64(line[0]));
    const std::optional<std::string> text = complete ? decoded(fragment.substr(0, digits), pads) : std::nullopt;
    out.append(text && mask_announced(*text, allowed) != *text ? kMasked : fragment);
  }
  return out;
}

// Bits of information a character, by how often each character occurs.
double entropy(std::string_view text) {
  std::map<std::uint32_t, double> counts;
  double all = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    counts[next.bytes == 0 ? static_cast<unsigned char>(text.front()) | 1U << 31 : next.value] += 1;
    text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    all += 1;
  }
  double bits = 0;
  for (const auto& [code, count] : counts) bits -= count / all * std::log2(count / all);
  return bits;
}

}  // namespace

std::string mask_spec(std::string_view text, const std::set<std::string, std::less<>>& allowed) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out += mask_announced(mask_base64(text.substr(0, end), allowed), allowed);
    text.remove_prefix(end);
  }
  return out;
}

std::string mask_variable(std::string_view name, std::string_view value) {
  static const RE2 kName("(?i)" + std::string(kAnnouncing));
  static constexpr auto kSwitches =
      std::to_array<std::string_view>({"", "0", "1", "true", "false", "True", "False", "TRUE", "FALSE"});
  // Eight characters that are all different have 3 bits each.
  constexpr double kMostBits = 3.0;
  if (std::ranges::find(kSwitches, value) != kSwitches.end()) return std::string(value);
  const bool secret = RE2::PartialMatch(piece(name), kName) || entropy(value) > kMostBits;
  return std::string(secret ? kMasked : value);
}

}  // namespace sennit::logs
