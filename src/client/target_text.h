// Targets of requests as text. For this room's own sources.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "http/target.h"

namespace sennit::client {

// A request target: path segments and query parameters, each encoded.
class TargetText {
 public:
  explicit TargetText(std::string_view path) : text_(path) {}

  static TargetText workflow(std::string_view ref, std::string_view rest = {}) {
    return TargetText(fmt::format("/v1/workflows/{}{}", http::encode_component(ref), rest));
  }

  TargetText& with(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}{}={}", separator_, name, http::encode_component(value));
    separator_ = '&';
    return *this;
  }
  TargetText& with_number(std::string_view name, std::uint64_t value) { return with(name, std::to_string(value)); }
  TargetText& with_text(std::string_view name, std::string_view value) {
    return value.empty() ? *this : with(name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  char separator_ = '?';
};

}  // namespace sennit::client
