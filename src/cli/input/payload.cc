#include "cli/input/payload.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/utf8.h"
#include "cli/input/consent.h"
#include "cli/input/secret_prompt.h"
#include "spec/file_access.h"

namespace sennit::cli {
namespace {

// More than any server stores: what it says about the size is better than what could be said here.
constexpr std::uint64_t kMostBytes = std::uint64_t{4} * 1024 * 1024;

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

struct KeyAsked {
  const char* key;
  const char* question;
  enum class Need { kRequired, kOptional } need;
};
using enum KeyAsked::Need;

constexpr auto kRegistry = std::to_array<KeyAsked>({{"registry", "registry (nothing: Docker Hub)", kOptional},
                                                    {"username", "username (nothing: none)", kOptional},
                                                    {"auth", "auth: password or token", kRequired}});
constexpr auto kData =
    std::to_array<KeyAsked>({{"endpoint", "endpoint, such as s3://BUCKET", kRequired},
                             {"access_key_id", "access_key_id", kRequired},
                             {"access_key", "access_key", kRequired},
                             {"region", "region (nothing: the provider's default)", kOptional},
                             {"override_url", "override_url (nothing: the provider's own)", kOptional}});

std::string without_line_ends(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> read_stdin() {
  std::string text;
  std::array<char, 65'536> buffer{};
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error::from_errno("read standard input", errno);
    if (size == 0) return without_line_ends(std::move(text));
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > kMostBytes) return invalid(fmt::format("standard input has more than {} bytes", kMostBytes));
  }
}

class Reader {
 public:
  Reader(Session& session, CredentialType type) : session_(session), type_(type) {}

  Result<void> read(const PayloadOptions& options) {
    for (const std::string& word : options.values) SENNIT_TRY(take_word(word));
    for (const std::string& word : options.files) SENNIT_TRY(take_file(word));
    for (const std::string& word : options.variables) SENNIT_TRY(take_variable(word));
    if (options.stdin_keys.size() > 1) return invalid("--payload-stdin: standard input holds one value only");
    for (const std::string& key : options.stdin_keys) {
      SENNIT_ASSIGN(std::string value, read_stdin());
      SENNIT_TRY(add(key, std::move(value)));
    }
    if (!payload_.empty()) return {};
    switch (type_) {
      case CredentialType::kGeneric:
        return invalid(
            "no value was given: --payload-env KEY=VARIABLE, --payload-file KEY=PATH, --payload-stdin KEY, or "
            "--payload KEY, which asks for it");
      case CredentialType::kRegistry: return ask_for(kRegistry);
      case CredentialType::kData: return ask_for(kData);
    }
    return {};
  }

  CredentialPayload take() { return std::move(payload_); }

 private:
  // What is not text would arrive as something else.
  Result<void> add(const std::string& key, std::string value) {
    if (key.empty()) return invalid("a KEY was expected in front of the '='");
    if (first_bad_utf8(value) != std::string_view::npos) {
      return invalid(fmt::format("the value of '{}' is not UTF-8 text; store it as Base64", key));
    }
    if (payload_.try_emplace(key, std::move(value)).second) return {};
    return invalid(fmt::format("'{}' is given twice", key));
  }

  Result<std::pair<std::string, std::string>> split(std::string_view option, const std::string& word,
                                                    std::string_view what) {
    const std::size_t at = word.find('=');
    if (at != std::string::npos && at > 0) return std::pair(word.substr(0, at), word.substr(at + 1));
    return invalid(fmt::format("{} {}: KEY={} was expected", option, word, what));
  }

  Result<void> take_word(const std::string& word) {
    const std::size_t at = word.find('=');
    const std::string key = word.substr(0, at);
    if (at == std::string::npos) {
      const Echo echo = is_secret(type_, key) ? Echo::kOff : Echo::kOn;
      SENNIT_ASSIGN(std::string value, ask_for_value(session_, key, echo));
      return add(key, std::move(value));
    }
    if (is_secret(type_, key)) {
      session_.warn(
          fmt::format("the value of '{}' was on the command line, where `ps` and the shell's history show it; "
                      "--payload-env, --payload-file, --payload-stdin and `--payload {}` do not",
                      key, key));
    }
    return add(key, word.substr(at + 1));
  }

  Result<void> take_file(const std::string& word) {
    SENNIT_ASSIGN(const auto assignment, split("--payload-file", word, "PATH"));
    const std::string path = std::filesystem::absolute(assignment.second).lexically_normal().string();
    SENNIT_ASSIGN(std::string text, spec::LocalFiles().read(path, kMostBytes));
    return add(assignment.first, without_line_ends(std::move(text)));
  }

  Result<void> take_variable(const std::string& word) {
    SENNIT_ASSIGN(const auto assignment, split("--payload-env", word, "VARIABLE"));
    std::optional<std::string> value = variable(assignment.second);
    if (value) return add(assignment.first, std::move(*value));
    return invalid(fmt::format("--payload-env {}: the variable {} is not set", word, assignment.second));
  }

  template <class Keys>
  Result<void> ask_for(const Keys& keys) {
    if (!can_ask(session_)) {
      return invalid(
          "no value was given, and there is no terminal to ask at: --payload-env KEY=VARIABLE, "
          "--payload-file KEY=PATH or --payload-stdin KEY");
    }
    for (const KeyAsked& asked : keys) {
      const Echo echo = is_secret(type_, asked.key) ? Echo::kOff : Echo::kOn;
      SENNIT_ASSIGN(std::string value, ask_for_value(session_, asked.question, echo));
      if (value.empty() && asked.need == kOptional) continue;
      SENNIT_TRY(add(asked.key, std::move(value)));
    }
    return {};
  }

  Session& session_;
  CredentialType type_;
  CredentialPayload payload_;
};

}  // namespace

Result<CredentialPayload> read_payload(Session& session, CredentialType type, const PayloadOptions& options) {
  Reader reader(session, type);
  SENNIT_TRY(reader.read(options));
  return reader.take();
}

}  // namespace sennit::cli
