#include "user/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "user/ask.h"
#include "user/channel.h"
#include "user/entry.h"
#include "user/inside.h"
#include "user/own.h"
#include "user/prepare.h"
#include "user/terminal.h"
#include "wire/user_messages.h"

namespace sennit::user {
namespace {

constexpr int kUsage = 2;
constexpr int kFailed = 1;
constexpr const char* kSocketVariable = "SENNIT_USER_SOCKET";

constexpr const char* kHelp =
    "sennit-user: the user's side of a task in a container\n"
    "\n"
    "  sennit-user [run] [--socket PATH] [--wait SECONDS] [--store-wait SECONDS]\n"
    "      Waits for ctrl at PATH (/osmo/data/socket/data.sock), runs the command that it orders, sends it the\n"
    "      output and the end, and exits as the command did. --wait: for the order (7200 s). --store-wait: after\n"
    "      the end, until ctrl has stored it (600 s).\n"
    "  sennit-user inside ..., sennit-user try, sennit-user channel FD, sennit-user terminal -- ...\n"
    "      For the sandbox of a task, for a way into a running one, and for one with a terminal: started by Sennit.\n"
    "  sennit-user init [--root DIR] [--ctrl FILE]\n"
    "      Prepares DIR (/osmo) for a task's containers: data/input, data/output, data/socket, and usr/bin with\n"
    "      this program, as `sennit` and `osmo` too, and ctrl (FILE, or the sennit-ctrl beside this program).\n"
    "  sennit-user own UID:GID DIR\n"
    "      Gives DIR and all below it to that user: what an image's user wrote for somebody else.\n"
    "  sennit-user sennit WORD...\n"
    "      The same as `sennit WORD...` inside the task: asks ctrl. `sennit help` tells what it can.\n"
    "  sennit-user --version\n";

using Words = std::vector<std::string>;

// The value of each option that is named; false and a message for anything else.
class Options {
 public:
  explicit Options(const Words& words) : words_(words) {}

  void add(std::string_view name, std::string& value) { texts_.push_back({name, &value}); }
  void add_seconds(std::string_view name, Micros& value) { times_.push_back({name, &value}); }

  bool parse() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      std::string_view name = words_[i];
      std::optional<std::string_view> value;
      if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
        value = name.substr(equals + 1);
        name = name.substr(0, equals);
      } else if (i + 1 < words_.size()) {
        value = words_[++i];
      }
      if (!take(name, value)) return false;
    }
    return true;
  }

 private:
  bool take(std::string_view name, std::optional<std::string_view> value) {
    for (const auto& [known, target] : texts_) {
      if (known != name) continue;
      if (!value || value->empty()) return refuse(name, "needs a value");
      *target = *value;
      return true;
    }
    for (const auto& [known, target] : times_) {
      if (known != name) continue;
      std::uint32_t seconds = 0;
      if (!value) return refuse(name, "needs a number of seconds");
      const auto end = value->data() + value->size();
      const auto [stop, error] = std::from_chars(value->data(), end, seconds);
      if (error != std::errc() || stop != end) return refuse(name, "needs a number of seconds");
      *target = std::chrono::seconds(seconds);
      return true;
    }
    return refuse(name, "is not known here; `sennit-user --help` lists what is");
  }

  static bool refuse(std::string_view name, const char* why) {
    std::fprintf(stderr, "sennit-user: %.*s %s\n", static_cast<int>(name.size()), name.data(), why);
    return false;
  }

  const Words& words_;
  std::vector<std::pair<std::string_view, std::string*>> texts_;
  std::vector<std::pair<std::string_view, Micros*>> times_;
};

// From the environment where a task's place says so, else where it lies in every container.
std::string default_socket() {
  const char* named = std::getenv(kSocketVariable);
  return named != nullptr && *named != '\0' ? named : std::string(wire::kUserSocket);
}

int run(const Words& words) {
  EntryOptions entry{.socket = default_socket()};
  Options options(words);
  options.add("--socket", entry.socket);
  options.add_seconds("--wait", entry.wait_for_ctrl);
  options.add_seconds("--store-wait", entry.wait_for_store);
  if (!options.parse()) return kUsage;
  // For the command inside the task.
  if (entry.socket != wire::kUserSocket) ::setenv(kSocketVariable, entry.socket.c_str(), 1);
  return run_entry(entry);
}

int init(const Words& words) {
  PrepareOptions prepared;
  Options options(words);
  options.add("--root", prepared.root);
  options.add("--ctrl", prepared.ctrl);
  if (!options.parse()) return kUsage;
  const Result<void> done = prepare(prepared);
  if (done) return 0;
  std::fprintf(stderr, "sennit-user: init: %s\n", done.error().message().c_str());
  return kFailed;
}

// "1000:1000".
template <class Id>
bool parse_id(std::string_view text, Id& id) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size();
}

int own(const Words& words) {
  uid_t user = 0;
  gid_t group = 0;
  const std::string_view who = words.empty() ? std::string_view() : std::string_view(words[0]);
  const std::size_t colon = who.find(':');
  const bool good = words.size() >= 2 && colon != std::string_view::npos && parse_id(who.substr(0, colon), user) &&
                    parse_id(who.substr(colon + 1), group);
  if (!good) return std::fputs("sennit-user: own UID:GID DIR...\n", stderr), kUsage;
  int code = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Result<void> done = give_to(user, group, words[i]);
    if (done) continue;
    std::fprintf(stderr, "sennit-user: own: %s\n", done.error().message().c_str());
    code = kFailed;
  }
  return code;
}

int print_version() {
  std::printf("sennit %.*s (inside a task)\n", static_cast<int>(kVersion.size()), kVersion.data());
  return 0;
}

int ask_ctrl(Words words) {
  if (words.size() == 1 && words[0] == "--version") return print_version();
  return ask(default_socket(), std::move(words));
}

// The standard descriptors are open, whatever we were started with, so that none of ours gets one of their numbers.
void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // An empty image has no /dev; then something that can be neither read nor written.
    if (::open("/dev/null", O_RDWR) < 0 && ::open("/", O_PATH) < 0) return;
  }
}

}  // namespace

int run_program(int argc, char** argv) {
  open_standard_descriptors();
  const std::string_view called = argc > 0 ? argv[0] : "";
  const std::string_view name = called.substr(called.rfind('/') + 1);
  Words words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (name == "sennit" || name == "osmo") return ask_ctrl(std::move(words));
  if (words.empty() || words[0].starts_with("--")) {
    if (!words.empty() && words[0] == "--version") return print_version();
    if (!words.empty() && words[0] == "--help") return std::fputs(kHelp, stdout) < 0 ? kFailed : 0;
    return run(words);
  }
  const std::string verb = words[0];
  words.erase(words.begin());
  if (verb == "inside") return run_inside(argc, argv);
  if (verb == "terminal" && argc > 3) return run_terminal(argv + 3);
  if (verb == "channel") return words.size() == 1 ? run_channel(std::atoi(words[0].c_str())) : kUsage;
  if (verb == "try") return 0;  // a place that can be made
  if (verb == "run") return run(words);
  if (verb == "init") return init(words);
  if (verb == "own") return own(words);
  if (verb == "sennit" || verb == "osmo") return ask_ctrl(std::move(words));
  std::fprintf(stderr, "sennit-user: '%s' is no command of this program\n%s", verb.c_str(), kHelp);
  return kUsage;
}

}  // namespace sennit::user
