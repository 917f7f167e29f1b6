// What a running command has: its streams and their format, its environment, and the way to the server.
//
// Threads: the main thread. Ownership: made by run() for one command. Errors: fail() prints them and says the exit
// code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/exit_code.h"
#include "cli/output/stream.h"
#include "cli/run.h"
#include "cli/text/style.h"
#include "client/api.h"
#include "client/reach.h"
#include "client/server_launch.h"
#include "views/views.h"

namespace sennit::cli {

enum class OutputFormat : std::uint8_t { kTable, kWide, kJson, kJsonl, kYaml };

// The options that every command has.
struct CommonOptions {
  std::optional<std::string> output;       // -o
  std::optional<std::string> format_type;  // -t, as OSMO's command line has it
  std::string color = "auto";
  bool quiet = false;
  bool help = false;

  OutputFormat format() const;
};

class Session {
 public:
  Session(const Programs& programs, const CommonOptions& options);

  OutputFormat format() const { return format_; }
  bool wants_json() const { return format_ == OutputFormat::kJson || format_ == OutputFormat::kJsonl; }
  const Programs& programs() const { return programs_; }

  // Data: stdout.
  OutputStream& out() { return out_; }
  const Style& out_style() const { return out_style_; }
  // An object of the API, laid out as the format says.
  void print_json(std::string_view json);

  // Words for people: stderr. `say` is left out with --quiet, `warn` never.
  OutputStream& err() { return err_; }
  const Style& err_style() const { return err_style_; }
  bool is_quiet() const { return quiet_; }
  void say(std::string_view line);
  void warn(std::string_view message);

  // Prints the error, on stderr and where JSON was asked for also as an object on stdout; returns its exit code.
  ExitCode fail(const Error& error, std::string_view help = {});
  ExitCode fail(const views::ErrorView& error, std::string_view help = {});

  // The server of this user's state directory.
  Result<client::ServerPlace> place() const;
  Result<client::Reach> reach() const;
  Result<client::Api> connect(client::IfAbsent if_absent = client::IfAbsent::kStart,
                              const http::ClientOptions& options = {}) const;

 private:
  const Programs& programs_;
  OutputFormat format_;
  bool quiet_;
  OutputStream out_;
  OutputStream err_;
  Style out_style_;
  Style err_style_;
};

// The environment variable, if it is set.
std::optional<std::string> variable(std::string_view name);
// Every variable of the environment, in its order.
std::vector<std::pair<std::string, std::string>> environment();
// Where the user stands, absolute. Fails if that directory is gone.
Result<std::string> current_directory();
// The name of the user, for showing; the server knows better who is asking.
std::string user_name();

}  // namespace sennit::cli
