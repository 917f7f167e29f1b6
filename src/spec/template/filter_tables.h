// The filters, grouped by what they work on; filters.cc searches all groups.
#pragma once

#include <span>

#include "spec/template/filters.h"

namespace sennit::spec::tmpl {

std::span<const Filter> text_filters();
std::span<const Filter> layout_filters();
std::span<const Filter> sequence_filters();
std::span<const Filter> selection_filters();
std::span<const Filter> number_filters();
std::span<const Filter> markup_filters();

}  // namespace sennit::spec::tmpl
