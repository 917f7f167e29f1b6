#include "api/channel_request.h"

#include <fmt/format.h>

#include "api/query.h"
#include "model/status.h"

namespace sennit::api {
namespace {

Result<wire::TerminalSize> size_of(const http::Target& target) {
  wire::TerminalSize size;
  SENNIT_ASSIGN(const auto rows, small_number_parameter(target, "rows"));
  SENNIT_ASSIGN(const auto columns, small_number_parameter(target, "columns"));
  constexpr std::uint32_t kMost = 65535;
  if (rows.value_or(0) > kMost || columns.value_or(0) > kMost) {
    return Error(ErrorCode::kInvalid, fmt::format("a terminal has at most {0} rows and {0} columns", kMost));
  }
  return wire::TerminalSize{.rows = rows.value_or(0), .columns = columns.value_or(0)};
}

}  // namespace

Result<wire::ChannelRequest> exec_request(const http::Target& target) {
  wire::ChannelRequest request;
  request.terminal = flag_parameter(target, "tty");
  SENNIT_ASSIGN(request.size, size_of(target));
  request.directory = text_parameter(target, "workdir").value_or("");
  for (const http::QueryParameter& parameter : target.query) {
    if (parameter.name == "command") request.argv.push_back(parameter.value);
    if (parameter.name != "env") continue;
    const std::size_t equals = parameter.value.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error(ErrorCode::kInvalid, fmt::format("env={}: expected NAME=value", parameter.value));
    }
    request.environment.emplace_back(parameter.value.substr(0, equals), parameter.value.substr(equals + 1));
  }
  return request;
}

Result<wire::ChannelRequest> attach_request(const http::Target& target) {
  wire::ChannelRequest request{.kind = wire::ChannelRequest::Kind::kAttach};
  SENNIT_ASSIGN(request.size, size_of(target));
  return request;
}

Result<wire::ChannelRequest> port_request(const http::Target& target) {
  constexpr std::uint32_t kLastPort = 65535;
  wire::ChannelRequest request;
  const std::string protocol = text_parameter(target, "protocol").value_or("tcp");
  if (protocol != "tcp" && protocol != "udp") {
    return Error(ErrorCode::kInvalid, fmt::format("protocol={}: expected tcp or udp", protocol));
  }
  request.kind = protocol == "udp" ? wire::ChannelRequest::Kind::kUdp : wire::ChannelRequest::Kind::kTcp;
  SENNIT_ASSIGN(const auto port, small_number_parameter(target, "port"));
  if (port.value_or(0) == 0 || *port > kLastPort) {
    return Error(ErrorCode::kInvalid, fmt::format("port: expected a number from 1 to {}", kLastPort));
  }
  request.port = *port;
  request.host = text_parameter(target, "host").value_or("");
  return request;
}

Result<void> check_running(const core::WorkflowState& workflow, TaskIndex task) {
  const Status status = workflow.task(task).status;
  const std::string_view name = workflow.spec->name_of(task);
  // What comes into it would stand still, too.
  const auto pause = workflow.task_pauses.find(task);
  if (status == Status::kRunning && pause != workflow.task_pauses.end() && pause->second.since.is_set()) {
    return Error(ErrorCode::kConflict, fmt::format("task {0} of {1} is paused: `sennit resume {1} {0}` lets it go on",
                                                   name, workflow.submission.id));
  }
  if (status == Status::kRunning) return {};
  const char* what = is_finished(status) ? "has ended" : "does not run yet";
  return Error(ErrorCode::kConflict,
               fmt::format("task {} of {} {}: it is {}", name, workflow.submission.id, what, to_string(status)));
}

}  // namespace sennit::api
