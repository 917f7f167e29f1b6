// Columns as OSMO prints them: a header on the left of its column, a line of '=', cells with spaces between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/text/style.h"

namespace sennit::cli {

struct Cell {
  std::string text;  // made printable by the table
  Tint tint = Tint::kNone;
};

class Table {
 public:
  explicit Table(std::vector<std::string_view> header);
  // One cell for each column.
  void add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }
  std::string render(const Style& style) const;

 private:
  std::vector<std::string_view> header_;
  std::vector<std::vector<Cell>> rows_;
  std::vector<std::size_t> widths_;
};

}  // namespace sennit::cli
