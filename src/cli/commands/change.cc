#include "cli/commands/change.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostNamed = 5;

}  // namespace

views::ChangeRequest change_request(const std::vector<std::string>& names, const std::string& message) {
  views::ChangeRequest request;
  request.user = user_name();
  request.message = message;
  request.names = names;
  return request;
}

std::string subject_of(const views::ChangeReply& reply) {
  const std::string workflow = printable(reply.name);
  if (reply.whole) return workflow;
  if (reply.tasks.size() > kMostNamed) return fmt::format("{} tasks of {}", reply.tasks.size(), workflow);
  std::string names;
  for (const std::string& task : reply.tasks) names.append(names.empty() ? "" : ", ").append(printable(task));
  return fmt::format("{} of {}", names, workflow);
}

void tell_change(Session& session, std::string_view doing, const views::ChangeReply& reply) {
  if (reply.whole || !reply.tasks.empty()) session.say(fmt::format("{} {}", doing, subject_of(reply)));
  for (std::size_t i = 0; i < reply.unchanged.size(); ++i) {
    if (i == kMostNamed && reply.unchanged.size() > kMostNamed + 1) {
      session.say(fmt::format("and {} more are left as they are", reply.unchanged.size() - i));
      break;
    }
    const views::UnchangedView& unchanged = reply.unchanged[i];
    session.say(fmt::format("{} {}", printable(unchanged.task), printable(unchanged.reason)));
  }
  if (!reply.note.empty()) session.say(fmt::format("{}: {}", printable(reply.name), printable(reply.note)));
  if (session.wants_json()) session.print_json(to_json(reply));
}

}  // namespace sennit::cli
