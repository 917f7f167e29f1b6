#include "cli/text/style.h"

#include "model/standing.h"

namespace sennit::cli {
namespace {

std::string_view code_of(Tint tint) {
  switch (tint) {
    case Tint::kGood: return "\033[32m";
    case Tint::kBusy: return "\033[33m";
    case Tint::kBad: return "\033[31m";
    case Tint::kFaint: return "\033[2m";
    case Tint::kBold: return "\033[1m";
    case Tint::kNone: break;
  }
  return "";
}

}  // namespace

std::string Style::operator()(Tint tint, std::string_view text) const {
  if (mode_ == Mode::kPlain || tint == Tint::kNone || text.empty()) return std::string(text);
  return std::string(code_of(tint)).append(text).append("\033[0m");
}

Tint tint_of_status(std::string_view status) {
  switch (standing_of(status)) {
    case Standing::kWaiting:
    case Standing::kReady: return Tint::kNone;
    case Standing::kRunning: return Tint::kBusy;
    case Standing::kCompleted: return Tint::kGood;
    case Standing::kFailed:
    case Standing::kCanceled: return Tint::kBad;
  }
  return Tint::kNone;
}

}  // namespace sennit::cli
