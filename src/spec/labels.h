// Labels of a workflow, from a file or from --label.
//
// Threads:   one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spec/config/config.h"
#include "spec/limits.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

using Labels = std::map<std::string, std::string>;

// The `labels` of a file, which replace those that are there.
void read_labels(Reporter& reporter, const Limits& limits, const Node& value, Labels& labels);

// Assignments of --label, which are added.
void add_label_flags(Reporter& reporter, const Limits& limits, const std::vector<std::string>& flags, Labels& labels);

// What config.yaml wants of the labels of a workflow, once all of them are known.
void check_label_policies(Reporter& reporter, const Config& config, const Labels& labels);

}  // namespace sennit::spec
