#include "agent/ctrl/data_words.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "launch/container_tokens.h"

namespace sennit::agent {
namespace {

using Verb = DataWords::Verb;

constexpr auto kVerbs = std::to_array<std::pair<std::string_view, Verb>>({{"upload", Verb::kUpload},
                                                                          {"download", Verb::kDownload},
                                                                          {"list", Verb::kList},
                                                                          {"delete", Verb::kDelete},
                                                                          {"check", Verb::kCheck}});
constexpr auto kAccesses = std::to_array<std::pair<std::string_view, storage::Access>>(
    {{"READ", storage::Access::kRead}, {"WRITE", storage::Access::kWrite}, {"DELETE", storage::Access::kDelete}});

constexpr std::string_view kUsage =
    "data upload URL PATH | download URL [PATH] | list URL | delete URL | check URL [-a READ|WRITE|DELETE]; all but "
    "check take -x REGEX";

Error wrong(std::string what) { return {ErrorCode::kInvalid, fmt::format("{}; there is: {}", what, kUsage)}; }

template <class Table>
auto find(const Table& table, std::string_view name) -> std::optional<decltype(table[0].second)> {
  for (const auto& [known, value] : table) {
    if (known == name) return value;
  }
  return std::nullopt;
}

// "a/b" of /osmo/data/output/a/b.
Result<std::string> below_output(const std::string& path, const std::string& directory) {
  const std::string whole = path.starts_with('/') ? path : directory + "/" + path;
  std::string_view rest = whole;
  const bool inside = rest.starts_with(launch::kContainerOutput);
  rest.remove_prefix(inside ? launch::kContainerOutput.size() : 0);
  if (inside && (rest.empty() || rest == "/" || rest == "/.")) return std::string("*");
  if (inside && rest.starts_with('/')) return std::string(rest.substr(1));
  return Error(ErrorCode::kInvalid, fmt::format("{}: only what lies below {} can be sent from here or fetched to", path,
                                                launch::kContainerOutput));
}

}  // namespace

Result<DataWords> parse_data_words(const std::vector<std::string>& words, const std::string& directory) {
  const std::optional<Verb> verb = words.size() < 2 ? std::nullopt : find(kVerbs, words[1]);
  if (!verb) return wrong(words.size() < 2 ? "data needs a verb" : fmt::format("'data {}' is not known", words[1]));
  DataWords parsed{.verb = *verb};
  if (*verb == Verb::kUpload) parsed.access = storage::Access::kWrite;
  if (*verb == Verb::kDelete) parsed.access = storage::Access::kDelete;
  std::vector<std::string> rest;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "-r" || word == "-y") continue;  // as outside; here there is no other way
    const bool has_value = word == "-x" || word == "--regex" || word == "-a" || word == "--access-type";
    if (!has_value && word.starts_with('-')) return wrong(fmt::format("'{}' is not known here", word));
    if (!has_value) {
      rest.push_back(word);
      continue;
    }
    if (i + 1 == words.size()) return wrong(fmt::format("{} needs a value", word));
    const std::string& value = words[++i];
    if (word == "-x" || word == "--regex") {
      parsed.regex = value;
    } else {
      const auto access = find(kAccesses, value);
      if (!access) return wrong(fmt::format("'{}' is no kind of access", value));
      parsed.access = *access;
    }
  }
  const bool has_path = *verb == Verb::kUpload || *verb == Verb::kDownload;
  const std::size_t least = *verb == Verb::kUpload ? 2 : 1;
  if (rest.size() < least || rest.size() > (has_path ? 2U : 1U)) return wrong("a URL and what is told below");
  parsed.url = rest[0];
  if (has_path) {
    SENNIT_ASSIGN(parsed.path, below_output(rest.size() > 1 ? rest[1] : std::string("."), directory));
  }
  return parsed;
}

}  // namespace sennit::agent
