#include "spec/schema/schema.h"

#include <fmt/format.h>

namespace sennit::spec {
namespace {

// Our own texts: no control characters but what is escaped here.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string listed(const std::vector<Schema>& schemas) {
  std::string out = "[";
  for (const Schema& schema : schemas) out.append(out.size() > 1 ? "," : "").append(schema.to_text());
  return out + "]";
}

}  // namespace

Schema Schema::of_type(std::string_view type) { return Schema().text("type", type); }

Schema Schema::reference(std::string_view definition) {
  return Schema().text("$ref", fmt::format("#/$defs/{}", definition));
}

Schema Schema::any_of(const std::vector<Schema>& alternatives) { return Schema().schemas("anyOf", alternatives); }

Schema& Schema::json(std::string_view keyword, std::string_view value) {
  members_ += fmt::format("{}{}:{}", members_.empty() ? "" : ",", quoted(keyword), value);
  return *this;
}

Schema& Schema::merge(const Schema& other) {
  if (!members_.empty() && !other.members_.empty()) members_ += ",";
  members_ += other.members_;
  return *this;
}

Schema& Schema::text(std::string_view keyword, std::string_view value) { return json(keyword, quoted(value)); }
Schema& Schema::number(std::string_view keyword, std::int64_t value) { return json(keyword, std::to_string(value)); }
Schema& Schema::flag(std::string_view keyword) { return json(keyword, "true"); }
Schema& Schema::forbidden(std::string_view keyword) { return json(keyword, "false"); }
Schema& Schema::schema(std::string_view keyword, const Schema& value) { return json(keyword, value.to_text()); }
Schema& Schema::schemas(std::string_view keyword, const std::vector<Schema>& values) {
  return json(keyword, listed(values));
}

Schema& Schema::words(std::string_view keyword, const std::vector<std::string_view>& values) {
  std::string list;
  for (const std::string_view value : values) list.append(list.empty() ? "" : ",").append(quoted(value));
  return json(keyword, fmt::format("[{}]", list));
}

Schema& Schema::members(std::string_view keyword, const std::vector<std::pair<std::string, Schema>>& values) {
  std::string body;
  for (const auto& [name, value] : values) {
    body += fmt::format("{}{}:{}", body.empty() ? "" : ",", quoted(name), value.to_text());
  }
  return json(keyword, fmt::format("{{{}}}", body));
}

}  // namespace sennit::spec
