#include "cli/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/printable.h"
#include "cli/text/json_layout.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

bool is_set(std::string_view name) {
  const std::optional<std::string> value = variable(name);
  return value && !value->empty();
}

// --color, then NO_COLOR and CLICOLOR_FORCE, then whether a person looks at it.
Style style_for(const OutputStream& stream, std::string_view color) {
  if (color == "always") return Style::colored();
  if (color == "never" || is_set("NO_COLOR")) return Style::plain();
  if (is_set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE") != "0") return Style::colored();
  const bool dumb = variable("TERM") == "dumb";
  return stream.is_terminal() && !dumb ? Style::colored() : Style::plain();
}

}  // namespace

OutputFormat CommonOptions::format() const {
  if (output == "json") return OutputFormat::kJson;
  if (output == "jsonl") return OutputFormat::kJsonl;
  if (output == "wide") return OutputFormat::kWide;
  if (output == "yaml") return OutputFormat::kYaml;
  if (!output && format_type == "json") return OutputFormat::kJson;
  return OutputFormat::kTable;
}

Session::Session(const Programs& programs, const CommonOptions& options)
    : programs_(programs),
      format_(options.format()),
      quiet_(options.quiet),
      out_(STDOUT_FILENO),
      err_(STDERR_FILENO),
      out_style_(style_for(out_, options.color)),
      err_style_(style_for(err_, options.color)) {}

void Session::print_json(std::string_view json) {
  if (format_ == OutputFormat::kJsonl) {
    out_.write(json);
    out_.write("\n");
    return;
  }
  out_.write(indented(json));
}

void Session::say(std::string_view line) {
  if (quiet_) return;
  err_.write(line);
  if (!line.ends_with('\n')) err_.write("\n");
  ignore(err_.flush(), "there is nowhere to tell that stderr is broken");
}

void Session::warn(std::string_view message) {
  err_.write(fmt::format("{} {}\n", err_style_(Tint::kBusy, "warning:"), printable(message)));
  ignore(err_.flush(), "there is nowhere to tell that stderr is broken");
}

ExitCode Session::fail(const Error& error, std::string_view help) {
  const ExitCode code = exit_code_of(error.code());
  fail(views::ErrorView{.code = std::string(to_string(error.code())), .message = error.message()}, help);
  return code;
}

ExitCode Session::fail(const views::ErrorView& error, std::string_view help) {
  if (wants_json()) print_json(to_json(error));
  std::string text = fmt::format("{} {}\n", err_style_(Tint::kBad, "error:"), printable(error.message));
  if (!help.empty()) text += fmt::format("  = help: {}\n", printable(help));
  err_.write(text);
  ignore(err_.flush(), "there is nowhere to tell that stderr is broken");
  return exit_code_of(client::error_of(error).code());
}

Result<client::Reach> Session::reach() const {
  SENNIT_ASSIGN(const client::ServerPlace there, place());
  return client::Reach::connect(there, client::IfAbsent::kStart);
}

Result<client::Api> Session::connect(client::IfAbsent if_absent, const http::ClientOptions& options) const {
  SENNIT_ASSIGN(const client::ServerPlace there, place());
  return client::Api::connect(there, if_absent, options);
}

}  // namespace sennit::cli
