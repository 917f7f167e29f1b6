#include "cli/run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/version.h"
#include "cli/arguments/common_options.h"
#include "cli/arguments/parser.h"
#include "cli/commands/registry.h"
#include "cli/help/help_text.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

// Descriptors 0 to 2 must be somebody's: else a socket of ours gets such a number, and output goes there.
void open_standard_descriptors() {
  for (int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC); fd >= 0; fd = ::open("/dev/null", O_RDWR | O_CLOEXEC)) {
    if (fd > STDERR_FILENO) {
      ::close(fd);
      return;
    }
    ::fcntl(fd, F_SETFD, 0);
  }
}

// The format of an error must be known before the words are understood.
CommonOptions guess_format(std::span<const std::string> words) {
  CommonOptions options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    const bool has_next = at + 1 < words.size();
    if (word == "--output=json" || word == "-ojson" || word == "--format-type=json" ||
        ((word == "-o" || word == "--output" || word == "-t" || word == "--format-type") && has_next &&
         words[at + 1] == "json")) {
      options.output = "json";
    }
  }
  return options;
}

ExitCode usage_error(const Programs& programs, std::span<const std::string> words, const Error& error,
                     const std::string& help) {
  return Session(programs, guess_format(words)).fail(error, help);
}

// A broken stdout is an error of its own, unless something else went wrong before.
ExitCode finish(Session& session, ExitCode code) {
  const Result<void> written = session.out().flush();
  if (written || code != ExitCode::kCompleted) return code;
  return session.fail(written.error());
}

ExitCode run_command(const Programs& programs, const FoundCommand& found) {
  const std::unique_ptr<Command> command = found.info->make();
  Declaration declaration = command->declare();
  CommonOptions options;
  const std::vector<Option> common = common_options(options, declaration);
  const Declaration own = declaration;
  declaration.options.insert(declaration.options.end(), common.begin(), common.end());

  const bool asks_help = std::any_of(found.words.begin(), found.words.end(),
                                     [](const std::string& word) { return word == "-h" || word == "--help"; });
  const Result<void> parsed = parse_words(declaration, found.words);
  if (asks_help && (options.help || !parsed)) {
    Session session(programs, CommonOptions{});
    session.out().write(help_of(*found.info, own, common));
    return finish(session, ExitCode::kCompleted);
  }
  if (!parsed) {
    return usage_error(programs, found.words, parsed.error(),
                       fmt::format("{}; more with `sennit {} --help`", usage_of(*found.info, own), found.info->name));
  }
  Session session(programs, options);
  return finish(session, command->run(session));
}

ExitCode print(const Programs& programs, std::string_view text) {
  Session session(programs, CommonOptions{});
  session.out().write(text);
  return finish(session, ExitCode::kCompleted);
}

std::string family_overview(std::span<const CommandInfo* const> family) {
  std::string text;
  for (const CommandInfo* info : family) text += fmt::format("  sennit {:<20} {}\n", info->name, info->summary);
  return text;
}

ExitCode run_words(const Programs& programs, std::span<const std::string> words) {
  const auto first_is = [words](std::string_view name) { return !words.empty() && words.front() == name; };
  if (first_is("-h") || first_is("--help")) return print(programs, overview(all_commands()));
  if (first_is("-V") || first_is("--version")) return print(programs, fmt::format("sennit {}\n", kVersion));
  if (words.empty() || (words.size() == 1 && first_is("workflow"))) {  // both parents have it before the verb
    Session session(programs, CommonOptions{});
    session.err().write(overview(all_commands()));
    return ExitCode::kUsage;
  }
  if (words.size() > 1 && (words[1] == "-h" || words[1] == "--help")) {
    if (const auto family = family_of(words[0]); !family.empty()) return print(programs, family_overview(family));
    if (words[0] == "workflow") return print(programs, overview(all_commands()));
  }
  const Result<FoundCommand> found = find_command(words);
  if (!found) return usage_error(programs, words, found.error(), "`sennit --help` lists the commands");
  return run_command(programs, *found);
}

}  // namespace

int run(int argc, char** argv, const Programs& programs) {
  open_standard_descriptors();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  return static_cast<int>(run_words(programs, words));
}

}  // namespace sennit::cli
