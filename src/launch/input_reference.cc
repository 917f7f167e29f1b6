#include "launch/input_reference.h"

#include <charconv>

namespace sennit::launch {
namespace {

// Digits as the token is documented: "0", "12", not "00".
std::optional<std::size_t> as_index(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

// The task that an input names: "<task>", or the last part of "<workflow id>:<task>".
std::string_view task_of(const InputSpec& input) {
  const std::string_view source = input.source;
  return source.substr(source.rfind(':') + 1);  // npos + 1 is 0
}

}  // namespace

std::optional<std::size_t> find_input(const std::vector<InputSpec>& inputs, std::string_view which) {
  if (const std::optional<std::size_t> index = as_index(which)) {
    return *index < inputs.size() ? index : std::nullopt;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind == InputSpec::Kind::kTask && task_of(inputs[i]) == which) return i;
  }
  return std::nullopt;
}

}  // namespace sennit::launch
