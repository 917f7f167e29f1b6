#include "spec/config/config_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "spec/absolute_path.h"
#include "spec/config/hooks_reader.h"
#include "spec/device_list.h"
#include "spec/exit_actions.h"
#include "spec/fields.h"
#include "spec/storage_url.h"
#include "spec/strict_values.h"
#include "spec/values.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();

// Walks a map whose fields are known, keeping the dotted path and the origin of each value. Maps keep their own.
template <class T, std::size_t N>
void read_section(ConfigReader& reader, const Node& map, std::string_view what,
                  const std::array<FieldOf<ConfigReader, T>, N>& fields, T& out) {
  if (map.is_null() || !expect_map(reader.reporter(), map, what)) return;
  for (const Node& value : Children(map)) {
    std::size_t at = 0;
    while (at < N && fields[at].name != value.key->text) ++at;
    if (at == N) {
      std::array<std::string_view, N> names;
      for (std::size_t i = 0; i < N; ++i) names[i] = fields[i].name;
      report_unknown_field(reader.reporter(), *value.key, what, names);
      continue;
    }
    const std::uint32_t errors = reader.reporter().errors();
    fields[at].read(reader, value, out);
    if (!value.is_mapping() && reader.reporter().errors() == errors) reader.record(*value.key);
  }
}

// The path inside, for as long as it lives.
class Inside {
 public:
  Inside(ConfigReader& reader, std::string_view key) : path_(reader.path()), size_(path_.size()) {
    path_ += path_.empty() ? "" : ".";
    path_ += key;
  }
  ~Inside() { path_.resize(size_); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  std::string& path_;
  std::size_t size_;
};

std::string quoted_key(const Node& value) { return fmt::format("'{}'", value.key->text); }

template <class Number>
void read_number(ConfigReader& reader, const Node& value, std::int64_t least, Number& out) {
  const auto number = read_count(reader.reporter(), value, quoted_key(value), least, kMost32);
  if (number) out = static_cast<Number>(*number);
}

void read_bytes(ConfigReader& reader, const Node& value, std::uint64_t& out) {
  const std::optional<Bytes> bytes = read_quantity(reader.reporter(), value, quoted_key(value));
  if (bytes) out = bytes->count();
}

void read_time(ConfigReader& reader, const Node& value, Micros& out) {
  const std::optional<Micros> time = read_span(reader.reporter(), value, quoted_key(value));
  if (time) out = *time;
}

void read_flag(ConfigReader& reader, const Node& value, bool& out) {
  out = read_switch(reader.reporter(), value, quoted_key(value)).value_or(out);
}

void read_words(ConfigReader& reader, const Node& value, std::vector<std::string>& out) {
  read_text_list(reader.reporter(), value, quoted_key(value), Accept::kVerbatim, out);
}

// A field that is a number, a size or a time of a struct: the member says which.
template <auto Member, std::int64_t Least = 1>
struct Plain;
template <class T, std::uint32_t T::*Member, std::int64_t Least>
struct Plain<Member, Least> {
  static void read(ConfigReader& reader, const Node& value, T& out) { read_number(reader, value, Least, out.*Member); }
};
template <class T, std::int32_t T::*Member, std::int64_t Least>
struct Plain<Member, Least> {
  static void read(ConfigReader& reader, const Node& value, T& out) { read_number(reader, value, Least, out.*Member); }
};
template <class T, std::uint64_t T::*Member, std::int64_t Least>
struct Plain<Member, Least> {
  static void read(ConfigReader& reader, const Node& value, T& out) { read_bytes(reader, value, out.*Member); }
};
template <class T, Micros T::*Member, std::int64_t Least>
struct Plain<Member, Least> {
  static void read(ConfigReader& reader, const Node& value, T& out) { read_time(reader, value, out.*Member); }
};
template <class T, bool T::*Member, std::int64_t Least>
struct Plain<Member, Least> {
  static void read(ConfigReader& reader, const Node& value, T& out) { read_flag(reader, value, out.*Member); }
};

constexpr auto kLimitFields = std::to_array<FieldOf<ConfigReader, Limits>>({
    {"file_size", Plain<&Limits::file_bytes>::read},
    {"yaml_depth", Plain<&Limits::depth>::read},
    {"yaml_aliases", Plain<&Limits::alias_nodes>::read},
    {"scalar_size", Plain<&Limits::scalar_bytes>::read},
    {"task_size", Plain<&Limits::task_bytes>::read},
    {"tasks", Plain<&Limits::tasks>::read},
    {"name_length", Plain<&Limits::name_length>::read},
    {"job_name_length", Plain<&Limits::job_name_length>::read},
    {"labels", Plain<&Limits::labels, 0>::read},
    {"max_retry_per_task", Plain<&Limits::max_retry_per_task, 0>::read},
    {"diagnostics", Plain<&Limits::diagnostics>::read},
    {"template_output", Plain<&Limits::template_output>::read},
    {"template_steps", Plain<&Limits::template_steps>::read},
});

constexpr auto kRetentionFields = std::to_array<FieldOf<ConfigReader, RetentionConfig>>({
    {"finished", Plain<&RetentionConfig::finished>::read},
    {"workflows", Plain<&RetentionConfig::workflows, 0>::read},
    {"size", Plain<&RetentionConfig::size>::read},
    {"size_spares", Plain<&RetentionConfig::size_spares>::read},
});

void read_enforce_limits(ConfigReader& reader, const Node& value, ServerConfig& server) {
  static constexpr std::array<std::string_view, 2> kWords = {"auto", "off"};
  const auto word = read_word(reader.reporter(), value, "'enforce_limits'", kWords);
  if (word) server.enforce_limits = static_cast<EnforceLimits>(*word);
}

constexpr auto kSchedulerFields = std::to_array<FieldOf<ConfigReader, SchedulerSettings>>({
    {"aging", Plain<&SchedulerSettings::aging>::read},
    {"preemption_protection", Plain<&SchedulerSettings::preemption_protection>::read},
});

constexpr auto kServerFields = std::to_array<FieldOf<ConfigReader, ServerConfig>>({
    {"idle_timeout", Plain<&ServerConfig::idle_timeout>::read},
    {"stop_grace", Plain<&ServerConfig::stop_grace>::read},
    {"start_timeout", Plain<&ServerConfig::start_timeout>::read},
    {"gpu_idle_after", Plain<&ServerConfig::gpu_idle_after>::read},
    {"slots", Plain<&ServerConfig::slots, 0>::read},
    {"enforce_limits", read_enforce_limits},
    {"max_processes", Plain<&ServerConfig::max_processes, 0>::read},
});

void read_allowed_mounts(ConfigReader& reader, const Node& value, PlatformConfig& platform) {
  read_words(reader, value, platform.allowed_mounts.emplace());
}
void read_default_mounts(ConfigReader& reader, const Node& value, PlatformConfig& platform) {
  read_words(reader, value, platform.default_mounts);
}

template <class T>
void read_cost(ConfigReader& reader, const Node& value, T& out) {
  if (const auto price = read_price(reader.reporter(), value, "'cost_per_gpu_hour'")) out.cost_per_gpu_hour = price;
}

constexpr auto kPlatformFields = std::to_array<FieldOf<ConfigReader, PlatformConfig>>({
    {"privileged_allowed", Plain<&PlatformConfig::privileged_allowed>::read},
    {"host_network_allowed", Plain<&PlatformConfig::host_network_allowed>::read},
    {"allowed_mounts", read_allowed_mounts},
    {"default_mounts", read_default_mounts},
    {"cost_per_gpu_hour", read_cost<PlatformConfig>},
});

void read_platforms(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  if (value.is_null() || !expect_map(reader.reporter(), value, "'platforms'")) return;
  const Inside platforms(reader, "platforms");
  for (const Node& entry : Children(value)) {
    const Inside name(reader, entry.key->text);
    PlatformConfig& platform = pool.platforms[std::string(entry.key->text)];
    read_section(reader, entry, fmt::format("the platform '{}'", entry.key->text), kPlatformFields, platform);
  }
}

void read_default_platform(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  read_text(reader.reporter(), value, "'default_platform'", Accept::kVerbatim, pool.default_platform);
}

// A list of devices, or how many of the first ones.
void read_pool_gpus(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  if (value.is_sequence()) {
    if (const auto devices = read_devices(reader.reporter(), value, "'gpus'")) pool.gpus = devices;
    return;
  }
  const auto count = read_count(reader.reporter(), value, "'gpus'", 0, GpuSet::kMaxDevices);
  if (count) pool.gpus = GpuSet::first(static_cast<unsigned>(*count));
}

void read_pool_cpus(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  read_number(reader, value, 1, pool.cpus.emplace(1));
}
void read_pool_memory(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  if (const auto memory = read_quantity(reader.reporter(), value, "'memory'")) pool.memory = memory;
}
void read_topology_keys(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  read_words(reader, value, pool.topology_keys.emplace());
}

// Replaced as a whole: which of two ranges counts depends on their order.
void read_default_exit_actions(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  const std::uint32_t errors = reader.reporter().errors();
  read_exit_actions(reader.reporter(), value, "'default_exit_actions'", pool.default_exit_actions);
  if (reader.reporter().errors() == errors) reader.record(*value.key);
}

void read_description(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  read_text(reader.reporter(), value, "'description'", Accept::kVerbatim, pool.description);
}

constexpr auto kGpuQuotaFields = std::to_array<FieldOf<ConfigReader, GpuQuota>>({
    {"guarantee", Plain<&GpuQuota::guarantee, -1>::read},
    {"maximum", Plain<&GpuQuota::maximum, -1>::read},
    {"weight", Plain<&GpuQuota::weight>::read},
});

void read_gpu_quota(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  const Inside gpu(reader, "gpu");
  read_section(reader, value, "'gpu'", kGpuQuotaFields, pool.quota);
  const GpuQuota& quota = pool.quota;
  if (quota.maximum < 0 || quota.maximum >= quota.guarantee) return;
  reader.reporter().error(
      Code::kBadQuota, value.at,
      fmt::format("the maximum of {} GPUs is below the guarantee of {}", quota.maximum, quota.guarantee),
      {.expected = "a maximum that is at least the guarantee, or -1 for none", .suggestion = {}});
}

constexpr auto kPoolResourceFields = std::to_array<FieldOf<ConfigReader, PoolConfig>>({{"gpu", read_gpu_quota}});

void read_pool_resources(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  const Inside resources(reader, "resources");
  read_section(reader, value, "'resources'", kPoolResourceFields, pool);
}

void read_runtime(ConfigReader& reader, const Node& value, PoolConfig& pool) {
  static constexpr std::array<std::string_view, 4> kWords = {"auto", "process", "sandbox", "container"};
  const auto word = read_word(reader.reporter(), value, "'runtime'", kWords);
  if (word) pool.runtime = parse_runtime(kWords.at(*word)).value_or(pool.runtime);
}

constexpr auto kPoolFields = std::to_array<FieldOf<ConfigReader, PoolConfig>>({
    {"description", read_description},
    {"resources", read_pool_resources},
    {"enable_maintenance", Plain<&PoolConfig::maintenance>::read},
    {"default_platform", read_default_platform},
    {"platforms", read_platforms},
    {"gpus", read_pool_gpus},
    {"cpus", read_pool_cpus},
    {"memory", read_pool_memory},
    {"topology_keys", read_topology_keys},
    {"default_exit_actions", read_default_exit_actions},
    {"default_exec_timeout", Plain<&PoolConfig::default_exec_timeout>::read},
    {"default_queue_timeout", Plain<&PoolConfig::default_queue_timeout>::read},
    {"max_exec_timeout", Plain<&PoolConfig::max_exec_timeout>::read},
    {"max_queue_timeout", Plain<&PoolConfig::max_queue_timeout>::read},
    {"cost_per_gpu_hour", read_cost<PoolConfig>},
    {"runtime", read_runtime},
});

void read_pools(ConfigReader& reader, const Node& value, Config& config) {
  if (value.is_null() || !expect_map(reader.reporter(), value, "'pools'")) return;
  const Inside pools(reader, "pools");
  for (const Node& entry : Children(value)) {
    const Inside name(reader, entry.key->text);
    PoolConfig& pool = config.pools[std::string(entry.key->text)];
    read_section(reader, entry, fmt::format("the pool '{}'", entry.key->text), kPoolFields, pool);
  }
}

// A list of words, or one text that is split at its spaces.
bool read_program(ConfigReader& reader, const Node& value, std::vector<std::string>& program) {
  if (value.is_sequence()) {
    read_text_list(reader.reporter(), value, quoted_key(value), Accept::kVerbatim, program);
  } else {
    std::string text;
    if (!read_text(reader.reporter(), value, quoted_key(value), Accept::kVerbatim, text)) return false;
    program.clear();
    std::size_t at = 0;
    while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      program.push_back(text.substr(at, end - at));
      at = end;
    }
  }
  if (!program.empty()) return true;
  reader.reporter().error(Code::kEmpty, value.at, fmt::format("the verb {} has no program", quoted_key(value)),
                          {.expected = "[program, argument, ...]", .suggestion = {}});
  return false;
}

// A program that is named by a path means the same wherever a job runs: it is looked for from the folder that the file
// is for, which of a project's is the one that holds `.sennit`.
void anchor_program(const ConfigReader& reader, std::string& program) {
  const std::string& folder = reader.folder();
  if (folder.empty() || program.starts_with('/') || program.find('/') == std::string::npos) return;
  program = absolute_path(program, folder);
}

void read_verbs(ConfigReader& reader, const Node& value, Config& config) {
  if (value.is_null() || !expect_map(reader.reporter(), value, "'verbs'")) return;
  const Inside verbs(reader, "verbs");
  for (const Node& entry : Children(value)) {
    std::vector<std::string> program;
    if (!read_program(reader, entry, program)) continue;
    anchor_program(reader, program.front());
    config.verbs.insert_or_assign(std::string(entry.key->text), std::move(program));
    reader.record(*entry.key);
  }
}

void read_retention(ConfigReader& reader, const Node& value, Config& config) {
  const Inside inside(reader, "retention");
  read_section(reader, value, "'retention'", kRetentionFields, config.retention);
}
void read_limits(ConfigReader& reader, const Node& value, Config& config) {
  const Inside inside(reader, "limits");
  read_section(reader, value, "'limits'", kLimitFields, config.limits);
}
void read_server(ConfigReader& reader, const Node& value, Config& config) {
  const Inside inside(reader, "server");
  read_section(reader, value, "'server'", kServerFields, config.server);
}
void read_scheduler(ConfigReader& reader, const Node& value, Config& config) {
  const Inside inside(reader, "scheduler");
  read_section(reader, value, "'scheduler'", kSchedulerFields, config.scheduler);
}
void read_default_bucket(ConfigReader& reader, const Node& value, DatasetsConfig& datasets) {
  read_text(reader.reporter(), value, "'default_bucket'", Accept::kVerbatim, datasets.default_bucket);
}

void read_buckets(ConfigReader& reader, const Node& value, DatasetsConfig& datasets) {
  if (value.is_null() || !expect_map(reader.reporter(), value, "'buckets'")) return;
  const Inside buckets(reader, "buckets");
  for (const Node& entry : Children(value)) {
    std::string url;
    if (!read_text(reader.reporter(), entry, quoted_key(entry), Accept::kVerbatim, url)) continue;
    if (!url.starts_with("file:///") && !parse_storage_url(url)) {
      reader.reporter().error(
          Code::kBadStorageUrl, entry.at, fmt::format("'{}' is not a storage URL", url),
          {.expected = "s3://, gs://, azure://, swift:// or tos:// with a bucket, or file:///path", .suggestion = {}});
      continue;
    }
    datasets.buckets.insert_or_assign(std::string(entry.key->text), std::move(url));
    reader.record(*entry.key);
  }
}

constexpr auto kDatasetsFields = std::to_array<FieldOf<ConfigReader, DatasetsConfig>>({
    {"default_bucket", read_default_bucket},
    {"buckets", read_buckets},
});

void read_datasets(ConfigReader& reader, const Node& value, Config& config) {
  const Inside inside(reader, "datasets");
  read_section(reader, value, "'datasets'", kDatasetsFields, config.datasets);
}
void read_default_pool(ConfigReader& reader, const Node& value, Config& config) {
  if (!read_text(reader.reporter(), value, "'default_pool'", Accept::kVerbatim, config.default_pool)) return;
  reader.note_default_pool(value);
}

void read_tags(ConfigReader& reader, const Node& value, Config& config) {
  read_words(reader, value, config.tags.emplace());
}

void read_enforcement(ConfigReader& reader, const Node& value, LabelPolicy& policy) {
  static constexpr std::array<std::pair<std::string_view, LabelEnforcement>, 3> kWords{
      {{"off", LabelEnforcement::kOff}, {"warn", LabelEnforcement::kWarn}, {"enforce", LabelEnforcement::kEnforce}}};
  std::string word;
  if (!read_text(reader.reporter(), value, "'enforcement'", Accept::kVerbatim, word)) return;
  const auto found = std::ranges::find(kWords, word, &std::pair<std::string_view, LabelEnforcement>::first);
  if (found != kWords.end()) {
    policy.enforcement = found->second;
    return;
  }
  reader.reporter().error(Code::kUnknownValue, value.at, fmt::format("'enforcement' cannot be '{}'", word),
                          {.expected = "off, warn or enforce", .suggestion = {}});
}

void read_allowed_values(ConfigReader& reader, const Node& value, LabelPolicy& policy) {
  read_words(reader, value, policy.allowed);
}

constexpr auto kLabelPolicyFields = std::to_array<FieldOf<ConfigReader, LabelPolicy>>({
    {"enforcement", read_enforcement},
    {"values", read_allowed_values},
});

void read_label_policies(ConfigReader& reader, const Node& value, Config& config) {
  if (value.is_null() || !expect_map(reader.reporter(), value, "'label_policies'")) return;
  const Inside policies(reader, "label_policies");
  for (const Node& entry : Children(value)) {
    const Inside name(reader, entry.key->text);
    LabelPolicy& policy = config.label_policies[std::string(entry.key->text)];
    policy.key = entry.key->text;
    policy.enforcement = LabelEnforcement::kEnforce;  // whoever names one means it
    read_section(reader, entry, fmt::format("the label '{}'", entry.key->text), kLabelPolicyFields, policy);
  }
}

constexpr auto kRootFields = std::to_array<FieldOf<ConfigReader, Config>>({
    {"default_pool", read_default_pool},
    {"pools", read_pools},
    {"verbs", read_verbs},
    {"retention", read_retention},
    {"limits", read_limits},
    {"scheduler", read_scheduler},
    {"server", read_server},
    {"datasets", read_datasets},
    {"hooks", read_hooks},
    {"tags", read_tags},
    {"label_policies", read_label_policies},
});

template <class Fields>
void add_keys(std::string_view prefix, const Fields& fields, std::vector<std::string>& keys) {
  for (const auto& field : fields) keys.push_back(fmt::format("{}.{}", prefix, field.name));
}

}  // namespace

const std::vector<std::string>& plain_config_keys() {
  static const std::vector<std::string> kKeys = [] {
    std::vector<std::string> keys{"default_pool", "datasets.default_bucket"};
    add_keys("retention", kRetentionFields, keys);
    add_keys("limits", kLimitFields, keys);
    add_keys("scheduler", kSchedulerFields, keys);
    add_keys("server", kServerFields, keys);
    return keys;
  }();
  return kKeys;
}

void ConfigReader::record(const Node& key) {
  const std::string full = path_.empty() ? std::string(key.text) : fmt::format("{}.{}", path_, key.text);
  origins_[full] = {source_, has_lines_ ? fmt::format("{}:{}", where_, key.at.line + 1) : where_};
}

void ConfigReader::note_default_pool(const Node& value) {
  default_pool_ = {.file = where_, .place = std::nullopt};
  if (reporter_->view() != nullptr) default_pool_.place = reporter_->view()->place_of(value.at);
}

void ConfigReader::apply_root(const Node& root) { read_section(*this, root, "config.yaml", kRootFields, config_); }

namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string folder_of(const ConfigFile& file) {
  const std::string folder = parent_of(file.path);
  return file.source == ConfigSource::kProject ? parent_of(folder) : folder;
}

}  // namespace

void ConfigReader::apply_file(const ConfigFile& file, Reporter& reporter) {
  reporter_ = &reporter;
  source_ = file.source;
  where_ = file.path;
  folder_ = folder_of(file);
  has_lines_ = true;
  static const Limits kLimits;
  SourceView view(file.text);
  reporter.look_at(view);
  YamlParser parser(file.text, kLimits, reporter);
  if (const std::optional<YamlValue> root = parser.root()) {
    if (const Node* node = parser.tree(*root)) apply_root(*node);
    parser.finish();
  }
  reporter.look_away();
}

void ConfigReader::apply_value(ConfigSource source, std::string_view key, std::string_view value,
                               std::string_view where, Reporter& reporter) {
  reporter_ = &reporter;
  source_ = source;
  where_ = where;
  folder_.clear();
  has_lines_ = false;
  static const Limits kLimits;
  YamlParser parser(value, kLimits, reporter);
  Node empty;
  empty.type = ScalarType::kText;
  const std::optional<YamlValue> root = parser.root();
  const Node* node = root ? parser.tree(*root) : &empty;
  if (node == nullptr) return;
  // a.b.c = value, as the file {a: {b: {c: value}}} would say it
  std::deque<Node> nodes{*node};
  std::deque<Node> keys;
  std::string_view rest = key;
  while (!rest.empty()) {
    const std::size_t dot = rest.rfind('.');
    keys.emplace_back().text = dot == std::string_view::npos ? rest : rest.substr(dot + 1);
    nodes.back().key = &keys.back();
    Node& map = nodes.emplace_back();
    map.kind = Node::Kind::kMapping;
    map.first = &nodes[nodes.size() - 2];
    map.count = 1;
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(0, dot);
  }
  apply_root(nodes.back());
}

}  // namespace sennit::spec
