#include "api/credential_check.h"

#include <fmt/format.h>

#include <map>

#include "logs/secret_mask.h"
#include "spec/credential_use.h"

namespace sennit::api {
namespace {

// Calls `take(task, uses)` for each task that has some. What cannot be read is left out: it cannot be started either.
template <class Take>
void for_each_use(const Workflow& workflow, Take take) {
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
    const TaskIndex task(i);
    if (!has_credentials(workflow.body_bytes(task))) continue;
    const Result<TaskBody> body = workflow.body_of(task);
    if (body) take(task, body->credentials);
  }
}

}  // namespace

Result<void> check_credentials(const Workflow& workflow, const CredentialKeys& known) {
  std::map<std::string, std::string> tasks;  // the first one, by what it lacks
  for_each_use(workflow, [&](TaskIndex task, const std::vector<CredentialUse>& uses) {
    const Result<void> found = spec::check_uses(uses, known);
    if (!found) tasks.try_emplace(found.error().message(), workflow.name_of(task));
  });
  std::string text;
  for (const auto& [lack, task] : tasks) text += fmt::format("{}task '{}': {}", text.empty() ? "" : "; ", task, lack);
  if (text.empty()) return {};
  return Error(ErrorCode::kInvalid, std::move(text));
}

std::string without_secrets(std::string text, const Workflow& workflow, catalog::Credentials& credentials) {
  std::vector<std::string> secrets;
  for_each_use(workflow, [&](TaskIndex /*task*/, const std::vector<CredentialUse>& uses) {
    for (const CredentialUse& use : uses) {
      const auto values = credentials.values_for({use});
      if (!values) continue;  // deleted: what it was is not known any more
      const std::vector<std::string> more = logs::secrets_of({use}, *values);
      secrets.insert(secrets.end(), more.begin(), more.end());
    }
  });
  return secrets.empty() ? std::move(text) : logs::SecretMask(secrets).mask(text);
}

}  // namespace sennit::api
