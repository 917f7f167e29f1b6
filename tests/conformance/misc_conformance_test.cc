// Every vector of misc.jsonl through the function that the product has for it.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "json_compare.h"
#include "misc_kinds.h"
#include "spec/template/numbers.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {

json::value result_of(json::value value) {
  if (value.is_double() && !std::isfinite(value.get_double())) value = spec::tmpl::float_text(value.get_double());
  return json::object{{"result", std::move(value)}};
}

std::string python_scalar(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_double()) return spec::tmpl::float_text(value.get_double());
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  return value.is_null() ? "None" : json::serialize(value);
}

namespace {

const MiscKind* find_kind(std::string_view kind) {
  for (const auto kinds : {quantity_kinds(), pod_kinds(), duration_kinds(), label_kinds(), storage_kinds(),
                           name_kinds(), masking_kinds()}) {
    for (const MiscKind& each : kinds) {
      if (each.kind == kind) return &each;
    }
  }
  return nullptr;
}

// OSMO's answer may depend on the order of a set: one of several texts.
std::string any_difference(const json::value& answer, const json::array& texts) {
  for (const json::value& text : texts) {
    for (const auto& [field, value] : answer.as_object()) {
      if (value == text) return {};
    }
  }
  return json::serialize(answer) + " instead of any of " + json::serialize(texts);
}

std::string difference(const Answer& answer, const json::object& expect) {
  const bool refused = expect.contains("error");
  // Where OSMO fails, a careful server refuses, unless the vector says otherwise.
  const bool may_accept = expect.contains("sane") && text_of(expect, "sane").find("accept") != std::string::npos;
  if (!answer) return refused ? "" : "refused instead of " + json::serialize(expect);
  if (refused) return may_accept ? "" : json::serialize(*answer) + " instead of an error";
  if (const json::value* texts = expect.if_contains("any_of")) return any_difference(*answer, texts->as_array());
  return first_difference(*answer, json::value(expect), "answer");
}

// The rule by which vectors like this one differ on purpose; docs/tasks.md tells them. "": none.
std::string_view rule_of(const json::object& input, const json::object& expect) {
  const json::value* result = expect.if_contains("result");
  if (result != nullptr && result->is_string() && result->get_string().ends_with("None")) {
    return "a share of no storage is 0MiB";
  }
  const json::value* url = input.if_contains("uri");
  if (url != nullptr && url->as_string().find_first_of("?#") != json::string::npos) return "storage URLs keep ? and #";
  return {};
}

TEST(MiscConformance, EveryVectorAnswersAsRecordedOrIsListed) {
  Verdicts verdicts;
  for (const json::object& vector : vectors_of("misc.jsonl")) {
    const json::object& input = vector.at("input").as_object();
    const MiscKind* kind = find_kind(text_of(input, "kind"));
    if (kind == nullptr) {
      ADD_FAILURE() << id_of(vector) << ": no function for the kind " << text_of(input, "kind");
      continue;
    }
    const json::object& expect = vector.at("expect").as_object();
    verdicts.add(vector, difference(kind->answer(input), expect), rule_of(input, expect));
  }
  verdicts.finish("misc.jsonl");
}

}  // namespace
}  // namespace sennit::conformance
