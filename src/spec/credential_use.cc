#include "spec/credential_use.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "spec/suggest.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kShown = 12;

// "a, b, c and 4 more".
template <class Names>
std::string listed(const Names& names, std::size_t count) {
  std::string text = fmt::format("{}", fmt::join(names | std::views::take(kShown), ", "));
  if (count > kShown) text += fmt::format(" and {} more", count - kShown);
  return text;
}

template <class Names>
std::string nearest_of(const std::string& wanted, const Names& names) {
  Nearest nearest(wanted);
  for (const std::string& name : names) nearest.consider(name);
  return nearest.result();
}

}  // namespace

std::optional<CredentialComplaint> complain_of_name(const std::string& name, const CredentialKeys& known) {
  if (known.contains(name)) return std::nullopt;
  const auto names = std::views::keys(known);
  const std::string make = fmt::format("`sennit credential set {} --payload-env KEY=VARIABLE` makes it", name);
  CredentialComplaint complaint;
  complaint.message = fmt::format("there is no credential '{}'", name);
  complaint.expected = known.empty() ? fmt::format("none is stored yet; {}", make)
                                     : fmt::format("stored are {}; {}", listed(names, known.size()), make);
  complaint.suggestion = nearest_of(name, names);
  return complaint;
}

std::optional<CredentialComplaint> complain_of_key(const std::string& name, const std::string& key,
                                                   const CredentialKeys& known) {
  const auto credential = known.find(name);
  if (credential == known.end() || std::ranges::find(credential->second, key) != credential->second.end()) {
    return std::nullopt;
  }
  CredentialComplaint complaint;
  complaint.message = fmt::format("the credential '{}' has no key '{}'", name, key);
  complaint.expected =
      fmt::format("its keys are {}; `sennit credential set {}` stores it anew, with all keys that it is to have",
                  listed(credential->second, credential->second.size()), name);
  complaint.suggestion = nearest_of(key, credential->second);
  return complaint;
}

std::vector<std::string> urls_of(const TaskBody& body, std::string_view workflow_id) {
  std::vector<std::string> urls;
  for (const InputSpec& input : body.inputs) {
    if (input.kind == InputSpec::Kind::kUrl) urls.push_back(input.source);
  }
  for (const OutputSpec& output : body.outputs) {
    if (output.kind == OutputSpec::Kind::kUrl) urls.push_back(output.target);
  }
  for (const CheckpointSpec& checkpoint : body.checkpoints) urls.push_back(checkpoint.url);
  if (workflow_id.empty()) return urls;
  for (std::string& url : urls) {
    for (const std::string_view token : {"{{workflow_id}}", "{{ workflow_id }}"}) {
      for (std::size_t at = 0; (at = url.find(token, at)) != std::string::npos; at += workflow_id.size()) {
        url.replace(at, token.size(), workflow_id);
      }
    }
  }
  return urls;
}

std::string sentence_of(const CredentialComplaint& complaint) {
  std::string text = complaint.message;
  if (!complaint.suggestion.empty()) text += fmt::format("; did you mean '{}'?", complaint.suggestion);
  return fmt::format("{}{} {}", text, complaint.suggestion.empty() ? ";" : "", complaint.expected);
}

Result<void> check_uses(const std::vector<CredentialUse>& uses, const CredentialKeys& known) {
  std::string text;
  const auto add = [&text](const std::optional<CredentialComplaint>& complaint) {
    if (complaint) text += (text.empty() ? "" : "; ") + sentence_of(*complaint);
  };
  for (const CredentialUse& use : uses) {
    add(complain_of_name(use.credential, known));
    for (const auto& [variable, key] : use.env) add(complain_of_key(use.credential, key, known));
  }
  if (text.empty()) return {};
  return Error(ErrorCode::kNotFound, std::move(text));
}

}  // namespace sennit::spec
