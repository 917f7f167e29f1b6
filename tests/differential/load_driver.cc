// Reads workflow files for schema.py, which compares what the program says with what its JSON Schema says.
//
// Each line of standard input is an object {"text", "set"?, "set_string"?}; for each one comes a line {"ok", "codes"},
// with the codes of errors only, or with `--warnings` of warnings only. `--schema tasks` and `--schema jobs` print the
// JSON Schema instead.
#include <boost/json/src.hpp>
#include <iostream>
#include <string>
#include <string_view>

#include "spec/json_schema.h"
#include "spec/load.h"

namespace json = boost::json;
using namespace std::string_view_literals;

namespace {

// Whatever a file names beside it exists.
class Everything final : public sennit::spec::FileAccess {
 public:
  bool exists(std::string_view /*path*/) const override { return true; }
  sennit::Result<std::string> read(std::string_view /*path*/, std::uint64_t /*max*/) const override {
    return std::string("x");
  }
};

void add_all(const json::object& input, std::string_view name, std::vector<std::string>& out) {
  const json::value* list = input.if_contains(name);
  if (list == nullptr) return;
  for (const json::value& item : list->as_array()) out.emplace_back(item.as_string());
}

json::object answer(const json::object& input, sennit::spec::Severity wanted) {
  const Everything files;
  sennit::spec::LoadOptions options;
  options.directory = "/work";
  options.files = &files;
  options.advice = sennit::spec::Advice::kGive;
  options.variable = [](std::string_view) { return std::optional<std::string>("1"); };
  add_all(input, "set", options.sets);
  add_all(input, "set_string", options.set_strings);
  const sennit::spec::Loaded loaded = sennit::spec::load(input.at("text").as_string(), options);
  json::array codes;
  for (const sennit::spec::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity == wanted) codes.emplace_back(diagnostic.code);
  }
  return {{"ok", loaded.ok()}, {"codes", std::move(codes)}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && argv[1] == "--schema"sv) {
    const bool jobs = argv[2] == "jobs"sv;
    std::cout << sennit::spec::json_schema(jobs ? sennit::Dialect::kJobs : sennit::Dialect::kTasks) << '\n';
    return 0;
  }
  const bool warnings = argc > 1 && argv[1] == "--warnings"sv;
  const auto wanted = warnings ? sennit::spec::Severity::kWarning : sennit::spec::Severity::kError;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << json::serialize(answer(json::parse(line).as_object(), wanted)) << '\n';
  }
  return 0;
}
