#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/render/explanation.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class ExplainCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "CODE", .help = "the number of a diagnostic: SN201, or 201", .target = &code_}},
            .options = {{.names = "--markdown",
                         .value = "",
                         .help = "the page of all of them",
                         .target = &markdown_,
                         .shown = Option::Shown::kNo}}};
  }

  ExitCode run(Session& session) override {
    if (markdown_) {
      session.out().write(explanation_page());
    } else if (!code_) {
      list(session);
    } else if (const spec::Explanation* explanation = spec::find_explanation(*code_)) {
      show(session, *explanation);
    } else {
      return unknown(session);
    }
    return ExitCode::kCompleted;
  }

 private:
  static void list(Session& session) {
    if (session.wants_json()) return session.print_json(explanation_list_json());
    session.out().write(explanation_list(session.out_style()));
  }

  static void show(Session& session, const spec::Explanation& explanation) {
    if (session.wants_json()) return session.print_json(explanation_json(explanation));
    session.out().write(explanation_text(explanation, session.out_style()));
  }

  ExitCode unknown(Session& session) const {
    std::string message = fmt::format("there is no diagnostic '{}'", *code_);
    const std::string near = spec::nearest_code(*code_);
    if (!near.empty()) message += fmt::format("; did you mean '{}'?", near);
    return session.fail(Error(ErrorCode::kInvalid, std::move(message)), "`sennit explain` lists them");
  }

  std::optional<std::string> code_;
  bool markdown_ = false;
};

}  // namespace

const CommandInfo kExplainCommand{.name = "explain",
                                  .section = Section::kRun,
                                  .summary = "Explain a mistake by its number, with an example and the way out",
                                  .examples =
                                      "sennit explain SN101\n"
                                      "sennit explain 201",
                                  .details = "Without a number: all of them. The same stands in docs/diagnostics.md.",
                                  .make = [] { return std::unique_ptr<Command>(new ExplainCommand); }};

}  // namespace sennit::cli
