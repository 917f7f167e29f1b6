#include "main/pool_settings.h"

#include <sys/stat.h>

#include <utility>

namespace sennit::main {
namespace {

PoolSettings settings_of(const std::string& name, const spec::PoolConfig& pool) {
  PoolSettings settings;
  settings.name = name;
  settings.description = pool.description;
  settings.default_platform = pool.default_platform;
  for (const auto& [platform, config] : pool.platforms) settings.platforms.push_back(platform);
  settings.gpus = pool.gpus;
  settings.cpus = pool.cpus;
  settings.memory = pool.memory;
  settings.quota = pool.quota;
  settings.maintenance = pool.maintenance;
  return settings;
}

}  // namespace

fact::PoolsConfigured pool_settings(const spec::Config& config) {
  fact::PoolsConfigured configured;
  configured.scheduler = config.scheduler;
  for (const auto& [name, pool] : config.pools) configured.pools.push_back(settings_of(name, pool));
  return configured;
}

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)) {
  for (const std::string& path : paths_) marks_.push_back(look_at(path));
}

FileWatch::Mark FileWatch::look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

bool FileWatch::changed() {
  bool changed = false;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const Mark mark = look_at(paths_[i]);
    changed = changed || mark != marks_[i];
    marks_[i] = mark;
  }
  return changed;
}

}  // namespace sennit::main
