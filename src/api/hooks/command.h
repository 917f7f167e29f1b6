// What a hook comes to for one event: a program, its variables and its input. Pure but for looking for programs.
//
// An address is sent to by curl, which is told everything on its standard input: arguments are seen by every user of
// the machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/hooks/facts.h"
#include "base/result.h"

namespace sennit::api {

struct HookCommand {
  std::string program;
  std::vector<std::string> words;
  EnvironmentList environment;
  std::string directory;
  std::string input;
  Micros timeout{};
  bool is_url = false;
  std::vector<std::string> secrets;  // to be masked in what it says
};

// What hooks have whatever happens: the server's variables and where it stands.
struct HookSurroundings {
  EnvironmentList environment;
  std::string directory;
};

// `given`: the variables that its credentials are. kNotFound: a variable that a text names is not set, or curl is not
// installed.
Result<HookCommand> command_of(const spec::HookConfig& hook, const HookFacts& facts, const EnvironmentList& given,
                               const HookSurroundings& surroundings);

// The program that sends to URLs, by PATH.
Result<std::string> find_curl(const EnvironmentList& environment);

enum class Escape : std::uint8_t { kNone, kJson };
// The text with the values of ${NAME}; $${ stands for ${. kNotFound: one is not set.
Result<std::string> fill_in(std::string_view text, const EnvironmentList& variables, Escape escape);

// One setting of curl's configuration.
std::string curl_setting(std::string_view name, std::string_view value);

// How a run ended: what is said about it.
struct HookEnd {
  bool ok = false;
  std::string message;  // one line
  std::string output;   // the last of what it wrote
};
// `code` and `signal` as of a process; `output`: all that was kept of its output.
HookEnd command_end(int code, int signal, std::string output);
HookEnd url_end(int code, int signal, std::string output);

}  // namespace sennit::api
