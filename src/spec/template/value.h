// The variables that a template sees: Python-like values, built by the caller (from YAML defaults or `--set`).
//
// Threads:   immutable after construction; copies share lists and maps and may be used by several threads.
// Ownership: a Value owns what it holds. Rendering never changes a caller's Value, even if the template appends to it.
// Errors:    none; a Value can always be built.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sennit::spec::tmpl {

class Value {
 public:
  using List = std::vector<Value>;
  // In insertion order, as Python's dict. Keys may be any scalar; of equal keys the last one wins.
  using Map = std::vector<std::pair<Value, Value>>;

  Value() = default;                                                              // None
  Value(bool value) : data_(value) {}                                             // NOLINT(google-explicit-constructor)
  Value(int value) : data_(std::int64_t{value}) {}                                // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : data_(value) {}                                     // NOLINT(google-explicit-constructor)
  Value(double value) : data_(value) {}                                           // NOLINT(google-explicit-constructor)
  Value(std::string value) : data_(std::move(value)) {}                           // NOLINT(google-explicit-constructor)
  Value(std::string_view value) : data_(std::string(value)) {}                    // NOLINT(google-explicit-constructor)
  Value(const char* value) : data_(std::string(value)) {}                         // NOLINT(google-explicit-constructor)
  Value(List items) : data_(std::make_shared<const List>(std::move(items))) {}    // NOLINT(google-explicit-constructor)
  Value(Map entries) : data_(std::make_shared<const Map>(std::move(entries))) {}  // NOLINT(google-explicit-constructor)

  // An integer outside int64, as decimal digits with an optional minus sign ("-12345678901234567890").
  // Text that is not such digits is a caller's bug.
  static Value big_int(std::string digits) {
    Value value;
    value.data_ = BigDigits{std::move(digits)};
    return value;
  }

  struct BigDigits {
    std::string text;
  };
  // Lists and maps are shared because a Value is copied freely (defaults merge into variables) and never changes.
  using Data = std::variant<std::monostate, bool, std::int64_t, double, BigDigits, std::string,
                            std::shared_ptr<const List>, std::shared_ptr<const Map>>;
  const Data& data() const { return data_; }

 private:
  Data data_;
};

// By name; a later definition of the same name replaces the earlier one (`insert_or_assign`).
using Variables = std::map<std::string, Value, std::less<>>;

}  // namespace sennit::spec::tmpl
