#include "spec/schema/shapes.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::spec {
namespace {

// Python's int(), as far as anybody writes it.
constexpr std::string_view kWholeText = R"(^\s*[-+]?[0-9][0-9_]*(\.0+)?\s*$)";
constexpr std::string_view kDurationText =
    R"(^(\s*[-+]?[0-9][0-9_]*\s*(d|h|m|s|ms|us)|P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?\n?)$)";
constexpr std::string_view kCompoundText = R"(^([0-9]+|([0-9]+(d|h|m|s|ms|us))+)$)";
constexpr std::string_view kQuantityText = R"(^[0-9]+(\.[0-9]+)?(B|[KMGT](i|iB)?|m)?$)";
constexpr std::string_view kSwitchText =
    "^([01]|[oO][nN]|[oO][fF][fF]|[tT]|[fF]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[yY]|[nN]|[yY][eE][sS]|[nN][oO])$";

Schema text_like(std::string_view pattern) { return Schema::of_type("string").text("pattern", pattern); }
Schema types(const std::vector<std::string_view>& names) { return Schema().words("type", names); }

Schema switch_definition() {
  return or_template(
      Schema::any_of({Schema::of_type("boolean"), Schema().json("enum", "[0,1]"), text_like(kSwitchText)}));
}

Schema duration_definition() {
  return or_template(Schema::any_of({types({"number", "boolean"}), text_like(kDurationText)}));
}

Schema quantity_definition() {
  return or_template(Schema::any_of({Schema::of_type("number").number("minimum", 0), text_like(kQuantityText)}));
}

Schema span_definition() {
  return Schema::any_of({Schema::of_type("number").number("minimum", 0), text_like(kCompoundText),
                         text_like(kDurationText), axis_shape()});
}

Schema name_definition() { return or_template(text_like("^[a-zA-Z]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$")); }

Schema task_reference_definition() {
  return or_template(text_like("^[a-zA-Z]([a-zA-Z0-9_-]*[a-zA-Z0-9])?(:[a-zA-Z]([a-zA-Z0-9_-]*[a-zA-Z0-9])?)?$"));
}

Schema storage_url_definition() {
  return or_template(
      text_like("^(file:///.*|((s3|gs)://[^/,;*]+|(tos|azure)://[^/,;*]+/[^/,;*]+|swift://[^/,;*]+/[^/,;*]+/[^/,;*]+)"
                "(/[^/,;*]+)*/*)$"));
}

}  // namespace

Schema text_shape() { return Schema::of_type("string"); }
Schema number_text_shape() { return types({"string", "number"}); }
Schema scalar_shape() { return types({"string", "number", "boolean"}); }
Schema switch_shape() { return Schema::reference("switch"); }
Schema duration_shape() { return Schema::reference("duration"); }
Schema quantity_shape() { return Schema::reference("quantity"); }
Schema span_shape() { return Schema::reference("span"); }
Schema name_shape() { return Schema::reference("name"); }
Schema task_reference_shape() { return Schema::reference("task"); }
Schema storage_url_shape() { return Schema::reference("storage"); }
Schema anything() { return {}; }

Schema whole_number_shape(std::int64_t least, std::int64_t most) {
  return Schema::of_type("integer").number("minimum", least).number("maximum", most);
}

Schema whole_shape(std::int64_t least, std::int64_t most) {
  return or_template(
      Schema::any_of({whole_number_shape(least, most), Schema::of_type("boolean"), text_like(kWholeText)}));
}

Schema count_shape(std::int64_t least, std::int64_t most) {
  return Schema::any_of({whole_number_shape(least, most), text_like(kWholeText), axis_shape()});
}

Schema axis_shape() { return Schema::reference("axis"); }

Schema matrix_shape() {
  const auto combinations = [](std::string_view about) {
    return list_of(map_of(scalar_shape())).text("description", about);
  };
  return Schema::of_type("object")
      .members("properties",
               {{"include", combinations("Further combinations, each with a value for every axis.")},
                {"exclude", combinations("Leaves out the combinations that have all the values of one of these.")}})
      .schema("additionalProperties", list_of(scalar_shape()).number("minItems", 1))
      .number("minProperties", 1);
}

Schema nullable(Schema shape) { return Schema::any_of({std::move(shape), Schema::of_type("null")}); }
Schema list_of(Schema items) { return Schema::of_type("array").schema("items", items); }
Schema map_of(Schema values) { return Schema::of_type("object").schema("additionalProperties", values); }
Schema one_of_words(const std::vector<std::string_view>& words) { return Schema().words("enum", words); }
Schema or_template(Schema shape) { return Schema::any_of({std::move(shape), Schema::reference("template")}); }

Schema exactly_one_of(std::initializer_list<std::string_view> fields) {
  std::vector<Schema> alternatives;
  for (const std::string_view field : fields) alternatives.push_back(Schema().words("required", {field}));
  return Schema().schemas("oneOf", alternatives);
}

Schema record_of(std::string_view title, const std::vector<FieldText>& fields) {
  std::vector<std::pair<std::string, Schema>> properties;
  std::vector<std::string_view> required;
  for (const FieldText& field : fields) {
    Schema shape = field.shape == nullptr ? anything() : field.shape();
    if (!field.description.empty()) shape.text("description", field.description);
    if (field.need == Need::kHidden) shape.flag("deprecated");
    if (field.need == Need::kRequired) required.push_back(field.name);
    properties.emplace_back(field.name, std::move(shape));
  }
  Schema schema = Schema::of_type("object").text("title", title).members("properties", properties);
  if (!required.empty()) schema.words("required", required);
  return schema.forbidden("additionalProperties");
}

std::vector<std::pair<std::string, Schema>> shared_shapes() {
  return {
      {"template", text_like(R"(\{[{%])").text("description", "Filled in by the template.")},
      {"axis", text_like(R"(^\s*\{\{\s*matrix\.)").text("description", "The value of an axis of `matrix`.")},
      {"switch", switch_definition()},
      {"duration", duration_definition()},
      {"span", span_definition()},
      {"quantity", quantity_definition()},
      {"name", name_definition()},
      {"task", task_reference_definition()},
      {"storage", storage_url_definition()},
  };
}

}  // namespace sennit::spec
