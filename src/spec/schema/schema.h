// A JSON Schema (draft 2020-12) in the making: keywords in the order in which they were set.
//
// Threads:   a plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sennit::spec {

class Schema {
 public:
  // One that anything is valid against.
  Schema() = default;
  static Schema of_type(std::string_view type);
  // One of $defs.
  static Schema reference(std::string_view definition);
  static Schema any_of(const std::vector<Schema>& alternatives);

  // A keyword of each kind of value. None may be set twice.
  Schema& text(std::string_view keyword, std::string_view value);
  Schema& number(std::string_view keyword, std::int64_t value);
  Schema& flag(std::string_view keyword);       // true
  Schema& forbidden(std::string_view keyword);  // false
  Schema& words(std::string_view keyword, const std::vector<std::string_view>& values);
  Schema& schema(std::string_view keyword, const Schema& value);
  Schema& schemas(std::string_view keyword, const std::vector<Schema>& values);
  Schema& members(std::string_view keyword, const std::vector<std::pair<std::string, Schema>>& values);
  // JSON as it stands.
  Schema& json(std::string_view keyword, std::string_view value);

  // All keywords of another one.
  Schema& merge(const Schema& other);

  const std::string& members() const { return members_; }  // without the braces around them
  std::string to_text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

}  // namespace sennit::spec
