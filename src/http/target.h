// The request target ("/v1/workflows/a%2Fb?limit=5"), taken apart. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sennit::http {

struct QueryParameter {
  std::string name;
  std::string value;
};

struct Target {
  std::string path;                   // as sent, without the query: "/v1/workflows/a%2Fb"
  std::vector<std::string> segments;  // decoded: {"v1", "workflows", "a/b"}; empty ones are left out
  std::vector<QueryParameter> query;  // decoded ('+' is a space), in the order given; a name may come twice

  // The first parameter of that name, or null.
  const std::string* find(std::string_view name) const;
};

// Fails: kInvalid (does not begin with '/', a broken %-escape, a NUL, a "." or ".." segment).
Result<Target> parse_target(std::string_view text);

// Percent-encodes everything but unreserved characters: for one path segment or one query value.
std::string encode_component(std::string_view text);

}  // namespace sennit::http
