#include "model/runtime.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sennit {
namespace {

constexpr std::array<std::pair<std::string_view, Runtime>, 4> kWords{{{"auto", Runtime::kAuto},
                                                                      {"process", Runtime::kProcess},
                                                                      {"sandbox", Runtime::kSandbox},
                                                                      {"container", Runtime::kContainer}}};

}  // namespace

std::string_view to_string(Runtime runtime) { return kWords.at(static_cast<std::size_t>(runtime)).first; }

std::optional<Runtime> parse_runtime(std::string_view word) {
  const auto found = std::ranges::find(kWords, word, &std::pair<std::string_view, Runtime>::first);
  if (found == kWords.end()) return std::nullopt;
  return found->second;
}

std::string no_sandbox_text(std::string_view why) {
  return std::string("the sandbox cannot be used on this host: ").append(why);
}

std::string no_container_text(std::string_view why) {
  return std::string("containers cannot be used on this host: ").append(why);
}

}  // namespace sennit
