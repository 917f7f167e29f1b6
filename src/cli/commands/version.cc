#include <fmt/format.h>

#include "base/version.h"
#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class VersionCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    if (session.wants_json()) {
      session.print_json(fmt::format(R"({{"version":"{}"}})", kVersion));
    } else {
      session.out().write(fmt::format("sennit {}\n", kVersion));
    }
    return ExitCode::kCompleted;
  }
};

}  // namespace

const CommandInfo kVersionCommand{.name = "version",
                                  .section = Section::kSetup,
                                  .summary = "Show the version",
                                  .examples = "sennit version",
                                  .make = [] { return std::unique_ptr<Command>(new VersionCommand); }};

}  // namespace sennit::cli
