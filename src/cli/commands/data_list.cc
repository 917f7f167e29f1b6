#include <fmt/format.h>

#include "base/bytes.h"
#include "cli/commands/commands.h"
#include "cli/data/data_run.h"
#include "cli/data/place.h"
#include "cli/output/file.h"
#include "cli/session.h"
#include "storage/object_name.h"
#include "views/data.h"

namespace sennit::cli {
namespace {

class DataListCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "URI", .help = "a prefix: s3://bucket/path, ...", .target = &url_},
                        {.name = "OUTFILE",
                         .help = "write the names there, not to standard output",
                         .target = &file_,
                         .completes = Completes::kFile}},
        .options = {{.names = "-x,--regex",
                     .value = "REGEX",
                     .help = "only paths below the URL that begin with what this matches (RE2)",
                     .target = &options_.regex},
                    {.names = "-p,--prefix",
                     .value = "TEXT",
                     .help = "only paths below the URL that begin with this text",
                     .target = &prefix_},
                    {.names = "-r,--recursive", .value = "", .help = "what lies deeper, too", .target = &recursive_},
                    {.names = "-l,--long", .value = "", .help = "with sizes and times", .target = &long_},
                    {.names = "--no-pager",
                     .value = "",
                     .help = "as ever: there is no pager",
                     .target = &no_pager_,
                     .shown = Option::Shown::kNo}}};
  }

  ExitCode run(Session& session) override {
    const Result<views::DataListView> view = list(session);
    if (!view) return session.fail(view.error());
    if (session.wants_json() && !file_) {
      session.print_json(views::to_json(*view));
      return ExitCode::kCompleted;
    }
    const std::string text = text_of(*view);
    if (file_) {
      const Result<void> written = write_file(*file_, text, IfExists::kReplace);
      if (!written) return session.fail(written.error());
    } else {
      session.out().write(text);
    }
    session.say(fmt::format("Total {} objects found", view->objects.size()));
    return ExitCode::kCompleted;
  }

 private:
  Result<views::DataListView> list(Session& session) {
    // What stands before the last slash of the prefix is a directory, so that only that is listed.
    const std::size_t slash = prefix_.rfind('/');
    const std::string directory = slash == std::string::npos ? std::string() : prefix_.substr(0, slash + 1);
    const std::string begin = prefix_.substr(directory.size());
    std::string url = url_;
    while (!directory.empty() && url.ends_with('/')) url.pop_back();
    SENNIT_ASSIGN(storage::Target target, target_of(directory.empty() ? url : fmt::format("{}/{}", url, directory)));
    SENNIT_ASSIGN(const storage::Pattern pattern, options_.pattern());
    SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
    using Request = storage::ListRequest;
    const Result<std::vector<storage::Entry>> entries =
        run->await<std::vector<storage::Entry>>([&](storage::Listed done) {
          return run->storage().list({.target = std::move(target),
                                      .depth = recursive_ ? Request::Depth::kAll : Request::Depth::kOneLevel,
                                      .times = long_ ? Request::Times::kShown : Request::Times::kLeftOut,
                                      .pattern = {}},
                                     {}, std::move(done));
        });
    if (!entries) return entries.error();
    views::DataListView view{.url = url_, .objects = {}};
    for (const storage::Entry& entry : *entries) {
      const std::string path = directory + entry.path;
      if (!entry.path.starts_with(begin) || !pattern.matches(path)) continue;
      const bool is_directory = entry.kind == storage::Entry::Kind::kDirectory;
      view.objects.push_back({.name = storage::shown_name(path) + (is_directory ? "/" : ""),
                              .size = entry.size,
                              .modified = is_directory ? std::string() : entry.modified});
    }
    return view;
  }

  std::string text_of(const views::DataListView& view) const {
    std::string text;
    for (const views::DataObjectView& object : view.objects) {
      if (long_) {
        text += fmt::format("{:>12}  {:<20.19}  ", object.name.ends_with('/') ? "-" : readable(Bytes(object.size)),
                            object.modified);
      }
      text.append(object.name).push_back('\n');
    }
    return text;
  }

  std::string url_;
  std::optional<std::string> file_;
  TransferOptions options_;
  std::string prefix_;
  bool recursive_ = false;
  bool long_ = false;
  bool no_pager_ = false;
};

}  // namespace

const CommandInfo kDataListCommand{.name = "data list",
                                   .section = Section::kData,
                                   .summary = "Print what lies below a URL",
                                   .examples =
                                       "sennit data list s3://bucket/run-7 -r\n"
                                       "sennit data list s3://bucket -r -x '.*\\.pt$' -o json",
                                   .details =
                                       "One name a line, as it stands below the URL; a directory's ends with a slash. "
                                       "Control characters in a name are\n"
                                       "shown as \\n or \\x1b.",
                                   .make = [] { return std::unique_ptr<Command>(new DataListCommand); }};

}  // namespace sennit::cli
