// The `sennit-ctrl` program: the four phases of one task, beside its container. See src/agent/ctrl/ctrl.h.
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "agent/container_files.h"
#include "agent/container_sweep.h"
#include "agent/ctrl/ctrl.h"
#include "agent/whole_file.h"
#include "base/base64.h"
#include "base/version.h"
#include "launch/container.h"
#include "launch/sandbox_tools.h"
#include "logs/run_layout.h"
#include "wire/user_messages.h"

namespace {

using sennit::Error;
using sennit::ErrorCode;
using sennit::Result;

constexpr const char* kOrderVariable = "SENNIT_ORDER";

struct Words {
  std::string order;
  std::string container;  // the attempt's directory (agent/container_files.h)
  std::string inside = sennit::launch::SandboxTools::default_inside();
  int agent = -1;
  std::string sweep;  // an instance
  std::string engine;
  std::string fallback;
  bool pretended_gpus = false;
  std::int64_t wait = 7200;
  std::int64_t return_wait = 120;
  std::int64_t grace = 10;
};

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

// Of an attempt whose container is ours to make.
Result<void> take_attempt(const Words& words, sennit::agent::CtrlOptions& options) {
  SENNIT_ASSIGN(const std::string bytes, sennit::agent::read_whole(words.container + sennit::agent::kOrderFile));
  SENNIT_ASSIGN(options.order, sennit::agent::parse_task_order(bytes, sennit::agent::PeerNames::kOfNetwork));
  SENNIT_ASSIGN(std::string engine, sennit::agent::read_whole(words.container + sennit::agent::kEngineFile));
  const sennit::WorkflowContext& context = options.order.context;
  const sennit::StartOrder& order = options.order.order;
  const sennit::logs::RunLayout layout = sennit::logs::run_layout(context.runs_dir, order.task, order.attempt.number);
  options.log = layout.log;
  options.output = layout.output;
  options.socket = sennit::launch::socket_directory(context, order) + "/data.sock";
  options.container = sennit::agent::ContainerOptions{.engine = std::move(engine),
                                                      .private_dir = words.container,
                                                      .inside = words.inside,
                                                      .pretended_gpus = words.pretended_gpus};
  if (words.agent < 0) return {};
  options.agent.reset(words.agent);
  ::fcntl(words.agent, F_SETFD, FD_CLOEXEC);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs one task through its four phases, beside the task's container.", "sennit-ctrl"};
  sennit::agent::CtrlOptions options;
  options.socket = sennit::wire::kUserSocket;
  Words words;
  app.add_option("--order", words.order, "File with the order (else base64 in SENNIT_ORDER)");
  app.add_option("--user-socket", options.socket, "Where the container's entry process comes to")
      ->capture_default_str();
  app.add_option("--log", options.log, "The task's log; what has been reached lies beside it");
  app.add_option("--output", options.output, "Where the task's output directory lies for this program")
      ->capture_default_str();
  app.add_option("--report", options.report, "File for the phases and the exit code, as JSON, once it is over");
  app.add_option("--wait", words.wait, "Seconds to wait for the container")->capture_default_str();
  app.add_option("--return-wait", words.return_wait, "Seconds to wait for one that went away")->capture_default_str();
  app.add_option("--grace", words.grace, "Seconds from SIGTERM to SIGKILL for the command")->capture_default_str();
  app.add_option("--container", words.container,
                 "Directory of an attempt, by which its container is made: order, log and socket follow from it");
  app.add_option("--inside", words.inside, "The program sennit-user, for --container")->capture_default_str();
  app.add_option("--agent", words.agent, "Descriptor of a connection to the agent, for --container");
  app.add_flag("--pretended-gpus", words.pretended_gpus, "The container gets no devices, for --container");
  app.add_option("--sweep", words.sweep, "Remove containers of this instance that nobody knows any more, and end");
  app.add_option("--engine", words.engine, "The container engine's socket, for --sweep");
  app.add_option("--fallback", words.fallback, "Where orders may lie on disk, for --sweep");
  app.set_version_flag("--version", "sennit-ctrl " + std::string(sennit::kVersion));
  CLI11_PARSE(app, argc, argv);
  options.wait_for_container = std::chrono::seconds(words.wait);
  options.wait_for_return = std::chrono::seconds(words.return_wait);
  options.grace = std::chrono::seconds(words.grace);

  if (!words.sweep.empty()) {
    const sennit::InstanceId instance(std::strtoull(words.sweep.c_str(), nullptr, 16));
    const sennit::agent::ContainerFiles files(instance, words.fallback);
    const Result<void> swept = sennit::agent::sweep_containers(words.engine, instance, files);
    return swept ? 0 : fail(swept.error());
  }
  if (!words.container.empty()) {
    if (const Result<void> taken = take_attempt(words, options); !taken) return fail(taken.error());
    return sennit::agent::run_ctrl(std::move(options));
  }
  if (options.log.empty()) return fail(Error(ErrorCode::kInvalid, "--log is needed"));
  const Result<std::string> bytes = order_bytes(words.order);
  if (!bytes) return fail(bytes.error());
  Result<sennit::agent::TaskOrder> parsed = sennit::agent::parse_task_order(*bytes);
  if (!parsed) return fail(std::move(parsed).error().in("read the order"));
  options.order = std::move(parsed).value();
  return sennit::agent::run_ctrl(std::move(options));
}
