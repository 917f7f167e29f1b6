#include "spec/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kBlue = "\x1b[1;34m";
constexpr std::uint32_t kTab = 1;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

// Control characters would move the cursor or worse.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    shown.push_back(byte < 0x20 || byte == 0x7F ? ' ' : c);
  }
  return shown;
}

// Its first so many characters, and blanks where it has fewer.
std::string leading(std::string_view text, std::uint32_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
  }
  return std::string(text.substr(0, at)) + std::string(count, ' ');
}

std::string paint(std::string_view text, std::string_view color, Color use) {
  return use == Color::kOn ? fmt::format("{}{}{}", color, text, kReset) : std::string(text);
}

std::string place(const Diagnostic& diagnostic) {
  if (diagnostic.line == 0) return diagnostic.file;
  return fmt::format("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
}

std::string excerpt(const Diagnostic& diagnostic, Color color) {
  const std::string number = std::to_string(diagnostic.line);
  const std::string bar = paint("|", kBlue, color);
  const std::string line = printable(diagnostic.source_line);
  const std::uint32_t width = characters(line);
  // A line that was cut does not begin at column 1; its caret is where the cut left it.
  const std::uint32_t column = std::min(diagnostic.column > 0 ? diagnostic.column : 1, width + kTab);
  const std::uint32_t room = width >= column ? width - column + 1 : 1;
  const std::uint32_t length = std::clamp<std::uint32_t>(diagnostic.length, 1, room);
  // Characters are counted from the left, but take two columns each in some scripts.
  const std::size_t before = display_width(leading(line, column - 1));
  const std::size_t marked = display_width(leading(line, column - 1 + length)) - before;
  const std::string caret = fmt::format("^{:~<{}}", "", std::max<std::size_t>(marked, 1) - 1);
  return fmt::format("  {:>5} {} {}\n  {:>5} {} {:{}}{}\n", number, bar, line, "", bar, "", before,
                     paint(caret, kRed, color));
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
  }
  return "error";
}

std::uint32_t end_column(const Diagnostic& diagnostic) {
  return diagnostic.line == 0 ? 0 : diagnostic.column + std::max<std::uint32_t>(diagnostic.length, 1);
}

std::string render(const Diagnostic& diagnostic, Color color) {
  const std::string_view shade = diagnostic.severity == Severity::kError ? kRed : kYellow;
  const std::string label = fmt::format("{}[{}]", to_string(diagnostic.severity), diagnostic.code);
  std::string out = fmt::format("{}: {}: {}\n", paint(place(diagnostic), kBold, color), paint(label, shade, color),
                                printable(diagnostic.message));
  if (diagnostic.line > 0) out += excerpt(diagnostic, color);
  if (!diagnostic.expected.empty()) out += fmt::format("        = expected: {}\n", printable(diagnostic.expected));
  if (!diagnostic.suggestion.empty()) {
    out += fmt::format("        = help: did you mean '{}'?\n", printable(diagnostic.suggestion));
  }
  return out;
}

std::string hint_of(const Diagnostic& diagnostic) {
  if (!diagnostic.suggestion.empty()) return fmt::format("did you mean '{}'?", diagnostic.suggestion);
  return diagnostic.expected.empty() ? std::string() : fmt::format("expected: {}", diagnostic.expected);
}

std::string render(std::span<const Diagnostic> diagnostics, Color color) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += render(diagnostic, color);
  return out;
}

std::string one_line(const Diagnostic& diagnostic) {
  std::string out = fmt::format("{}: {}", place(diagnostic), printable(diagnostic.message));
  if (!diagnostic.suggestion.empty()) out += fmt::format("; did you mean '{}'?", printable(diagnostic.suggestion));
  return out;
}

}  // namespace sennit::spec
