#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/input/submission_options.h"
#include "cli/not_found.h"
#include "cli/render/diagnostics.h"
#include "cli/render/graph_text.h"
#include "cli/session.h"
#include "drawing/dot.h"
#include "drawing/flow.h"
#include "drawing/json.h"
#include "drawing/mermaid.h"
#include "drawing/svg.h"
#include "drawing/text_picture.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kWidest = 10'000;

// A file if there is one or the word looks like one; else the id of a run.
bool names_a_file(const std::string& word) {
  if (word == "-" || std::ranges::find(word, '/') != word.end()) return true;
  if (word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with(".json")) return true;
  struct stat found {};
  return ::stat(word.c_str(), &found) == 0 && !S_ISDIR(found.st_mode);
}

class GraphCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_reading();
    declaration.positionals = {{.name = "FILE|ID",
                                .help = "a workflow file (- is standard input), or a workflow that was run",
                                .target = &options_.file,
                                .completes = Completes::kFileOrWorkflow}};
    std::vector<Option> own{
        {.names = "--format",
         .value = "FORMAT",
         .help = "ascii, dot, mermaid, svg or json (ascii)",
         .target = &format_,
         .choices = {"ascii", "dot", "mermaid", "svg", "json"}},
        {.names = "--full", .value = "", .help = "each of many equal siblings, and every edge", .target = &full_},
        {.names = "--width",
         .value = "N",
         .help = "fit into so many columns (the terminal's, or 80)",
         .target = &width_}};
    declaration.options.insert(declaration.options.begin(), own.begin(), own.end());
    return declaration;
  }

  ExitCode run(Session& session) override {
    if (width_ && (*width_ == 0 || *width_ > kWidest)) {
      return session.fail(
          Error(ErrorCode::kInvalid, fmt::format("--width {}: a number from 1 to {} was expected", *width_, kWidest)));
    }
    return names_a_file(options_.file) ? draw_file(session) : draw_run(session);
  }

 private:
  ExitCode draw_file(Session& session) {
    Result<Submission> submission = open_submission(options_);
    if (!submission) return session.fail(submission.error());
    if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
    show(session, submission->config.diagnostics);
    const spec::Loaded loaded = check(options_, *submission, spec::Advice::kNone).loaded;
    if (!loaded.ok()) return refuse(session, submission->file.name, loaded.diagnostics, loaded.more);
    show(session, loaded.diagnostics);
    return draw(session, drawing::flow_of(*loaded.workflow));
  }

  ExitCode draw_run(Session& session) {
    const SubmissionOptions& file = options_;
    const bool changes_a_file = !file.sets.empty() || !file.set_strings.empty() || !file.set_envs.empty() ||
                                !file.labels.empty() || !file.config.empty() || !file.pool.empty() || file.gpus ||
                                file.max_parallel;
    if (changes_a_file) {
      return session.fail(
          Error(ErrorCode::kInvalid, fmt::format("there is no file '{}', and options such as --set are for "
                                                 "files; a workflow that was run stays as it is",
                                                 file.file)));
    }
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<views::WorkflowView> view = api->workflow(file.file);
    if (!view) {
      const ExitCode code = fail_for_workflow(session, *api, view.error(), file.file);
      if (view.error().code() == ErrorCode::kNotFound) session.say("  = note: there is no file of that name either");
      return code;
    }
    return draw(session, drawing::flow_of(*view));
  }

  ExitCode draw(Session& session, const drawing::Flow& flow) {
    const std::string format = format_.value_or(session.wants_json() ? "json" : "ascii");
    if (format == "ascii") return draw_text(session, flow);
    if (format == "dot") {
      session.out().write(drawing::to_dot(flow));
    } else if (format == "mermaid") {
      session.out().write(drawing::to_mermaid(flow));
    } else {
      const Result<std::string> text = format == "svg" ? drawing::to_svg(flow, detail()) : drawing::to_json(flow);
      if (!text) return session.fail(text.error());
      if (format == "json") {
        session.print_json(*text);
      } else {
        session.out().write(*text);
      }
    }
    return ExitCode::kCompleted;
  }

  ExitCode draw_text(Session& session, const drawing::Flow& flow) {
    const std::size_t columns = std::min<std::size_t>(width_.value_or(session.out().columns()), kWidest);
    const Result<drawing::TextPicture> picture = drawing::draw_text(
        flow, {.columns = static_cast<int>(columns), .charset = charset_of_locale(variable), .detail = detail()});
    if (!picture) return session.fail(picture.error());
    session.out().write(graph_text(*picture, session.out_style()));
    for (const std::string& note : picture->notes) session.say("note: " + note);
    return ExitCode::kCompleted;
  }

  drawing::Detail detail() const { return full_ ? drawing::Detail::kFull : drawing::Detail::kReadable; }

  SubmissionOptions options_;
  std::optional<std::string> format_;
  bool full_ = false;
  std::optional<std::uint64_t> width_;
};

}  // namespace

const CommandInfo kGraphCommand{
    .name = "graph",
    .section = Section::kLook,
    .summary = "Draw a workflow's graph, of a file or with the states of a run",
    .examples =
        "sennit graph flow.yaml\n"
        "sennit graph last\n"
        "sennit graph flow.yaml --format svg > flow.svg\n"
        "sennit graph flow.yaml --format dot | dot -Tpdf > flow.pdf",
    .details =
        "A drawing that is too wide goes from left to right, has equal siblings in one box, or becomes a list, and "
        "says\n"
        "so. ascii draws with lines where the locale is UTF-8. Edges that others imply are left out of ascii and svg;\n"
        "dot, mermaid and json have everything. A file needs no server; with mistakes in it the exit code is 2.",
    .make = [] { return std::unique_ptr<Command>(new GraphCommand); }};

}  // namespace sennit::cli
