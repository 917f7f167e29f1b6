// How far tasks are, what they use and what they have left, for people and for spreadsheets. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/text/style.h"
#include "drawing/chart.h"
#include "views/views.h"

namespace sennit::cli {

// A row for each task; of one task alone, what is known of each of its numbers.
std::string metrics_text(const views::MetricsView& metrics, const Style& style);

// Every point of every series: "workflow,task,attempt,source,name,time,step,value,mean,min,max,count".
std::string metrics_csv(const views::MetricsView& metrics);

// The series of that name, of each task that has it; "": the loss, else what there is.
std::string metrics_charts(const views::MetricsView& metrics, std::string_view name, std::size_t columns,
                           drawing::Strokes strokes);

std::string artifacts_text(const views::ArtifactList& list, const Style& style);

}  // namespace sennit::cli
