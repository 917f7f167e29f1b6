#include "api/hooks/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/version.h"
#include "proc/program_search.h"
#include "views/json_writer.h"

namespace sennit::api {
namespace {

// Stands before the status in curl's output; nobody's answer has it.
constexpr std::string_view kStatusMark = "\nsennit-http-status ";
constexpr std::size_t kShownBytes = 300;

// Who is told about an event is not itself a part of the task that the server was perhaps started from.
constexpr std::array<std::string_view, 4> kNotHanded = {"SENNIT_ATTEMPT", "SENNIT_WORKFLOW_ID", "SENNIT_TASK",
                                                        "SENNIT_CONTAINER"};

const std::string* find_variable(const EnvironmentList& variables, std::string_view name) {
  const auto found = std::find_if(variables.rbegin(), variables.rend(), [&](const auto& v) { return v.first == name; });
  return found == variables.rend() ? nullptr : &found->second;
}

std::string json_inside(std::string_view text) {
  std::string quoted;
  views::JsonWriter(quoted).value(text);
  return quoted.substr(1, quoted.size() - 2);
}

const std::string* find_header(const spec::HookConfig& hook, std::string_view name) {
  const auto same = [](char a, char b) { return (a | 32) == (b | 32); };
  const auto found = std::ranges::find_if(
      hook.headers, [&](const auto& header) { return std::ranges::equal(header.first, name, same); });
  return found == hook.headers.end() ? nullptr : &found->second;
}

bool has_header(const spec::HookConfig& hook, std::string_view name) { return find_header(hook, name) != nullptr; }

bool is_json(const spec::HookConfig& hook) {
  const std::string* type = find_header(hook, "content-type");
  return type == nullptr || type->find("json") != std::string::npos;
}

Result<std::string> curl_input(const spec::HookConfig& hook, const HookFacts& facts, const EnvironmentList& variables,
                               std::vector<std::string>& secrets) {
  SENNIT_ASSIGN(const std::string url, fill_in(hook.url, variables, Escape::kNone));
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return Error(ErrorCode::kInvalid, "its URL does not begin with http:// or https://");
  }
  const std::size_t path = url.find('/', url.find("://") + 3);
  if (path != std::string::npos) secrets.push_back(url.substr(path + 1));
  std::string input = curl_setting("url", url);
  for (const auto& [name, value] : hook.headers) {
    SENNIT_ASSIGN(const std::string filled, fill_in(value, variables, Escape::kNone));
    if (filled.find_first_of("\r\n") != std::string::npos) {
      return Error(ErrorCode::kInvalid, fmt::format("the value of its header {} has several lines", name));
    }
    secrets.push_back(filled);
    input += curl_setting("header", fmt::format("{}: {}", name, filled));
  }
  if (!has_header(hook, "content-type")) input += curl_setting("header", "Content-Type: application/json");
  input += curl_setting("user-agent", fmt::format("sennit/{}", kVersion));
  std::string body = json_of(facts);
  if (hook.body) {
    SENNIT_ASSIGN(body, fill_in(*hook.body, variables, is_json(hook) ? Escape::kJson : Escape::kNone));
  }
  // Not `data`: that takes what begins with @ for a file.
  input += curl_setting("data-raw", body);
  input += curl_setting("proto", "=http,https");
  input += curl_setting("write-out", fmt::format("{}%{{http_code}}\n", kStatusMark));
  input += "silent\nshow-error\ngloboff\n";
  return input;
}

// The last line with something in it, not too long.
std::string last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return "";
  text = text.substr(0, end + 1);
  const std::size_t begin = text.find_last_of("\r\n");
  text = text.substr(begin == std::string_view::npos ? 0 : begin + 1);
  return std::string(text.substr(0, kShownBytes));
}

std::string with_line(std::string message, std::string_view output) {
  const std::string line = last_line(output);
  if (!line.empty()) message += ": " + line;
  return message;
}

}  // namespace

std::string curl_setting(std::string_view name, std::string_view value) {
  std::string text = fmt::format("{} = \"", name);
  for (const char c : value) {
    switch (c) {
      case '\\': text += "\\\\"; break;
      case '"': text += "\\\""; break;
      case '\n': text += "\\n"; break;
      case '\r': text += "\\r"; break;
      case '\t': text += "\\t"; break;
      case '\v': text += "\\v"; break;
      default: text += c;
    }
  }
  return text + "\"\n";
}

Result<std::string> fill_in(std::string_view text, const EnvironmentList& variables, Escape escape) {
  std::string out;
  while (true) {
    const std::size_t at = text.find("${");
    if (at == std::string_view::npos) return out.append(text);
    if (at > 0 && text[at - 1] == '$') {
      out.append(text.substr(0, at - 1)).append("${");
      text.remove_prefix(at + 2);
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return out.append(text);
    const std::string_view name = text.substr(at + 2, end - at - 2);
    const std::string* value = find_variable(variables, name);
    if (value == nullptr) return Error(ErrorCode::kNotFound, fmt::format("${{{}}} is not set", name));
    out.append(text.substr(0, at)).append(escape == Escape::kJson ? json_inside(*value) : *value);
    text.remove_prefix(end + 1);
  }
}

Result<std::string> find_curl(const EnvironmentList& environment) {
  const std::string* path = find_variable(environment, "PATH");
  Result<std::string> curl = proc::find_program("curl", path == nullptr ? nullptr : path->c_str(), "/");
  if (!curl) return Error(ErrorCode::kNotFound, "curl is not installed, which sends to URLs (apt-get install curl)");
  return curl;
}

Result<HookCommand> command_of(const spec::HookConfig& hook, const HookFacts& facts, const EnvironmentList& given,
                               const HookSurroundings& surroundings) {
  HookCommand command{.program = "/bin/sh",
                      .words = {"sh", "-c", hook.run},
                      .environment = {},
                      .directory = surroundings.directory,
                      .input = {},
                      .timeout = hook.timeout,
                      .is_url = hook.run.empty(),
                      .secrets = {}};
  for (const auto& variable : surroundings.environment) {
    if (std::ranges::find(kNotHanded, variable.first) == kNotHanded.end()) command.environment.push_back(variable);
  }
  EnvironmentList all = command.environment;
  for (const EnvironmentList& more : {variables_of(facts), given}) all.insert(all.end(), more.begin(), more.end());
  for (const auto& [name, value] : given) command.secrets.push_back(value);
  if (!command.is_url) {
    command.input = json_of(facts) + "\n";
    command.environment = std::move(all);
    return command;
  }
  SENNIT_ASSIGN(command.program, find_curl(command.environment));
  command.words = {"curl", "--disable", "--config", "-"};
  SENNIT_ASSIGN(command.input, curl_input(hook, facts, all, command.secrets));
  return command;
}

HookEnd command_end(int code, int signal, std::string output) {
  HookEnd end{.ok = code == 0 && signal == 0, .message = {}, .output = std::move(output)};
  if (end.ok) {
    end.message = "exit code 0";
  } else {
    end.message = with_line(
        signal != 0 ? fmt::format("killed by signal {}", signal) : fmt::format("exit code {}", code), end.output);
  }
  return end;
}

// Its exit code says only whether there was an answer.
HookEnd url_end(int code, int signal, std::string output) {
  int status = 0;
  const std::size_t mark = output.rfind(kStatusMark);
  if (mark != std::string::npos) {
    const std::string digits = output.substr(mark + kStatusMark.size(), 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), status);
    const std::size_t line_end = std::min(output.find('\n', mark + 1), output.size() - 1);
    output.erase(mark, line_end + 1 - mark);
  }
  if (status == 0 || signal != 0 || code != 0) {
    HookEnd end = command_end(code == 0 && signal == 0 ? 1 : code, signal, std::move(output));
    const std::string line = last_line(end.output);
    if (signal == 0 && line.starts_with("curl: ")) end.message = line;
    return end;
  }
  HookEnd end{
      .ok = status >= 200 && status < 300, .message = fmt::format("HTTP {}", status), .output = std::move(output)};
  if (status >= 300 && status < 400) end.message += ": the answer leads elsewhere, and is not followed";
  if (status >= 400) end.message = with_line(std::move(end.message), end.output);
  return end;
}

}  // namespace sennit::api
