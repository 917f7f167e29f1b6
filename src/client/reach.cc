#include "client/reach.h"

#include <utility>
#include <variant>

#include "client/api.h"
#include "client/target_text.h"

namespace sennit::client {
namespace {

constexpr int kUpgradeRequired = 426;

}  // namespace

Result<Reach> Reach::connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options) {
  SENNIT_ASSIGN(http::Client client, client::connect(place, if_absent, options));
  return Reach(std::move(client));
}

Result<http::WebSocket::Start> Reach::upgrade(std::string target) {
  http::Call call;
  call.target = std::move(target);
  SENNIT_ASSIGN(auto answer, client_.upgrade(std::move(call)));
  if (const auto* refusal = std::get_if<http::Response>(&answer)) return error_of(*refusal);
  return std::get<http::WebSocket::Start>(std::move(answer));
}

Result<http::WebSocket::Start> Reach::exec(std::string_view workflow, std::string_view task, const ExecQuery& query) {
  TargetText target = TargetText::workflow(workflow, "/exec");
  target.with("task", task).with_text("workdir", query.directory);
  if (query.terminal) {
    target.with("tty", "1").with_number("rows", query.terminal->rows).with_number("columns", query.terminal->columns);
  }
  for (const std::string& variable : query.environment) target.with("env", variable);
  for (const std::string& word : query.command) target.with("command", word);
  return upgrade(target.take());
}

Result<http::WebSocket::Start> Reach::port(std::string_view workflow, std::string_view task, const PortQuery& query) {
  TargetText target = TargetText::workflow(workflow, "/port-forward");
  target.with("task", task).with_number("port", query.port).with_text("host", query.host);
  target.with("protocol", query.protocol == PortQuery::Protocol::kUdp ? "udp" : "tcp");
  return upgrade(target.take());
}

Result<http::WebSocket::Start> Reach::attach(std::string_view workflow, std::string_view task,
                                             views::TerminalSizeView size) {
  TargetText target = TargetText::workflow(workflow, "/attach");
  target.with("task", task).with_number("rows", size.rows).with_number("columns", size.columns);
  return upgrade(target.take());
}

Result<void> Reach::check(std::string_view workflow, std::string_view task) {
  http::Call call;
  call.target = TargetText::workflow(workflow, "/exec").with("task", task).take();
  SENNIT_ASSIGN(const http::Response response, client_.request(call));
  if (response.status == kUpgradeRequired) return {};
  return error_of(response);
}

}  // namespace sennit::client
