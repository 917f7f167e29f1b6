// Applies one source of configuration onto what the ones before it said.
//
// Threads:   one.
// Ownership: works on a Config and a Reporter that must outlive it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "spec/config/config.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

struct ConfigOrigin {
  ConfigSource source = ConfigSource::kDefault;
  std::string where;
};

class ConfigReader {
 public:
  ConfigReader(Config& config, std::map<std::string, ConfigOrigin>& origins) : config_(config), origins_(origins) {}

  // A whole file.
  void apply_file(const ConfigFile& file, Reporter& reporter);
  // One key with its value as YAML: from the environment or a flag. `where` is the variable or flag.
  void apply_value(ConfigSource source, std::string_view key, std::string_view value, std::string_view where,
                   Reporter& reporter);

  Config& config() { return config_; }
  Reporter& reporter() { return *reporter_; }
  // Remembers where the value at the current path + `key` comes from.
  void record(const Node& key);
  // Where default_pool was said last: it is looked up when all sources have been read.
  struct Said {
    std::string file = "config.yaml";  // or a variable or flag
    std::optional<SourcePlace> place;  // in a file
  };
  const Said& default_pool() const { return default_pool_; }
  void note_default_pool(const Node& value);
  std::string& path() { return path_; }
  ConfigSource source() const { return source_; }
  // Where relative programs of the file at hand are looked for; empty: it is no file.
  const std::string& folder() const { return folder_; }

 private:
  void apply_root(const Node& root);

  Config& config_;
  std::map<std::string, ConfigOrigin>& origins_;
  Reporter* reporter_ = nullptr;
  ConfigSource source_ = ConfigSource::kDefault;
  std::string where_;
  std::string folder_;
  bool has_lines_ = false;
  std::string path_;
  Said default_pool_;
};

// The dotted keys that the environment can set.
const std::vector<std::string>& plain_config_keys();

// Every key of a configuration with its value as one would write it, sorted by key.
std::map<std::string, std::string> describe_config(const Config& config);

}  // namespace sennit::spec
