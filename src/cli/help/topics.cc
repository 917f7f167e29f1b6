// Pages that belong to no single command.
#include <algorithm>
#include <array>

#include "cli/help/help_text.h"

namespace sennit::cli {
namespace {

constexpr std::array<std::string_view, 4> kNames{"exit-codes", "environment", "ids", "output"};

constexpr std::array<std::string_view, 4> kTexts{
    "  0   the workflow completed; the command did what it was asked\n"
    "  1   the workflow failed; or its state forbids what was asked\n"
    "  2   wrong words, an invalid file, or something named that does not exist\n"
    "  3   cancelled, or interrupted while it was followed\n"
    "  4   the workflow ran out of its time\n"
    "  10  no server could be reached or started, or an internal error\n",

    "  SENNIT_HOME       one directory for everything: config.yaml and state/\n"
    "  XDG_CONFIG_HOME   where sennit/config.yaml lies without SENNIT_HOME (~/.config)\n"
    "  XDG_STATE_HOME    where the state lies without SENNIT_HOME (~/.local/state)\n"
    "  SENNIT_<KEY>      a setting of config.yaml: server.idle_timeout is SENNIT_SERVER_IDLE_TIMEOUT\n"
    "  SENNIT_GPUS       pretend to have so many GPUs, 4 or 4x80Gi, for trying things out; counts when the server "
    "starts\n"
    "  NO_COLOR          no colours; CLICOLOR_FORCE: colours also into a pipe\n",

    "  A workflow's id is its name and a number: digits-12. Numbers are never used twice.\n"
    "  Wherever an ID is asked for, these will do too: a beginning that only one id has,\n"
    "  the 32 hexadecimal digits of its uuid, and `last` for the newest workflow.\n",

    "  Data goes to stdout, words for people go to stderr.\n"
    "  -o table   for people; -o wide shows more columns\n"
    "  -o json    one JSON value, with the shapes of the HTTP API; errors too, as {\"error\": ...}\n"
    "  -o jsonl   one JSON object a line\n"
    "  Times in JSON are RFC 3339 in UTC, durations are seconds. Fields are only ever added.\n"};

}  // namespace

std::span<const std::string_view> topic_names() { return kNames; }

std::string_view topic(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? std::string_view() : kTexts[static_cast<std::size_t>(found - kNames.begin())];
}

}  // namespace sennit::cli
