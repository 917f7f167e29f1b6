#include "cli/data/progress_line.h"

#include <fmt/format.h>

#include <string_view>

namespace sennit::cli {
namespace {

constexpr std::string_view kClearLine = "\r\033[K";
constexpr Micros kBetweenLines = std::chrono::seconds(10);

}  // namespace

void ProgressLine::show(const std::function<std::string(std::size_t columns)>& text) {
  if (session_.err().is_terminal()) {
    session_.err().write(fmt::format("{}{}", kClearLine, text(session_.err().columns() - 1)));
    ignore(session_.err().flush(), "only progress is lost");
    shown_ = true;
    return;
  }
  const Micros now = clock_.boot();
  if (now - told_ < kBetweenLines) return;
  told_ = now;
  session_.say(text(kWide));
}

void ProgressLine::clear() {
  if (!shown_) return;
  session_.err().write(kClearLine);
  ignore(session_.err().flush(), "only progress is lost");
  shown_ = false;
}

}  // namespace sennit::cli
