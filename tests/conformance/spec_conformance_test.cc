// Every vector of spec.jsonl through the loader.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "json_compare.h"
#include "spec/load.h"
#include "workflow_json.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

constexpr Micros kSixtyDays = std::chrono::hours(24 * 60);

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(SENNIT_CONFORMANCE_DIR) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<json::value> vectors() {
  std::vector<json::value> out;
  std::istringstream lines(read_file("spec.jsonl"));
  for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line));
  return out;
}

std::map<std::string, std::string> listed_differences() {
  std::map<std::string, std::string> out;
  const json::value parsed = json::parse(read_file("differences.json"));
  for (const auto& [id, reason] : parsed.as_object()) {
    out[std::string(id)] = reason.as_string();
  }
  return out;
}

// The server that answered.
spec::Config server_config() {
  spec::PlatformConfig plain;
  plain.privileged_allowed = false;
  plain.host_network_allowed = false;
  plain.allowed_mounts.emplace();
  spec::PlatformConfig big;
  big.allowed_mounts = {"/mnt/shared", "/srv/data"};
  big.default_mounts = {"/dev/shm", "/srv/data"};
  spec::PoolConfig pool;
  pool.default_platform = "std";
  pool.platforms = {{"std", plain}, {"big", big}};
  pool.topology_keys = {"zone", "rack"};
  pool.default_exec_timeout = pool.max_exec_timeout = kSixtyDays;
  pool.default_queue_timeout = pool.max_queue_timeout = kSixtyDays;
  spec::Config config;
  config.pools["local"] = pool;
  config.limits.tasks = 20;
  return config;
}

void add_all(const json::object& input, const char* name, std::vector<std::string>& out) {
  const json::value* list = input.if_contains(name);
  if (list == nullptr) return;
  for (const json::value& item : list->as_array()) out.emplace_back(item.as_string());
}

// Where OSMO's own answer is not worth having: "accept ...", "reject: ...", "reject: ... (or accept ...)".
std::string sane_difference(const std::string& sane, const spec::Loaded& loaded) {
  const bool may_accept = sane.starts_with("accept") || sane.find("(or accept") != std::string::npos;
  const bool may_refuse = sane.starts_with("reject");
  if (loaded.ok()) return may_accept ? "" : "accepted";
  return may_refuse ? "" : "refused: " + spec::one_line(loaded.diagnostics.front());
}

// What differs; "" if nothing does.
std::string difference(const json::value& vector, const spec::Config& config) {
  const json::object& input = vector.at("input").as_object();
  const json::object& expect = vector.at("expect").as_object();
  spec::LoadOptions options;
  options.directory = "/work";
  options.config = &config;
  add_all(input, "set", options.sets);
  add_all(input, "set_string", options.set_strings);
  const spec::Loaded loaded = spec::load(input.at("text").as_string(), options);
  if (const json::value* sane = expect.if_contains("sane"))
    return sane_difference(std::string(sane->as_string()), loaded);
  if (!expect.at("ok").as_bool()) return loaded.ok() ? "accepted" : "";
  if (!loaded.ok()) {
    return "refused: " + (loaded.diagnostics.empty() ? std::string() : spec::one_line(loaded.diagnostics.front()));
  }
  if (const json::value* rendered = expect.if_contains("rendered"); rendered != nullptr && loaded.rendered) {
    if (*loaded.rendered != rendered->as_string()) return "rendered: " + *loaded.rendered;
  }
  return first_difference(to_vector_json(*loaded.workflow), normalised(expect.at("workflow")), "workflow");
}

TEST(SpecConformance, EveryVectorAnswersAsRecordedOrIsListed) {
  const spec::Config config = server_config();
  const std::map<std::string, std::string> listed = listed_differences();
  std::set<std::string> differing;
  std::size_t passed = 0;
  for (const json::value& vector : vectors()) {
    const std::string id(vector.at("id").as_string());
    const std::string found = difference(vector, config);
    if (found.empty()) {
      ++passed;
      continue;
    }
    differing.insert(id);
    if (!listed.contains(id)) ADD_FAILURE() << id << " (" << vector.at("note").as_string() << "): " << found;
  }
  for (const auto& [id, reason] : listed) {
    EXPECT_TRUE(differing.contains(id)) << id << " is listed as a difference (" << reason << ") and is none";
  }
  RecordProperty("passed", static_cast<int>(passed));
  std::printf("%zu vectors as recorded, %zu otherwise\n", passed, differing.size());
}

}  // namespace
}  // namespace sennit::conformance
