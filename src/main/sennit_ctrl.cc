// The `sennit-ctrl` program: the four phases of one task, beside its container. See src/agent/ctrl/ctrl.h.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "agent/ctrl/ctrl.h"
#include "base/base64.h"
#include "base/version.h"
#include "wire/user_messages.h"

namespace {

using sennit::Error;
using sennit::ErrorCode;
using sennit::Result;

constexpr const char* kOrderVariable = "SENNIT_ORDER";

Result<std::string> order_bytes(const std::string& file) {
  if (file.empty()) {
    const char* text = std::getenv(kOrderVariable);
    if (text == nullptr)
      return Error(ErrorCode::kInvalid, "there is no order: give --order, or SENNIT_ORDER in base64");
    std::optional<std::string> bytes = sennit::decode_base64(text);
    if (!bytes) return Error(ErrorCode::kInvalid, "SENNIT_ORDER is not base64");
    return std::move(*bytes);
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return Error(ErrorCode::kIo, "cannot read the order in " + file);
  return std::move(bytes).str();
}

int fail(const Error& error) {
  std::fprintf(stderr, "sennit-ctrl: %s\n", error.message().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs one task through its four phases, beside the task's container.", "sennit-ctrl"};
  sennit::agent::CtrlOptions options;
  options.socket = sennit::wire::kUserSocket;
  std::string order;
  std::int64_t wait = 7200;
  std::int64_t return_wait = 120;
  std::int64_t grace = 10;
  app.add_option("--order", order, "File with the order (else base64 in SENNIT_ORDER)");
  app.add_option("--user-socket", options.socket, "Where the container's entry process comes to")
      ->capture_default_str();
  app.add_option("--log", options.log, "The task's log; what has been reached lies beside it")->required();
  app.add_option("--report", options.report, "File for the phases and the exit code, as JSON, once it is over");
  app.add_option("--wait", wait, "Seconds to wait for the container")->capture_default_str();
  app.add_option("--return-wait", return_wait, "Seconds to wait for one that went away")->capture_default_str();
  app.add_option("--grace", grace, "Seconds from SIGTERM to SIGKILL for the command")->capture_default_str();
  app.set_version_flag("--version", "sennit-ctrl " + std::string(sennit::kVersion));
  CLI11_PARSE(app, argc, argv);
  options.wait_for_container = std::chrono::seconds(wait);
  options.wait_for_return = std::chrono::seconds(return_wait);
  options.grace = std::chrono::seconds(grace);

  const Result<std::string> bytes = order_bytes(order);
  if (!bytes) return fail(bytes.error());
  Result<sennit::agent::TaskOrder> parsed = sennit::agent::parse_task_order(*bytes);
  if (!parsed) return fail(std::move(parsed).error().in("read the order"));
  options.order = std::move(parsed).value();
  return sennit::agent::run_ctrl(std::move(options));
}
