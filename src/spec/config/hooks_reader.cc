#include "spec/config/hooks_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "spec/fields.h"
#include "spec/strict_values.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::int64_t kMostRetries = 100;
constexpr Micros kMostTimeout = std::chrono::hours(1);

// Words that other programs have for it.
constexpr std::array<std::pair<std::string_view, HookOccasion>, 12> kOtherNames = {{
    {"on_complete", HookOccasion::kSuccess},
    {"on_completed", HookOccasion::kSuccess},
    {"on_completion", HookOccasion::kSuccess},
    {"on_finish", HookOccasion::kEnd},
    {"on_finished", HookOccasion::kEnd},
    {"on_exit", HookOccasion::kEnd},
    {"on_error", HookOccasion::kFailure},
    {"on_fail", HookOccasion::kFailure},
    {"on_cancellation", HookOccasion::kCancel},
    {"on_begin", HookOccasion::kStart},
    {"on_running", HookOccasion::kStart},
    {"on_reschedule", HookOccasion::kRetry},
}};

std::string quoted_key(const Node& value) { return fmt::format("'{}'", value.key->text); }

// One hook as it is read: what it says, and what cannot be told from that.
struct Draft {
  HookConfig hook;
  bool says_per = false;
};

void read_name(ConfigReader& reader, const Node& value, Draft& draft) {
  std::string name;
  if (!read_text(reader.reporter(), value, "'name'", Accept::kVerbatim, name)) return;
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (!name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_fine)) {
    draft.hook.name = std::move(name);
    return;
  }
  reader.reporter().error(Code::kBadName, value.at, fmt::format("'{}' cannot be the name of a hook", name),
                          {.expected = "1 to 64 letters, digits, '_', '-' or '.'", .suggestion = {}});
}

void read_run(ConfigReader& reader, const Node& value, Draft& draft) {
  read_text(reader.reporter(), value, "'run'", Accept::kVerbatim, draft.hook.run);
}

bool is_url(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

void read_url(ConfigReader& reader, const Node& value, Draft& draft) {
  std::string url;
  if (!read_text(reader.reporter(), value, "'url'", Accept::kVerbatim, url)) return;
  const bool plain = std::ranges::none_of(url, [](unsigned char c) { return c <= ' '; });
  // A variable may be all of it: such addresses are secrets.
  if (plain && (is_url(url) || url.starts_with("${"))) {
    draft.hook.url = std::move(url);
    return;
  }
  reader.reporter().error(Code::kUnknownValue, value.at, "'url' is not an address that a hook can be sent to",
                          {.expected = "http:// or https:// with a host, or ${VARIABLE}", .suggestion = {}});
}

void read_headers(ConfigReader& reader, const Node& value, Draft& draft) {
  if (!expect_map(reader.reporter(), value, "'headers'")) return;
  for (const Node& entry : Children(value)) {
    std::string text;
    if (!read_text(reader.reporter(), entry, quoted_key(entry), Accept::kVerbatim, text)) continue;
    const std::string_view name = entry.key->text;
    const bool is_token = !name.empty() && name.find_first_of(" :\t\r\n\"") == std::string_view::npos;
    if (is_token && text.find_first_of("\r\n") == std::string::npos) {
      draft.hook.headers.emplace_back(name, std::move(text));
      continue;
    }
    reader.reporter().error(Code::kBadText, entry.at, fmt::format("'{}' cannot be a header", name),
                            {.expected = "Name: one line of text", .suggestion = {}});
  }
}

void read_body(ConfigReader& reader, const Node& value, Draft& draft) {
  std::string text;
  if (read_text(reader.reporter(), value, "'body'", Accept::kVerbatim, text)) draft.hook.body = std::move(text);
}

// As with tasks: the credential's name, and below it which variable gets which key.
void read_credentials(ConfigReader& reader, const Node& value, Draft& draft) {
  if (!expect_map(reader.reporter(), value, "'credentials'")) return;
  for (const Node& entry : Children(value)) {
    if (!expect_map(reader.reporter(), entry, quoted_key(entry))) continue;
    CredentialUse use;
    use.credential = entry.key->text;
    for (const Node& variable : Children(entry)) {
      std::string key;
      if (!check_variable_name(reader.reporter(), *variable.key, variable.key->text)) continue;
      if (!read_text(reader.reporter(), variable, quoted_key(variable), Accept::kVerbatim, key)) continue;
      use.env.emplace_back(variable.key->text, std::move(key));
    }
    draft.hook.credentials.push_back(std::move(use));
  }
}

void read_per(ConfigReader& reader, const Node& value, Draft& draft) {
  static constexpr std::array<std::string_view, 2> kWords = {"workflow", "task"};
  const auto word = read_word(reader.reporter(), value, "'per'", kWords);
  if (!word) return;
  draft.hook.per = static_cast<HookScope>(*word);
  draft.says_per = true;
}

// A pattern, or a list of them.
void read_patterns(ConfigReader& reader, const Node& value, std::vector<std::string>& out) {
  if (value.is_sequence()) {
    read_text_list(reader.reporter(), value, quoted_key(value), Accept::kVerbatim, out);
    return;
  }
  std::string pattern;
  if (read_text(reader.reporter(), value, quoted_key(value), Accept::kVerbatim, pattern)) out = {std::move(pattern)};
}

void read_workflows(ConfigReader& reader, const Node& value, Draft& draft) {
  read_patterns(reader, value, draft.hook.workflows);
}
void read_tasks(ConfigReader& reader, const Node& value, Draft& draft) {
  read_patterns(reader, value, draft.hook.tasks);
}

void read_retries(ConfigReader& reader, const Node& value, Draft& draft) {
  const auto count = read_count(reader.reporter(), value, "'retries'", 0, kMostRetries);
  if (count) draft.hook.retries = static_cast<std::uint32_t>(*count);
}

void read_timeout(ConfigReader& reader, const Node& value, Draft& draft) {
  const auto time = read_span(reader.reporter(), value, "'timeout'");
  if (!time) return;
  if (time->count() > 0 && *time <= kMostTimeout) {
    draft.hook.timeout = *time;
    return;
  }
  reader.reporter().error(Code::kOutOfRange, value.at, "'timeout' of a hook is out of range",
                          {.expected = "more than nothing, and at most 1h", .suggestion = {}});
}

constexpr auto kHookFields = std::to_array<FieldOf<ConfigReader, Draft>>({
    {"run", read_run},
    {"url", read_url},
    {"name", read_name},
    {"per", read_per},
    {"workflows", read_workflows},
    {"tasks", read_tasks},
    {"headers", read_headers},
    {"body", read_body},
    {"credentials", read_credentials},
    {"retries", read_retries},
    {"timeout", read_timeout},
});

void check_hook(Reporter& reporter, const Node& value, const HookConfig& hook, std::string_view what) {
  if (!hook.run.empty() && !hook.url.empty()) {
    reporter.error(Code::kExclusive, value.at, fmt::format("{} has both 'run' and 'url'", what),
                   {.expected = "one of them; a list has room for two hooks", .suggestion = {}});
  } else if (hook.run.empty() && hook.url.empty()) {
    reporter.error(Code::kMissingField, value.at, fmt::format("{} needs the field 'run' or 'url'", what));
  }
  if (hook.url.empty() && (!hook.headers.empty() || hook.body)) {
    reporter.warning(Code::kNoEffect, value.at,
                     fmt::format("'headers' and 'body' of {} have no effect: it is a command", what));
  }
}

bool is_of_tasks(HookOccasion on) { return on == HookOccasion::kRetry || on == HookOccasion::kPreempt; }

void settle_scope(Reporter& reporter, const Node& value, Draft& draft, std::string_view what) {
  HookConfig& hook = draft.hook;
  if (!draft.says_per) {
    hook.per = is_of_tasks(hook.on) || !hook.tasks.empty() ? HookScope::kTask : HookScope::kWorkflow;
  }
  const bool never = hook.per == HookScope::kTask ? hook.on == HookOccasion::kSubmit : is_of_tasks(hook.on);
  if (never) {
    reporter.warning(Code::kNoEffect, value.at,
                     fmt::format("{} has no effect: a {} has no such moment", what, to_string(hook.per)));
  }
}

// A text is a command or a URL, a map says more.
void read_hook(ConfigReader& reader, const Node& value, HookOccasion on, std::vector<HookConfig>& hooks) {
  Reporter& reporter = reader.reporter();
  const std::string what = fmt::format("'{}'", to_string(on));
  const std::uint32_t errors = reporter.errors();
  Draft draft;
  draft.hook.on = on;
  if (value.is_mapping()) {
    read_fields(reader, reporter, value, what, kHookFields, draft);
  } else {
    std::string text;
    if (!read_text(reporter, value, what, Accept::kVerbatim, text)) return;
    if (is_url(text)) {
      read_url(reader, value, draft);
    } else {
      draft.hook.run = std::move(text);
    }
  }
  if (reporter.errors() == errors) check_hook(reporter, value, draft.hook, what);
  if (reporter.errors() != errors) return;
  settle_scope(reporter, value, draft, what);
  if (draft.hook.name.empty()) {
    draft.hook.name = to_string(on);
    if (!hooks.empty()) draft.hook.name += fmt::format("-{}", hooks.size() + 1);
  }
  hooks.push_back(std::move(draft.hook));
}

void check_names(ConfigReader& reader, const Node& value, const HooksConfig& all) {
  std::vector<std::string_view> names;
  for (const auto& [on, hooks] : all) {
    for (const HookConfig& hook : hooks) names.push_back(hook.name);
  }
  if (names.size() > kMostHooks) {
    reader.reporter().error(Code::kOutOfRange, value.at, fmt::format("there are {} hooks", names.size()),
                            {.expected = fmt::format("at most {}", kMostHooks), .suggestion = {}});
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice == names.end()) return;
  reader.reporter().error(Code::kDuplicateName, value.at, fmt::format("two hooks are called '{}'", *twice));
}

std::optional<HookOccasion> occasion_of(Reporter& reporter, const Node& key) {
  const auto found = std::ranges::find(kHookOccasionNames, key.text);
  if (found != kHookOccasionNames.end()) return static_cast<HookOccasion>(found - kHookOccasionNames.begin());
  const auto other = std::ranges::find(kOtherNames, key.text, &std::pair<std::string_view, HookOccasion>::first);
  if (other == kOtherNames.end()) {
    report_unknown_field(reporter, key, "'hooks'", kHookOccasionNames);
    return std::nullopt;
  }
  reporter.error(Code::kUnknownField, key.at, fmt::format("unknown field '{}' in 'hooks'", key.text),
                 {.expected = "one of on_submit, on_start, on_success, on_failure, on_cancel, on_end, on_retry, "
                              "on_preempt, on_pause, on_resume",
                  .suggestion = std::string(to_string(other->second))});
  return std::nullopt;
}

}  // namespace

void read_hooks(ConfigReader& reader, const Node& value, Config& config) {
  Reporter& reporter = reader.reporter();
  if (value.is_null()) return;
  if (reader.source() == ConfigSource::kProject) {
    reporter.warning(
        Code::kNoEffect, value.key->at,
        "'hooks' of a project's file have no effect: a server runs them, for all projects",
        {.expected = "hooks in the user's config.yaml; 'workflows' limits one to names", .suggestion = {}});
    return;
  }
  if (!expect_map(reporter, value, "'hooks'")) return;
  const std::size_t size = reader.path().size();
  reader.path() += reader.path().empty() ? "hooks" : ".hooks";
  for (const Node& entry : Children(value)) {
    const std::optional<HookOccasion> on = occasion_of(reporter, *entry.key);
    if (!on) continue;
    std::vector<HookConfig> hooks;
    if (entry.is_sequence()) {
      for (const Node& item : Children(entry)) read_hook(reader, item, *on, hooks);
    } else if (!entry.is_null()) {
      read_hook(reader, entry, *on, hooks);
    }
    config.hooks.erase(*on);
    if (!hooks.empty()) config.hooks[*on] = std::move(hooks);
    reader.record(*entry.key);
  }
  reader.path().resize(size);
  check_names(reader, value, config.hooks);
}

}  // namespace sennit::spec
