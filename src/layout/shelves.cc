#include "layout/shelves.h"

#include <algorithm>
#include <cmath>

namespace sennit::layout {
namespace {

// A cell is about twice as high as it is wide; three times as many columns as rows look like a sheet lying down.
int pleasant_width(const std::vector<Size>& sizes, int gap_x, int gap_y) {
  double area = 0;
  int widest = 0;
  for (const Size& size : sizes) {
    area += static_cast<double>(size.width + gap_x) * static_cast<double>(size.height + gap_y);
    widest = std::max(widest, size.width);
  }
  return std::max(widest, static_cast<int>(std::sqrt(area * 3)));
}

}  // namespace

Shelves put_on_shelves(const std::vector<Size>& sizes, int max_width, int gap_x, int gap_y) {
  const int width = max_width > 0 ? max_width : pleasant_width(sizes, gap_x, gap_y);
  Shelves shelves{.corners = {}, .size = {0, 0}};
  Point next;
  int row_height = 0;
  for (const Size& size : sizes) {
    if (next.x > 0 && next.x + size.width > width) {
      next = {0, next.y + row_height + gap_y};
      row_height = 0;
    }
    shelves.corners.push_back(next);
    row_height = std::max(row_height, size.height);
    shelves.size.width = std::max(shelves.size.width, next.x + size.width);
    shelves.size.height = std::max(shelves.size.height, next.y + size.height);
    next.x += size.width + gap_x;
  }
  return shelves;
}

}  // namespace sennit::layout
