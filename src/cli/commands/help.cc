#include <fmt/format.h>

#include "cli/arguments/common_options.h"
#include "cli/commands/commands.h"
#include "cli/commands/registry.h"
#include "cli/help/help_text.h"
#include "cli/session.h"
#include "spec/suggest.h"

namespace sennit::cli {
namespace {

class HelpCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "TOPIC", .help = "a command or a topic", .target = &topic_},
                            {.name = "WORD", .help = "the second word of a command", .target = &second_}},
            .options = {{.names = "--markdown",
                         .value = "",
                         .help = "the reference page of all commands",
                         .target = &markdown_,
                         .shown = Option::Shown::kNo}}};
  }

  ExitCode run(Session& session) override {
    if (markdown_) {
      session.out().write(reference(all_commands()));
      return ExitCode::kCompleted;
    }
    if (!topic_ || *topic_ == "workflow") {
      session.out().write(overview(all_commands()));
      return ExitCode::kCompleted;
    }
    const std::string name = second_ ? *topic_ + " " + *second_ : *topic_;
    if (const CommandInfo* info = command_named(name)) return show_command(session, *info);
    if (const auto family = family_of(name); !family.empty()) {
      for (const CommandInfo* info : family)
        session.out().write(fmt::format("  sennit {:<20} {}\n", info->name, info->summary));
      return ExitCode::kCompleted;
    }
    if (const std::string_view text = topic(name); !text.empty()) {
      session.out().write(text);
      return ExitCode::kCompleted;
    }
    return unknown(session, name);
  }

 private:
  static ExitCode show_command(Session& session, const CommandInfo& info) {
    const std::unique_ptr<Command> command = info.make();
    const Declaration own = command->declare();
    CommonOptions ignored;
    session.out().write(help_of(info, own, common_options(ignored, own)));
    return ExitCode::kCompleted;
  }

  static ExitCode unknown(Session& session, const std::string& name) {
    spec::Nearest near(name);
    for (const CommandInfo* info : all_commands()) near.consider(info->name);
    for (const std::string_view known : topic_names()) near.consider(known);
    std::string message = fmt::format("there is no help about '{}'", name);
    if (!near.result().empty()) message += fmt::format("; did you mean '{}'?", near.result());
    return session.fail(Error(ErrorCode::kInvalid, std::move(message)), "`sennit help` lists commands and topics");
  }

  std::optional<std::string> topic_;
  std::optional<std::string> second_;
  bool markdown_ = false;
};

}  // namespace

const CommandInfo kHelpCommand{.name = "help",
                               .section = Section::kSetup,
                               .summary = "Explain a command or a topic",
                               .examples =
                                   "sennit help run\n"
                                   "sennit help exit-codes",
                               .make = [] { return std::unique_ptr<Command>(new HelpCommand); }};

}  // namespace sennit::cli
