#include "cli/text/table.h"
#include "base/utf8.h"

#include <algorithm>

#include "base/check.h"
#include "base/printable.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kGap = 3;

void append_padded(std::string& line, const std::string& shown, std::size_t width, std::size_t column_width) {
  line += shown;
  line.append(column_width + kGap - width, ' ');
}

void finish_line(std::string& out, std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out.append(line).push_back('\n');
  line.clear();
}

}  // namespace

Table::Table(std::vector<std::string_view> header) : header_(std::move(header)) {
  for (const std::string_view name : header_) widths_.push_back(display_width(name));
}

void Table::add(std::vector<Cell> row) {
  SENNIT_CHECK(row.size() == header_.size());
  for (std::size_t column = 0; column < row.size(); ++column) {
    row[column].text = printable(row[column].text);
    widths_[column] = std::max(widths_[column], display_width(row[column].text));
  }
  rows_.push_back(std::move(row));
}

std::string Table::render(const Style& style) const {
  std::string out;
  std::string line;
  std::size_t full = 0;
  for (std::size_t column = 0; column < header_.size(); ++column) {
    append_padded(line, style(Tint::kBold, header_[column]), header_[column].size(), widths_[column]);
    full += widths_[column] + kGap;
  }
  finish_line(out, line);
  out.append(full - kGap, '=').push_back('\n');
  for (const std::vector<Cell>& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      const Cell& cell = row[column];
      append_padded(line, style(cell.tint, cell.text), display_width(cell.text), widths_[column]);
    }
    finish_line(out, line);
  }
  return out;
}

}  // namespace sennit::cli
