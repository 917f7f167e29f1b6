#include "spec/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

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
  const std::uint32_t width = characters(diagnostic.source_line);
  // A line that was cut does not begin at column 1; its caret is where the cut left it.
  const std::uint32_t column = std::min(diagnostic.column > 0 ? diagnostic.column : 1, width + kTab);
  const std::uint32_t room = width >= column ? width - column + 1 : 1;
  const std::uint32_t length = std::clamp<std::uint32_t>(diagnostic.length, 1, room);
  const std::string caret = fmt::format("^{:~<{}}", "", length - 1);
  return fmt::format("  {:>5} {} {}\n  {:>5} {} {:{}}{}\n", number, bar, printable(diagnostic.source_line), "", bar, "",
                     column - 1, paint(caret, kRed, color));
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
  }
  return "error";
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
