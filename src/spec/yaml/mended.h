// A YAML text whose slips are mended one after the other, so that the mistakes behind each of them are found as well.
//
// Threads:   one.
// Ownership: owns the changed text; the first one must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/yaml/slip.h"

namespace sennit::spec {

class Mended {
 public:
  explicit Mended(std::string_view text) : text_(text) {}
  Mended(const Mended&) = delete;
  Mended& operator=(const Mended&) = delete;

  std::string_view text() const { return text_; }
  // Changes the text. False, without a change, if it has been changed too often already or is too large to be read
  // again and again.
  bool apply(const std::vector<Edit>& edits);
  // Where a byte of text() stands in the text given first.
  std::size_t original(std::size_t at) const;

 private:
  struct Change {
    std::size_t at = 0;  // in the text given first
    std::size_t erased = 0;
    std::size_t inserted = 0;
  };

  std::string_view text_;
  std::string changed_;
  std::vector<Change> changes_;  // in ascending order
  std::uint32_t times_ = 0;
};

}  // namespace sennit::spec
