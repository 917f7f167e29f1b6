#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class TagCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals =
                {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow}},
            .options = {{.names = "-w,--workflow",
                         .value = "ID",
                         .help = "another one; repeatable",
                         .target = &workflows_,
                         .completes = Completes::kWorkflow},
                        {.names = "-a,--add", .value = "TAG", .help = "give it this tag; repeatable", .target = &add_},
                        {.names = "-r,--remove",
                         .value = "TAG",
                         .help = "take this tag from it; repeatable, and done before what is added",
                         .target = &remove_}}};
  }

  ExitCode run(Session& session) override {
    if (workflow_) workflows_.insert(workflows_.begin(), *workflow_);
    const bool changes = !add_.empty() || !remove_.empty();
    if (changes && workflows_.empty()) return refuse(session, "an ID was expected: whose tags are to change");
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    if (workflows_.empty()) return show(session, api->collection_json(client::Collection::kTags));
    ExitCode worst = ExitCode::kCompleted;
    for (const std::string& workflow : workflows_) worst = std::max(worst, change(session, *api, workflow));
    return worst;
  }

 private:
  static ExitCode refuse(Session& session, std::string text) {
    return session.fail(Error(ErrorCode::kInvalid, std::move(text)));
  }

  static ExitCode show(Session& session, const Result<std::string>& json) {
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::TagList> list = views::parse_tag_list(*json);
    if (!list) return session.fail(list.error());
    std::string text = list->tags.empty() ? "There are no tags.\n" : "Tags:\n";
    for (const std::string& tag : list->tags) text += fmt::format("- {}\n", printable(tag));
    session.out().write(text);
    return ExitCode::kCompleted;
  }

  // Without anything to change the workflow's tags come back as they are.
  ExitCode change(Session& session, client::Api& api, const std::string& workflow) const {
    const Result<std::string> json = api.change_tags_json(workflow, {.add = add_, .remove = remove_});
    if (!json) return fail_for_workflow(session, api, json.error(), workflow);
    const Result<views::TagList> list = views::parse_tag_list(*json);
    if (!list) return session.fail(list.error());
    if (!add_.empty() || !remove_.empty()) session.say(fmt::format("Workflow {} updated.", printable(list->name)));
    return show(session, json);
  }

  std::optional<std::string> workflow_;
  std::vector<std::string> workflows_;
  std::vector<std::string> add_;
  std::vector<std::string> remove_;
};

}  // namespace

const CommandInfo kTagCommand{
    .name = "tag",
    .section = Section::kChange,
    .summary = "Give workflows tags, take them away, or show them",
    .examples =
        "sennit tag last -a best -a paper\n"
        "sennit tag digits-3 -r draft\n"
        "sennit list --tag best",
    .details =
        "A tag is a word by which a workflow is found again, also after its end. Any word may be one, unless `tags` "
        "in\n"
        "config.yaml lists those that may. Without an ID the tags that may be given, or are in use, are shown.",
    .make = [] { return std::unique_ptr<Command>(new TagCommand); }};

}  // namespace sennit::cli
