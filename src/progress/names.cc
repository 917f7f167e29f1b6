#include "progress/names.h"

#include <array>
#include <utility>

namespace sennit::progress {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kAliases = {{
    {"global_step", kStep},
    {"iteration", kStep},
    {"iter", kStep},
    {"current_step", kStep},
    {"current_steps", kStep},
    {"total_steps", kTotal},
    {"max_steps", kTotal},
    {"num_steps", kTotal},
    {"num_epochs", kEpochs},
    {"total_epochs", kEpochs},
    {"max_epochs", kEpochs},
    {"lr", kLearningRate},
    {"acc", kAccuracy},
    {"percentage", kPercent},
    {"learning rate", kLearningRate},
    {"Loss", kLoss},
    {"Accuracy", kAccuracy},
}};

}  // namespace

std::string_view canonical_name(std::string_view name) {
  for (const auto& [alias, meant] : kAliases) {
    if (alias == name) return meant;
  }
  return name;
}

bool speaks_of_progress(std::string_view name) {
  for (const std::string_view known : {kStep, kEpoch, kLoss, kLearningRate, kAccuracy, kPercent}) {
    if (name == known) return true;
  }
  return name.ends_with("loss") || name.ends_with("accuracy") || name.starts_with("eval_") ||
         name.starts_with("train_");
}

}  // namespace sennit::progress
