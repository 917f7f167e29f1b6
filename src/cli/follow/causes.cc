#include "cli/follow/causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sennit::cli {
namespace {

// Of a message that are looked at; it is cut once more where it is shown.
constexpr std::size_t kMostBytes = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string without_name(std::string_view message, std::string_view task) {
  std::string out;
  while (!task.empty()) {
    const std::size_t at = message.find(task);
    if (at == std::string_view::npos) break;
    out.append(message.substr(0, at)).append("*");
    message.remove_prefix(at + task.size());
  }
  return out.append(message);
}

std::string without_numbers(std::string_view message) {
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (!is_digit(message[i])) {
      out += message[i];
    } else if (i == 0 || !is_digit(message[i - 1])) {
      out += '#';
    }
  }
  return out;
}

}  // namespace

void Causes::add(const views::EventView& ended) {
  const std::string_view message = std::string_view(ended.message).substr(0, kMostBytes);
  std::string key = fmt::format("{}\n{}\n{}", ended.status, ended.exit_code.value_or(-1),
                                without_numbers(without_name(message, ended.task)));
  auto found = index_.find(key);
  if (found == index_.end()) {
    if (causes_.size() == kMostCauses) {
      ++others_;
      return;
    }
    found = index_.emplace(std::move(key), causes_.size()).first;
    causes_.push_back(
        {.status = ended.status, .exit_code = ended.exit_code, .message = std::string(message), .names = {}});
  }
  Cause& cause = causes_[found->second];
  ++cause.tasks;
  if (cause.names.size() < kMostNames) cause.names.push_back(ended.task);
}

void Causes::clear() { *this = {}; }

std::vector<const Causes::Cause*> Causes::by_tasks() const {
  std::vector<const Cause*> sorted;
  for (const Cause& cause : causes_) sorted.push_back(&cause);
  std::ranges::stable_sort(sorted, [](const Cause* a, const Cause* b) { return a->tasks > b->tasks; });
  return sorted;
}

}  // namespace sennit::cli
