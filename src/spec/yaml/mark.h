// A place in YAML text, as libyaml counts it: lines and characters from 0.
#pragma once

#include <cstdint>

namespace sennit::spec {

struct Span {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;  // characters, on one line; 0: unknown
};

}  // namespace sennit::spec
