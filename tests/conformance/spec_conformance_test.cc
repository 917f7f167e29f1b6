// Every vector of spec.jsonl through the loader.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/render/workflow_json.h"
#include "json_compare.h"
#include "spec/config/pool_file.h"
#include "spec/diagnostic_class.h"
#include "spec/load.h"
#include "spec/write/stable_fixture.h"
#include "substituted.h"
#include "vector_form.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

// A file that lies beside this one.
std::string text_of_file(const std::string& name) {
  std::stringstream text;
  text << std::ifstream(std::string(SENNIT_CONFORMANCE_DIR) + "/" + name).rdbuf();
  return text.str();
}

// The server that answered.
spec::Config server_config() {
  const spec::PoolFile file = spec::read_pool_file("pool.yaml", text_of_file("pool.yaml"));
  EXPECT_TRUE(file.ok()) << spec::render(file.diagnostics, spec::Color::kOff);
  spec::Config config;
  config.pools["local"] = file.pool;
  config.limits.tasks = 20;
  return config;
}

void add_all(const json::object& input, const char* name, std::vector<std::string>& out) {
  const json::value* list = input.if_contains(name);
  if (list == nullptr) return;
  for (const json::value& item : list->as_array()) out.emplace_back(item.as_string());
}

spec::LoadOptions options_of(const json::object& input, const spec::Config& config) {
  spec::LoadOptions options;
  options.directory = "/work";
  options.config = &config;
  options.notes = spec::Notes::kWords;
  add_all(input, "set", options.sets);
  add_all(input, "set_string", options.set_strings);
  return options;
}

// What a submission was given back as; "" for one that is accepted.
std::string refusal_class(const spec::Loaded& loaded) {
  if (loaded.ok()) return "";
  const std::optional<spec::DiagnosticClass> found = spec::class_of(loaded.diagnostics);
  return found ? std::string(spec::to_string(*found)) : "none";
}

std::string first_message(const spec::Loaded& loaded) {
  return loaded.diagnostics.empty() ? "without a diagnostic" : spec::one_line(loaded.diagnostics.front());
}

// The workflow as the store keeps it, and its tasks as a container starts them.
std::string difference_later(const spec::Loaded& loaded, const json::object& input, const json::object& expect) {
  Result<Workflow> read_back = decode_workflow(encode(*loaded.workflow));
  if (!read_back) return "not read back: " + read_back.error().message();
  const json::value* id = input.if_contains("workflow_id");
  if (id == nullptr) return {};
  const Result<Workflow> filled_in = substituted(std::move(read_back).value(), id->as_string());
  if (!filled_in) return "not substituted: " + filled_in.error().message();
  const json::value* wanted = expect.if_contains("substituted");
  if (wanted == nullptr) return {};
  const json::value understood = json::parse(cli::workflow_json(*filled_in, *loaded.notes).value());
  return first_difference(bodies_in_one_form(bodies_of(understood)), bodies_in_one_form(*wanted), "substituted");
}

// Where OSMO's own answer is not worth having: "accept ...", "reject: ...", "reject: ... (or accept ...)".
std::string sane_difference(const std::string& sane, const spec::Loaded& loaded, const json::object& input) {
  const bool may_accept = sane.starts_with("accept") || sane.find("(or accept") != std::string::npos;
  const bool may_refuse = sane.starts_with("reject");
  if (!loaded.ok()) return may_refuse ? "" : "refused: " + first_message(loaded);
  const std::string later = difference_later(loaded, input, {});
  if (!later.empty()) return may_refuse ? "" : later;
  return may_accept ? "" : "accepted";
}

std::string refused_difference(const spec::Loaded& loaded, const json::object& expect) {
  if (loaded.ok()) return "accepted";
  const std::string found = refusal_class(loaded);
  const std::string wanted = text_of(expect, "class");
  return found == wanted ? "" : "refused as " + found + " instead of " + wanted + ": " + first_message(loaded);
}

std::string accepted_difference(const spec::Loaded& loaded, const json::object& input, const json::object& expect) {
  if (!loaded.ok()) return "refused: " + first_message(loaded);
  const json::value* rendered = expect.if_contains("rendered");
  if (rendered != nullptr && loaded.rendered && *loaded.rendered != rendered->as_string()) {
    return "rendered: " + *loaded.rendered;
  }
  const json::value understood = json::parse(cli::workflow_json(*loaded.workflow, *loaded.notes).value());
  const std::string found = first_difference(in_one_form(understood), in_one_form(expect.at("workflow")), "workflow");
  return found.empty() ? difference_later(loaded, input, expect) : found;
}

// What is refused here although OSMO accepts it, by the code of the mistake.
std::string_view refusal_rule(std::string_view code) {
  if (code == "SN110") return "a second list of tasks is refused";
  if (code == "SN207") return "amounts that no task can have are refused";
  if (code == "SN208") return "regular expressions are RE2's";
  if (code == "SN403") return "two ranges of exit codes need a comma between them";
  if (code == "SN411") return "contents that are not base64 are refused when the file is read";
  if (code == "SN413") return "texts that no program can be given are refused";
  return {};
}

// The rule by which vectors like this one differ on purpose; docs/tasks.md tells them. "": none.
std::string_view rule_of(const spec::Loaded& loaded, const json::object& input, const json::object& expect) {
  const std::string text = text_of(input, "text");
  static const RE2 kSpacedToken(
      R"(\{\{( *input *| +(output|workflow_id|(input|host):[^}]+) *|(output|workflow_id|(input|host):[^}]+) +)\}\})");
  if (loaded.ok() && !expect.at("ok").as_bool()) {
    if (text.starts_with("\xEF\xBB\xBF")) return "a byte order mark is passed over";
    if (RE2::PartialMatch(text, kSpacedToken)) return "tokens may have spaces inside, and {{input}} is one";
    if (text_of(expect, "class") == "usage" && text.find('\t') != std::string::npos) return "tabs may separate words";
    return text.find("dataset:") != std::string::npos ? "data sets are part of the format" : "";
  }
  if (loaded.ok() || !expect.at("ok").as_bool()) return {};
  std::string_view rule;
  for (const spec::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity != spec::Severity::kError) continue;
    rule = refusal_rule(diagnostic.code);
    if (rule.empty()) return {};
  }
  return rule;
}

struct Verdict {
  std::string difference;  // "" if nothing differs
  std::string_view rule;
};

Verdict verdict(const json::object& vector, const spec::Config& config) {
  const json::object& input = vector.at("input").as_object();
  const json::object& expect = vector.at("expect").as_object();
  const spec::LoadOptions options = options_of(input, config);
  const spec::Loaded loaded = spec::load(input.at("text").as_string(), options);
  const std::string_view rule = rule_of(loaded, input, expect);
  if (expect.contains("sane")) return {sane_difference(text_of(expect, "sane"), loaded, input), rule};
  if (expect.at("ok").as_bool()) return {accepted_difference(loaded, input, expect), rule};
  return {refused_difference(loaded, expect), rule};
}

TEST(SpecConformance, EveryVectorAnswersAsRecordedOrIsListed) {
  const spec::Config config = server_config();
  Verdicts verdicts;
  for (const json::object& vector : vectors_of("spec.jsonl")) {
    const Verdict found = verdict(vector, config);
    verdicts.add(vector, found.difference, found.rule);
  }
  verdicts.finish("spec.jsonl");
}

TEST(SpecConformance, EveryAcceptedVectorRendersToAFileThatMeansTheSame) {
  const spec::Config config = server_config();
  std::size_t rendered = 0;
  for (const json::object& vector : vectors_of("spec.jsonl")) {
    const json::object& input = vector.at("input").as_object();
    const spec::LoadOptions options = options_of(input, config);
    const std::string text = text_of(input, "text");
    if (!spec::load(text, options).ok()) continue;
    SCOPED_TRACE(id_of(vector));
    spec::expect_stable(text, options);
    ++rendered;
  }
  EXPECT_GT(rendered, 0U);
  std::printf("%zu vectors rendered\n", rendered);
}

// Their authors wrote what they meant, so each warning about an accepted file must be earned: warnings.json lists them.
// Not SN160, since the vectors of expressions share one set of default values.
TEST(SpecConformance, WarningsAboutAcceptedVectorsAreListed) {
  if (std::getenv("SENNIT_CONFORMANCE") != nullptr) GTEST_SKIP() << "the list is of the vectors here";
  const spec::Config config = server_config();
  const json::value listed = json::parse(text_of_file("warnings.json"));
  for (const json::object& vector : vectors_of("spec.jsonl")) {
    const json::object& input = vector.at("input").as_object();
    spec::LoadOptions options = options_of(input, config);
    options.advice = spec::Advice::kGive;
    std::string codes;
    for (const spec::Diagnostic& diagnostic : spec::load(text_of(input, "text"), options).diagnostics) {
      if (diagnostic.severity == spec::Severity::kError) codes.clear();
      if (diagnostic.severity == spec::Severity::kError) break;
      if (diagnostic.code != "SN160") codes += (codes.empty() ? "" : " ") + diagnostic.code;
    }
    const json::value* expected = listed.as_object().if_contains(id_of(vector));
    EXPECT_EQ(codes, expected != nullptr ? std::string(expected->as_string()) : "") << id_of(vector);
  }
}

}  // namespace
}  // namespace sennit::conformance
