// The vectors of misc.jsonl: each asks one function.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace sennit::conformance {

// What the product answers to an input, in the shape of `expect`; nothing if it refuses.
using Answer = std::optional<boost::json::value>;

struct MiscKind {
  std::string_view kind;
  Answer (*answer)(const boost::json::object& input);
};

std::span<const MiscKind> quantity_kinds();
std::span<const MiscKind> pod_kinds();
std::span<const MiscKind> duration_kinds();
std::span<const MiscKind> label_kinds();
std::span<const MiscKind> storage_kinds();
std::span<const MiscKind> name_kinds();
std::span<const MiscKind> masking_kinds();

// {"result": value}, with infinities and nan as text.
boost::json::value result_of(boost::json::value value);

template <class T>
Answer answered(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return result_of(boost::json::value(*value));
}

// A scalar as Python would write it; the null of JSON and its booleans are no numbers to any of the functions.
std::string python_scalar(const boost::json::value& value);

}  // namespace sennit::conformance
