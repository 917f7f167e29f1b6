#include "core/exit_meaning.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/exit_codes.h"

namespace sennit::core {
namespace {

using S = Status;

constexpr ExitMeaning one(std::int32_t code, Status status, std::string_view sentence) {
  return {code, code, status, sentence};
}

// Commands have 0 to 255. What prepares a container has 255 + its code, except where an image could not be had.
constexpr std::array kMeanings = {
    ExitMeaning{256, 300, S::kFailed, "the preparation of its container failed", 255},
    one(301, S::kFailedImagePull, "its image could not be pulled, and pulling it is tried ever less often"),
    one(exit_codes::kImagePull, S::kFailedImagePull, "its image could not be pulled"),
    one(303, S::kFailed, "the preparation of its container failed with code 48"),
    one(304, S::kFailed, "its container ended again and again before it was ready"),
    ExitMeaning{305, 510, S::kFailed, "the preparation of its container failed", 255},
    one(999, S::kFailed, "its container could not be made ready"),
    ExitMeaning{1001, 1255, S::kFailed, "the check of its host before the start failed", 1000},
    one(2002, S::kFailed, "its runtime is not known"),
    one(exit_codes::kDownloadFailed, S::kFailed, "its inputs could not be downloaded"),
    one(2011, S::kFailed, "its inputs could not be mounted"),
    one(exit_codes::kUploadFailed, S::kFailed, "its outputs could not be uploaded"),
    one(2013, S::kFailed, "its access to the data could not be checked"),
    one(2014, S::kFailed, "its credentials do not allow access to the data"),
    one(2020, S::kFailed, "its access token could not be had"),
    one(2021, S::kFailed, "the connection to the server timed out"),
    one(2022, S::kFailed, "messages of the server could not be read"),
    one(2023, S::kFailed, "messages of its container could not be read"),
    one(2024, S::kFailed, "the barrier of its group failed"),
    one(2025, S::kFailed, "its metrics could not be collected"),
    one(2030, S::kFailed, "what it was to run is not valid"),
    one(exit_codes::kCommandNotStarted, S::kFailed, "its command could not be started"),
    one(2032, S::kFailed, "one of its files could not be written or read"),
    one(2040, S::kFailed, "what runs beside its command failed"),
    one(exit_codes::kUpstreamFailed, S::kFailedUpstream, "something that it waits for failed"),
    one(exit_codes::kLost, S::kFailedBackendError, "it was lost: what ran it is gone"),
    one(exit_codes::kServerError, S::kFailedServerError, "the server could not create or go on with it"),
    one(exit_codes::kStartError, S::kFailedStartError, "its host could not start it"),
    one(exit_codes::kEvicted, S::kFailedEvicted, "it was killed for its memory, or evicted from its host"),
    one(exit_codes::kStartTimeout, S::kFailedStartTimeout, "it took too long to start"),
    one(exit_codes::kPreempted, S::kFailedPreempted, "it was preempted"),
    one(exit_codes::kUnknown, S::kFailed, "it failed, and nobody knows with which code"),
};

constexpr bool is_sorted_and_apart() {
  for (std::size_t i = 1; i < kMeanings.size(); ++i) {
    if (kMeanings[i].first <= kMeanings[i - 1].last || kMeanings[i].last < kMeanings[i].first) return false;
  }
  return true;
}
static_assert(is_sorted_and_apart());

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return kMeanings; }

const ExitMeaning* meaning_of(std::int32_t code) {
  const auto after = std::ranges::upper_bound(kMeanings, code, {}, &ExitMeaning::first);
  if (after == kMeanings.begin() || code > std::prev(after)->last) return nullptr;
  return &*std::prev(after);
}

std::string sentence_of(std::int32_t code) {
  const ExitMeaning* meaning = meaning_of(code);
  if (meaning == nullptr) return {};
  if (meaning->carries == 0) return std::string(meaning->sentence);
  return fmt::format("{} with code {}", meaning->sentence, code - meaning->carries);
}

}  // namespace sennit::core
