#include "launch/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/base64.h"
#include "http/target.h"
#include "views/json_writer.h"

namespace sennit::launch {
namespace {

// Making and starting a container takes what its disks take.
constexpr Micros kPatience = std::chrono::minutes(5);
constexpr Bytes kMaxAnswer = mebibytes(64);
// The newest version of the API that we know; an older engine is asked in its own.
constexpr int kMinor = 41;
constexpr int kOldestMinor = 24;

http::ClientOptions options_of(Micros timeout, int wake) {
  return {.timeout = timeout, .wake_fd = wake, .max_body = kMaxAnswer, .listener = loop::Listener::kAnyone};
}

Error refused(const http::Response& response) {
  std::string text = parse_refusal(response.body);
  if (text.empty()) text = "the container engine answers with status " + std::to_string(response.status);
  switch (response.status) {
    case 400: return {ErrorCode::kInvalid, text};
    case 404: return {ErrorCode::kNotFound, text};
    case 403:  // Docker's for a network that is in use
    case 409: return {ErrorCode::kConflict, text};
    default: return {ErrorCode::kIo, text};
  }
}

// What Podman answers with 500.
bool says(const Error& error, std::string_view words) { return error.message().find(words) != std::string::npos; }

Result<void> pass_over(Result<http::Response> response, std::initializer_list<ErrorCode> fine) {
  if (response) return {};
  if (std::find(fine.begin(), fine.end(), response.error().code()) != fine.end()) return {};
  return std::move(response).error();
}

// "1.41" of what an engine says of itself, as 41.
std::optional<int> minor_of(const std::string& version) {
  if (!version.starts_with("1.")) return std::nullopt;
  int minor = 0;
  const auto [end, error] = std::from_chars(version.data() + 2, version.data() + version.size(), minor);
  return error == std::errc{} ? std::optional(minor) : std::nullopt;
}

// In the path as it is: engines take names with slashes there, and the names of others are refused before.
Result<std::string> image_path(const std::string& name) {
  const auto is_fine = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || c == '.' || c == '_' || c == '-' || c == '/' || c == ':' || c == '@';
  };
  if (!name.empty() && std::ranges::all_of(name, is_fine)) return "/images/" + name + "/json";
  return Error(ErrorCode::kInvalid, "'" + name + "' is no name of an image");
}

std::string path_of(const std::string& container, std::string_view verb) {
  return std::string("/containers/").append(http::encode_component(container)).append(verb);
}

std::string filter(const std::string& label, const std::string& value) {
  std::string json;
  views::JsonWriter writer(json);
  writer.begin_object();
  writer.key("label");
  writer.begin_array();
  writer.value(label + "=" + value);
  writer.end_array();
  writer.end_object();
  return http::encode_component(json);
}

}  // namespace

std::string registry_auth(const std::string& user, const std::string& password, const std::string& registry) {
  std::string json;
  views::JsonWriter writer(json);
  writer.begin_object();
  writer.field("username", user);
  writer.field("password", password);
  writer.field("serveraddress", registry);
  writer.end_object();
  std::string text = encode_base64(json);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

Result<Engine> Engine::connect(const std::string& socket, int wake) {
  SENNIT_ASSIGN(http::Client client, http::Client::connect(socket, options_of(kPatience, wake)));
  SENNIT_ASSIGN(const http::Response ping, client.request({.target = "/_ping"}));
  const std::string* version = ping.header("Api-Version");
  if (ping.status != 200 || version == nullptr) {
    return Error(ErrorCode::kCorrupt, "what listens on " + socket + " is no container engine");
  }
  Engine engine(std::move(client), socket, wake);
  if (const std::string* podman = ping.header("Libpod-Api-Version")) {
    const bool is_version = podman->find_first_not_of("0123456789.") == std::string::npos;
    engine.libpod_ = fmt::format("/v{}/libpod", is_version ? *podman : "4.0.0");
  }
  const std::optional<int> minor = minor_of(*version);
  if (minor && *minor < kOldestMinor) {
    return Error(ErrorCode::kUnavailable, "the container engine at " + socket + " speaks version " + *version +
                                              " of its API; 1.24 is the oldest that can be used");
  }
  engine.version_ = "/v1." + std::to_string(std::min(minor.value_or(kMinor), kMinor));
  return engine;
}

Result<http::Response> Engine::call(std::string method, const std::string& path, std::string body,
                                    std::vector<http::Header> headers) {
  SENNIT_ASSIGN(http::Response response, client_.request({.method = std::move(method),
                                                          .target = version_ + path,
                                                          .body = std::move(body),
                                                          .headers = std::move(headers)}));
  if (response.status >= 400) return refused(response);
  return response;
}

Result<std::optional<ImageFacts>> Engine::image(const std::string& name) {
  SENNIT_ASSIGN(const std::string path, image_path(name));
  const Result<http::Response> response = call("GET", path);
  if (!response && response.error().code() == ErrorCode::kNotFound) return std::optional<ImageFacts>();
  if (!response) return response.error();
  SENNIT_ASSIGN(ImageFacts facts, parse_image(response->body));
  return std::optional(std::move(facts));
}

Result<void> Engine::pull(const std::string& name, const std::string& auth, const OnProgress& on_progress) {
  SENNIT_TRY(image_path(name));
  http::Call call{.method = "POST", .target = version_ + "/images/create?fromImage=" + http::encode_component(name)};
  if (!auth.empty()) call.headers.push_back({"X-Registry-Auth", auth});
  // An engine that looks for a registry that does not answer says nothing for longer than others do for all they do.
  SENNIT_ASSIGN(http::Client client, http::Client::connect(socket_, options_of(Micros::max(), wake_)));
  PullAnswer answer;
  Result<void> read;
  const Result<http::Response> response = client.stream(call, [&](std::string_view bytes) {
    const Result<bool> news = answer.take(bytes);
    if (!news) read = news.error();
    if (news && *news && on_progress) on_progress(answer.progress());
    return news ? http::Flow::kContinue : http::Flow::kStop;
  });
  SENNIT_TRY(read);
  if (!response) return response.error();
  if (response->status >= 400) return refused(*response);
  SENNIT_TRY(answer.finish());
  if (!answer.error().empty()) return Error(ErrorCode::kIo, answer.error());
  return {};
}

Result<void> Engine::make_network(const std::string& name, const std::string& label, const std::string& value) {
  std::string body;
  views::JsonWriter writer(body);
  writer.begin_object();
  writer.field("Name", name);
  writer.field("CheckDuplicate", true);
  writer.field("Driver", "bridge");
  writer.key("Labels");
  writer.begin_object();
  writer.field(label, value);
  writer.end_object();
  writer.end_object();
  Result<http::Response> made = call("POST", "/networks/create", std::move(body));
  if (!made && says(made.error(), "already")) return {};
  return pass_over(std::move(made), {ErrorCode::kConflict});
}

Result<void> Engine::remove_network(const std::string& name) {
  Result<http::Response> removed = call("DELETE", "/networks/" + http::encode_component(name));
  if (!removed && says(removed.error(), "being used")) return Error(ErrorCode::kConflict, removed.error().message());
  return pass_over(std::move(removed), {ErrorCode::kNotFound});
}

Result<std::vector<std::string>> Engine::networks(const std::string& label, const std::string& value) {
  SENNIT_ASSIGN(const http::Response response, call("GET", "/networks?filters=" + filter(label, value)));
  return parse_names(response.body);
}

Result<void> Engine::make(const std::string& name, const std::string& description) {
  Result<http::Response> made =
      call("POST", "/containers/create?name=" + http::encode_component(name), std::string(description));
  if (!made && made.error().code() == ErrorCode::kIo && says(made.error(), "already in use")) {
    return Error(ErrorCode::kConflict, made.error().message());
  }
  return pass_over(std::move(made), {});
}

Result<void> Engine::start(const std::string& container) {
  return pass_over(call("POST", path_of(container, "/start")), {});
}

Result<std::optional<ContainerFacts>> Engine::find(const std::string& container) {
  const Result<http::Response> response = call("GET", path_of(container, "/json"));
  if (!response && response.error().code() == ErrorCode::kNotFound) return std::optional<ContainerFacts>();
  if (!response) return response.error();
  SENNIT_ASSIGN(ContainerFacts facts, parse_container(response->body));
  return std::optional(std::move(facts));
}

Result<ContainerFacts> Engine::wait(const std::string& container, Micros interval) {
  // On a connection of its own: it may take days, and others have something to say meanwhile.
  SENNIT_ASSIGN(http::Client client, http::Client::connect(socket_, options_of(Micros::max(), wake_)));
  // Podman looks again and again; where it is to be like Docker it does so every nanosecond, which takes a processor.
  const std::string target =
      is_podman() ? fmt::format("{}{}&interval={}us", libpod_,
                                path_of(container, "/wait?condition=stopped&condition=exited"), interval.count())
                  : version_ + path_of(container, "/wait?condition=not-running");
  SENNIT_ASSIGN(const http::Response response, client.request({.method = "POST", .target = target}));
  if (response.status >= 400) return refused(response);
  SENNIT_ASSIGN(std::optional<ContainerFacts> facts, find(container));
  if (!facts) return Error(ErrorCode::kNotFound, "the container " + container + " has gone");
  return std::move(*facts);
}

Result<void> Engine::kill(const std::string& container) {
  Result<http::Response> killed = call("POST", path_of(container, "/kill?signal=KILL"));
  return pass_over(std::move(killed), {ErrorCode::kNotFound, ErrorCode::kConflict});
}

Result<void> Engine::pause(const std::string& container) {
  return pass_over(call("POST", path_of(container, "/pause")), {});
}

Result<void> Engine::resume(const std::string& container) {
  return pass_over(call("POST", path_of(container, "/unpause")), {});
}

Result<void> Engine::remove(const std::string& container) {
  return pass_over(call("DELETE", path_of(container, "?force=1&v=1")), {ErrorCode::kNotFound});
}

Result<std::vector<ListedContainer>> Engine::list(const std::string& label, const std::string& value) {
  SENNIT_ASSIGN(const http::Response response, call("GET", "/containers/json?all=1&filters=" + filter(label, value)));
  return parse_list(response.body);
}

}  // namespace sennit::launch
