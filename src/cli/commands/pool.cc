#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/render/pools_text.h"
#include "cli/session.h"
#include "spec/suggest.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

bool is_wanted(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

// What was asked for and is not there, with what may have been meant.
template <class Names>
Result<void> check_known(std::string_view kind, const std::vector<std::string>& wanted, const Names& names) {
  for (const std::string& one : wanted) {
    if (std::ranges::find(names, one) != names.end()) continue;
    spec::Nearest nearest(one);
    for (const std::string& name : names) nearest.consider(name);
    std::string message = fmt::format("there is no {} '{}'", kind, one);
    if (!nearest.result().empty()) message += fmt::format("; did you mean '{}'?", nearest.result());
    return Error(ErrorCode::kNotFound, std::move(message));
  }
  return {};
}

UsageMode mode_of(const std::optional<std::string>& text) {
  return text && *text == "free" ? UsageMode::kFree : UsageMode::kUsed;
}

Option mode_option(std::optional<std::string>& target) {
  return {.names = "-m,--mode",
          .value = "MODE",
          .help = "used: what is used of how much; free: what is left",
          .target = &target,
          .choices = {"used", "free"}};
}

class PoolListCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {{.names = "-p,--pool",
                         .value = "NAME",
                         .help = "only this pool; may be repeated",
                         .target = &pools_,
                         .completes = Completes::kPool},
                        mode_option(mode_)}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->collection_json(client::Collection::kPools);
    if (!json) return session.fail(json.error());
    if (session.wants_json() && pools_.empty()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    Result<views::PoolList> list = views::parse_pool_list(*json);
    if (!list) return session.fail(list.error());
    if (const Result<void> known = keep_wanted(*list); !known) return session.fail(known.error());
    if (session.wants_json()) {
      session.print_json(to_json(*list));
    } else {
      session.out().write(pools_text(*list, mode_of(mode_), session.out_style()));
    }
    return ExitCode::kCompleted;
  }

 private:
  Result<void> keep_wanted(views::PoolList& list) const {
    if (pools_.empty()) return {};
    std::vector<std::string> names;
    for (const views::NodeSetView& set : list.node_sets) {
      for (const views::PoolView& pool : set.pools) names.push_back(pool.name);
    }
    SENNIT_TRY(check_known("pool", pools_, names));
    list.resource_sum = {};
    for (views::NodeSetView& set : list.node_sets) keep_wanted(set, list.resource_sum);
    std::erase_if(list.node_sets, [](const views::NodeSetView& set) { return set.pools.empty(); });
    return {};
  }

  void keep_wanted(views::NodeSetView& set, views::PoolUsage& sum) const {
    std::erase_if(set.pools, [this](const views::PoolView& pool) { return !is_wanted(pools_, pool.name); });
    if (set.pools.empty()) return;
    for (const views::PoolView& pool : set.pools) {
      sum.quota_used += pool.resource_usage.quota_used;
      sum.quota_free += pool.resource_usage.quota_free;
      sum.quota_limit += pool.resource_usage.quota_limit;
      sum.total_usage += pool.resource_usage.total_usage;
    }
    sum.total_capacity += set.pools.front().resource_usage.total_capacity;
    sum.total_free += set.pools.front().resource_usage.total_free;
  }

  std::vector<std::string> pools_;
  std::optional<std::string> mode_;
};

// What both commands about hosts start with.
Result<views::NodeList> read_nodes(Session& session) {
  SENNIT_ASSIGN(client::Api api, session.connect());
  SENNIT_ASSIGN(const std::string json, api.collection_json(client::Collection::kResources));
  return views::parse_node_list(json);
}

// The parts of hosts that belong to one of the pools and platforms.
void keep_parts(views::NodeList& list, const std::vector<std::string>& pools,
                const std::vector<std::string>& platforms) {
  for (views::NodeView& node : list.resources) {
    std::erase_if(node.pools, [&](const views::NodePoolView& part) {
      return !is_wanted(pools, part.pool) || !is_wanted(platforms, part.platform);
    });
  }
  std::erase_if(list.resources, [](const views::NodeView& node) { return node.pools.empty(); });
}

Result<void> check_parts(const views::NodeList& list, const std::vector<std::string>& pools,
                         const std::vector<std::string>& platforms) {
  std::vector<std::string> known_pools;
  std::vector<std::string> known_platforms;
  for (const views::NodeView& node : list.resources) {
    for (const views::NodePoolView& part : node.pools) {
      known_pools.push_back(part.pool);
      known_platforms.push_back(part.platform);
    }
  }
  SENNIT_TRY(check_known("pool", pools, known_pools));
  return check_known("platform", platforms, known_platforms);
}

class ResourceListCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .options = {
            {.names = "-p,--pool",
             .value = "NAME",
             .help = "only hosts of this pool; may be repeated",
             .target = &pools_,
             .completes = Completes::kPool},
            {.names = "--platform",
             .value = "NAME",
             .help = "only this platform; may be repeated",
             .target = &platforms_},
            {.names = "-a,--all", .value = "", .help = "of all pools, which is what is shown anyway", .target = &all_},
            mode_option(mode_)}};
  }

  ExitCode run(Session& session) override {
    Result<views::NodeList> list = read_nodes(session);
    if (!list) return session.fail(list.error());
    const Result<void> known = check_parts(*list, pools_, platforms_);
    if (!known) return session.fail(known.error());
    if (!pools_.empty() || !platforms_.empty()) keep_parts(*list, pools_, platforms_);
    if (session.wants_json()) {
      session.print_json(to_json(*list));
    } else {
      session.out().write(nodes_text(*list, mode_of(mode_), session.out_style()));
    }
    return ExitCode::kCompleted;
  }

 private:
  std::vector<std::string> pools_;
  std::vector<std::string> platforms_;
  bool all_ = false;
  std::optional<std::string> mode_;
};

class ResourceInfoCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NODE", .help = "a host, as `sennit resource list` names it", .target = &node_}},
            .options = {{.names = "-p,--pool",
                         .value = "NAME",
                         .help = "what this pool may use of it",
                         .target = &pools_,
                         .completes = Completes::kPool},
                        {.names = "--platform",
                         .value = "NAME",
                         .help = "what this platform may use of it",
                         .target = &platforms_}}};
  }

  ExitCode run(Session& session) override {
    Result<views::NodeList> list = read_nodes(session);
    if (!list) return session.fail(list.error());
    std::vector<std::string> names;
    for (const views::NodeView& node : list->resources) names.push_back(node.node);
    if (const auto known = check_known("host", {node_}, names); !known) return session.fail(known.error());
    std::erase_if(list->resources, [this](const views::NodeView& node) { return node.node != node_; });
    if (const auto known = check_parts(*list, pools_, platforms_); !known) return session.fail(known.error());
    if (!pools_.empty() || !platforms_.empty()) keep_parts(*list, pools_, platforms_);
    if (session.wants_json()) {
      session.print_json(to_json(*list));
    } else {
      for (const views::NodeView& node : list->resources) session.out().write(node_text(node, session.out_style()));
    }
    return ExitCode::kCompleted;
  }

 private:
  std::string node_;
  std::vector<std::string> pools_;
  std::vector<std::string> platforms_;
};

}  // namespace

const CommandInfo kPoolListCommand{
    .name = "pool list",
    .section = Section::kLook,
    .summary = "List the pools: status, quota and use of GPUs",
    .examples =
        "sennit pool list\n"
        "sennit pool list -m free\n"
        "sennit pool list -p train -o json",
    .details =
        "Quota is what NORMAL and HIGH tasks use of what is guaranteed to the pool; the totals count LOW tasks too.\n"
        "Pools that share devices are listed together: their capacity is one and the same (shared).",
    .make = [] { return std::unique_ptr<Command>(new PoolListCommand); }};

const CommandInfo kResourceListCommand{.name = "resource list",
                                       .section = Section::kLook,
                                       .summary = "List the hosts with what is used of them, by pool and platform",
                                       .examples =
                                           "sennit resource list\n"
                                           "sennit resource list -m free -p train",
                                       .details = "",
                                       .make = [] { return std::unique_ptr<Command>(new ResourceListCommand); }};

const CommandInfo kResourceInfoCommand{.name = "resource info",
                                       .section = Section::kLook,
                                       .summary = "Show one host: its pools, its devices and who holds them",
                                       .examples = "sennit resource info $(hostname)",
                                       .details = "",
                                       .make = [] { return std::unique_ptr<Command>(new ResourceInfoCommand); }};

}  // namespace sennit::cli
