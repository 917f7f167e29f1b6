#include "spec/config/config.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "spec/config/config_reader.h"
#include "spec/file_access.h"
#include "spec/suggest.h"

namespace sennit::spec {

std::vector<std::string> bucket_names(const DatasetsConfig& config) {
  std::vector<std::string> names;
  if (!config.buckets.contains(kLocalBucket)) names.emplace_back(kLocalBucket);
  for (const auto& [name, url] : config.buckets) names.push_back(name);
  return names;
}

namespace {

constexpr std::uint32_t kMostDiagnostics = 100;
constexpr std::uint64_t kMostBytes = 4 << 20;
constexpr std::string_view kSystemFile = "/etc/sennit/config.yaml";

std::string variable_name(std::string_view key) {
  std::string name = "SENNIT_";
  for (const char c : key) name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return name;
}

void take_from(Reporter& reporter, std::vector<Diagnostic>& out) {
  for (Diagnostic& diagnostic : reporter.take()) out.push_back(std::move(diagnostic));
}

void check_default_pool(const Config& config, const ConfigReader::Said& said, std::vector<Diagnostic>& out) {
  if (config.pools.contains(config.default_pool)) return;
  Reporter reporter(said.file, 1);
  Nearest nearest(config.default_pool);
  for (const auto& [name, pool] : config.pools) nearest.consider(name);
  reporter.error_in_general(Code::kUnknownPool, {},
                            fmt::format("default_pool is '{}', which is not a pool", config.default_pool),
                            {.expected = "an entry of 'pools'", .suggestion = nearest.result()});
  take_from(reporter, out);
  if (!said.place) return;
  Diagnostic& diagnostic = out.back();
  diagnostic.line = said.place->line;
  diagnostic.column = said.place->column;
  diagnostic.length = said.place->length;
  diagnostic.source_line = said.place->text;
}

Diagnostic unreadable(std::string_view path, std::string_view why, Severity severity) {
  Diagnostic diagnostic;
  diagnostic.code = fmt::format("SN{}", static_cast<unsigned>(Code::kConfigUnreadable));
  diagnostic.severity = severity;
  diagnostic.file = path;
  diagnostic.message = why;
  return diagnostic;
}

void add_file(ConfigSource source, const std::string& path, FoundConfig& found) {
  Result<std::string> text = LocalFiles().read(path, kMostBytes);
  if (text) {
    found.files.push_back({source, path, std::move(text).value()});
  } else if (text.error().code() != ErrorCode::kNotFound) {
    found.diagnostics.push_back(unreadable(path, text.error().message(), Severity::kError));
  }
}

// Whatever it is: what cannot be read as a file is told, not passed over.
bool is_there(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

// A project's file names programs to run: one that somebody else could have put in a parent directory is not taken.
bool is_trusted(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  return status.st_uid == 0 || status.st_uid == ::geteuid();
}

void add_project_file(std::string_view directory, const std::string& user_file, FoundConfig& found) {
  std::string at(directory);
  while (true) {
    const std::string path = (at == "/" ? "" : at) + "/.sennit/config.yaml";
    if (is_there(path) && path != user_file) {
      if (is_trusted(path)) {
        add_file(ConfigSource::kProject, path, found);
      } else {
        found.diagnostics.push_back(unreadable(path, "belongs to somebody else and is ignored", Severity::kWarning));
      }
      return;
    }
    const std::size_t slash = at.rfind('/');
    if (slash == std::string::npos || at == "/") return;
    at.resize(std::max<std::size_t>(slash, 1));
  }
}

}  // namespace

std::string_view to_string(ConfigSource source) {
  switch (source) {
    case ConfigSource::kDefault: return "default";
    case ConfigSource::kSystem: return "system";
    case ConfigSource::kUser: return "user";
    case ConfigSource::kProject: return "project";
    case ConfigSource::kEnvironment: return "environment";
    case ConfigSource::kFlag: return "flag";
  }
  return "default";
}

bool LoadedConfig::ok() const {
  return std::ranges::none_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  std::map<std::string, ConfigOrigin> origins;
  ConfigReader reader(loaded.config, origins);
  std::vector<ConfigFile> files = sources.files;
  std::ranges::stable_sort(files, {}, &ConfigFile::source);
  for (const ConfigFile& file : files) {
    Reporter reporter(file.path, kMostDiagnostics);
    reader.apply_file(file, reporter);
    take_from(reporter, loaded.diagnostics);
  }
  for (const std::string& key : plain_config_keys()) {
    const std::string name = variable_name(key);
    const std::optional<std::string> value = sources.variable ? sources.variable(name) : std::nullopt;
    if (!value) continue;
    Reporter reporter(name, kMostDiagnostics);
    reader.apply_value(ConfigSource::kEnvironment, key, *value, name, reporter);
    take_from(reporter, loaded.diagnostics);
  }
  for (const auto& [key, value] : sources.flags) {
    const std::string flag = fmt::format("--config {}", key);
    Reporter reporter(flag, kMostDiagnostics);
    reader.apply_value(ConfigSource::kFlag, key, value, flag, reporter);
    take_from(reporter, loaded.diagnostics);
  }
  check_default_pool(loaded.config, reader.default_pool(), loaded.diagnostics);
  for (auto& [key, value] : describe_config(loaded.config)) {
    const ConfigOrigin& origin = origins[key];
    loaded.origins.push_back({key, std::move(value), origin.source, origin.where});
  }
  return loaded;
}

std::string user_config_path(const std::function<std::optional<std::string>(std::string_view)>& variable) {
  const auto set = [&](std::string_view name) {
    return variable ? variable(name).value_or(std::string()) : std::string();
  };
  if (const std::string home = set("SENNIT_HOME"); !home.empty()) return home + "/config.yaml";
  if (const std::string config = set("XDG_CONFIG_HOME"); config.starts_with('/')) return config + "/sennit/config.yaml";
  return set("HOME") + "/.config/sennit/config.yaml";
}

std::vector<std::string> shared_config_paths(
    const std::function<std::optional<std::string>(std::string_view)>& variable) {
  return {std::string(kSystemFile), user_config_path(variable)};
}

FoundConfig find_config_files(std::string_view directory,
                              const std::function<std::optional<std::string>(std::string_view)>& variable) {
  FoundConfig found;
  const std::string user_file = user_config_path(variable);
  add_file(ConfigSource::kSystem, std::string(kSystemFile), found);
  add_file(ConfigSource::kUser, user_file, found);
  add_project_file(directory, user_file, found);
  return found;
}

}  // namespace sennit::spec
