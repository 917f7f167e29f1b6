#include "json_compare.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace json = boost::json;

namespace sennit::conformance {
namespace {

std::string said(const json::value& have, const json::value& want, const std::string& path) {
  return path + ": " + json::serialize(have) + " instead of " + json::serialize(want);
}

std::string object_difference(const json::object& have, const json::object& want, const std::string& path) {
  for (const auto& [key, value] : want) {
    const std::string inner = path + "." + std::string(key);
    const json::value* other = have.if_contains(key);
    if (other == nullptr) return inner + ": missing";
    if (std::string difference = first_difference(*other, value, inner); !difference.empty()) return difference;
  }
  for (const auto& [key, value] : have) {
    if (!want.contains(key)) return path + "." + std::string(key) + ": too much";
  }
  return {};
}

}  // namespace

std::string first_difference(const json::value& have, const json::value& want, const std::string& path) {
  if (have.is_number() && want.is_number()) {
    const auto a = have.to_number<double>();
    const auto b = want.to_number<double>();
    return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)) ? std::string() : said(have, want, path);
  }
  if (have.kind() != want.kind()) return said(have, want, path);
  if (have.is_object()) return object_difference(have.get_object(), want.get_object(), path);
  if (!have.is_array()) return have == want ? std::string() : said(have, want, path);
  const json::array& a = have.get_array();
  const json::array& b = want.get_array();
  if (a.size() != b.size()) return said(have, want, path);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::string difference = first_difference(a[i], b[i], path + "[" + std::to_string(i) + "]");
    if (!difference.empty()) return difference;
  }
  return {};
}

}  // namespace sennit::conformance
