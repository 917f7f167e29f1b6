#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/render/diagnostics.h"
#include "cli/render/settings.h"
#include "cli/session.h"
#include "spec/config/config.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class ConfigShowCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {{.names = "--origin", .value = "", .help = "where each value comes from", .target = &origin_}}};
  }

  ExitCode run(Session& session) override {
    const Result<std::string> directory = current_directory();
    if (!directory) return session.fail(directory.error());
    spec::FoundConfig found = spec::find_config_files(*directory, variable);
    spec::LoadedConfig loaded = spec::load_config({.files = std::move(found.files), .variable = variable, .flags = {}});
    loaded.diagnostics.insert(loaded.diagnostics.begin(), found.diagnostics.begin(), found.diagnostics.end());
    if (has_error(loaded.diagnostics)) return refuse(session, "the configuration", loaded.diagnostics, 0);
    show(session, loaded.diagnostics);
    if (session.wants_json()) {
      session.print_json(settings_json(loaded.origins));
    } else {
      session.out().write(settings_text(loaded.origins, origin_ ? Origins::kShown : Origins::kHidden));
    }
    return ExitCode::kCompleted;
  }

 private:
  bool origin_ = false;
};

class ConfigPathCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    const std::string path = spec::user_config_path(variable);
    if (!session.wants_json()) {
      session.out().write(path + "\n");
      return ExitCode::kCompleted;
    }
    std::string json;
    views::JsonWriter writer(json);
    writer.begin_object();
    writer.field("path", std::string_view(path));
    writer.end_object();
    session.print_json(json);
    return ExitCode::kCompleted;
  }
};

}  // namespace

const CommandInfo kConfigShowCommand{
    .name = "config show",
    .section = Section::kSetup,
    .summary = "Show the settings that apply here",
    .examples =
        "sennit config show\n"
        "sennit config show --origin",
    .details =
        "Highest first: --config flags, SENNIT_ variables, .sennit/config.yaml of the project, the user's file,\n"
        "/etc/sennit/config.yaml, defaults.",
    .make = [] { return std::unique_ptr<Command>(new ConfigShowCommand); }};

const CommandInfo kConfigPathCommand{.name = "config path",
                                     .section = Section::kSetup,
                                     .summary = "Say where the user's config.yaml lies, or would lie",
                                     .examples = "$EDITOR $(sennit config path)",
                                     .make = [] { return std::unique_ptr<Command>(new ConfigPathCommand); }};

}  // namespace sennit::cli
