#include "spec/config/hooks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sennit::spec {
namespace {

// Chat services put their secret into the path.
std::string shown_url(const std::string& url) {
  if (url.starts_with("${")) return url.substr(0, url.find('}') + 1);
  const std::size_t host = url.find("://") + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", host), url.size());
  const std::size_t user = url.rfind('@', end);
  std::string shown = url.substr(0, host);
  shown +=
      user == std::string::npos || user < host ? url.substr(host, end - host) : url.substr(user + 1, end - user - 1);
  if (end + 1 < url.size()) shown += "/...";
  return shown;
}

std::string shown_hook(const HookConfig& hook) {
  const HookConfig plain;
  std::string text = hook.run.empty() ? "url: " + shown_url(hook.url) : "run: " + hook.run;
  if (hook.name != to_string(hook.on)) text += ", name: " + hook.name;
  if (hook.per != plain.per) text += fmt::format(", per: {}", to_string(hook.per));
  if (!hook.headers.empty()) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : hook.headers) names.push_back(name);
    text += fmt::format(", headers: [{}]", fmt::join(names, ", "));
  }
  if (hook.body) text += ", body: ...";
  if (!hook.credentials.empty()) {
    std::vector<std::string_view> names;
    for (const CredentialUse& use : hook.credentials) names.push_back(use.credential);
    text += fmt::format(", credentials: [{}]", fmt::join(names, ", "));
  }
  if (!hook.workflows.empty()) text += fmt::format(", workflows: [{}]", fmt::join(hook.workflows, ", "));
  if (!hook.tasks.empty()) text += fmt::format(", tasks: [{}]", fmt::join(hook.tasks, ", "));
  if (hook.retries != plain.retries) text += fmt::format(", retries: {}", hook.retries);
  if (hook.timeout != plain.timeout) text += fmt::format(", timeout: {}ms", hook.timeout.count() / 1000);
  return "{" + text + "}";
}

}  // namespace

std::string shown_action(const HookConfig& hook) { return hook.run.empty() ? shown_url(hook.url) : hook.run; }

std::string shown_hooks(const std::vector<HookConfig>& hooks) {
  if (hooks.size() == 1) return shown_hook(hooks.front());
  std::vector<std::string> texts;
  for (const HookConfig& hook : hooks) texts.push_back(shown_hook(hook));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace sennit::spec
