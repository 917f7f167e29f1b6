#include "spec/config/pool_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spec/reporter.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

// The names below `pools:`, and whether the file says which of them it means.
struct Named {
  std::vector<std::string> pools;
  bool has_default = false;
};

Named names_in(std::string_view text) {
  static const Limits kLimits;
  Named named;
  Reporter silent({}, 0);
  YamlParser parser(text, kLimits, silent);
  const std::optional<YamlValue> root = parser.root();
  const Node* node = root ? parser.tree(*root) : nullptr;
  if (node == nullptr || !node->is_mapping()) return named;
  for (const Node& value : Children(*node)) {
    if (value.key->text == "default_pool") named.has_default = true;
    if (value.key->text != "pools" || !value.is_mapping()) continue;
    for (const Node& pool : Children(value)) named.pools.emplace_back(pool.key->text);
  }
  return named;
}

}  // namespace

bool PoolFile::ok() const {
  return std::ranges::none_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

bool is_pool_file(std::string_view pool, const Config& config) {
  if (config.pools.contains(pool)) return false;
  return pool.find('/') != std::string_view::npos || pool.ends_with(".yaml") || pool.ends_with(".yml") ||
         pool.ends_with(".json");
}

PoolFile read_pool_file(const std::string& path, const std::string& text) {
  const Named named = names_in(text);
  LoadedConfig loaded = load_config({.files = {{ConfigSource::kFlag, path, text}}, .variable = {}, .flags = {}});
  PoolFile file{.name = {}, .pool = {}, .diagnostics = std::move(loaded.diagnostics)};
  if (!file.ok()) return file;
  Reporter reporter(path, 1);
  if (named.has_default || named.pools.size() == 1) {
    file.name = named.has_default ? loaded.config.default_pool : named.pools.front();
    file.pool = loaded.config.pools.at(file.name);
  } else {
    const std::string message = named.pools.empty()
                                    ? std::string("the file describes no pool")
                                    : fmt::format("the file has several pools: {}", fmt::join(named.pools, ", "));
    reporter.error_in_general(Code::kUnknownPool, {}, message,
                              {.expected = named.pools.empty() ? "'pools:' with an entry, as in config.yaml"
                                                               : "'default_pool:' with one of them",
                               .suggestion = {}});
    file.diagnostics = reporter.take();
  }
  return file;
}

}  // namespace sennit::spec
