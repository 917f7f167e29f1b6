#include "spec/json_schema.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "spec/jobs/jobs_reader.h"
#include "spec/schema/shapes.h"
#include "spec/tasks/workflow_reader.h"

namespace sennit::spec {
namespace {

// `default-values`: what Python takes for nothing counts as none.
Schema defaults_shape() {
  return Schema::any_of(
      {Schema::of_type("object"), Schema::of_type("null"), Schema().json("enum", "[false,0,\"\",\"0\",[]]")});
}

constexpr auto kSections = std::to_array<FieldText>({
    {"workflow", Need::kRequired, workflow_schema,
     "What runs: tasks, or groups of tasks. This section is a Jinja template."},
    {"default-values", Need::kOptional, defaults_shape,
     "Variables of the template with their values; `--set name=value` replaces one when the file is submitted."},
    {"version", Need::kOptional, anything, "The version of the format: 2."},
});

using Definitions = std::vector<std::pair<std::string, Schema>>;

bool refers(const Schema& schema, std::string_view definition) {
  return schema.to_text().find(Schema::reference(definition).members()) != std::string::npos;
}

// Those of the definitions that the schema needs; one may need another.
Definitions needed(const Schema& body, Definitions definitions) {
  Definitions found;
  for (bool more = true; more;) {
    more = false;
    for (auto& [name, shape] : definitions) {
      const auto is_user = [&name](const auto& user) { return refers(user.second, name); };
      const bool there = std::ranges::find(found, name, &Definitions::value_type::first) != found.end();
      if (there || !(refers(body, name) || std::ranges::any_of(found, is_user))) continue;
      found.emplace_back(name, shape);
      more = true;
    }
  }
  return found;
}

std::string document(std::string_view description, const Schema& body) {
  Definitions definitions = shared_shapes();
  definitions.emplace_back(kTaskDefinition, task_schema());
  Schema schema = Schema().text("$schema", "https://json-schema.org/draft/2020-12/schema");
  return schema.text("description", description)
      .merge(body)
      .members("$defs", needed(body, std::move(definitions)))
      .to_text();
}

}  // namespace

std::string json_schema(Dialect dialect) {
  switch (dialect) {
    case Dialect::kTasks:
      return document("The `workflow:` format of NVIDIA OSMO, as Sennit reads it.",
                      record("Workflow of tasks and groups", kSections));
    case Dialect::kJobs:
      return document("The `jobs:` format of Oumi's workflow manager, as Sennit reads it.", jobs_schema());
  }
  return {};
}

}  // namespace sennit::spec
