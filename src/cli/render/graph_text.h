// A drawing in the colours of a terminal.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/text/style.h"
#include "drawing/text_picture.h"

namespace sennit::cli {

// Rows with a tint for each state: completed good, running busy, failed bad, not run faint.
std::string graph_text(const drawing::TextPicture& picture, const Style& style);

// What the locale's variables promise that a terminal can show: LC_ALL, else LC_CTYPE, else LANG, as POSIX has it.
drawing::Charset charset_of_locale(const std::function<std::optional<std::string>(std::string_view)>& variable);

}  // namespace sennit::cli
