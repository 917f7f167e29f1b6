#include "cli/render/graph_text.h"

#include <algorithm>
#include <cctype>

namespace sennit::cli {
namespace {

Tint tint_of(drawing::State state) {
  switch (state) {
    case drawing::State::kNone:
    case drawing::State::kWaiting: break;
    case drawing::State::kRunning: return Tint::kBusy;
    case drawing::State::kCompleted: return Tint::kGood;
    case drawing::State::kFailed: return Tint::kBad;
    case drawing::State::kSkipped: return Tint::kFaint;
  }
  return Tint::kNone;
}

}  // namespace

std::string graph_text(const drawing::TextPicture& picture, const Style& style) {
  std::string text;
  for (const drawing::TextRow& row : picture.rows) {
    for (const drawing::TextSpan& span : row) text += style(tint_of(span.state), span.text);
    text += '\n';
  }
  return text;
}

drawing::Charset charset_of_locale(const std::function<std::optional<std::string>(std::string_view)>& variable) {
  for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value = variable(name).value_or("");
    if (value.empty()) continue;
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool utf8 = value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    return utf8 ? drawing::Charset::kUtf8 : drawing::Charset::kAscii;
  }
  return drawing::Charset::kAscii;
}

}  // namespace sennit::cli
