// The small grammars inside values: names, labels, images, storage URLs, exit codes, file paths.
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sennit::spec {

// Workflow, group and task names: a letter, then letters, digits, - and _, not ending with - or _.
bool is_name(std::string_view text);
// "task" or "<workflow id>:task".
bool is_task_reference(std::string_view text);
// Lower case, - for _: names that are equal so are equal as Kubernetes names, and must not both exist.
std::string folded_name(std::string_view name);
// A name that the sidecar takes for itself.
bool is_reserved_task_name(std::string_view name);

bool is_label_key(std::string_view key);
bool is_label_value(std::string_view value);

// [host[:port]/]path[:tag][@algorithm:hex]
bool is_image(std::string_view image);
struct ImageParts {
  std::string_view host;
  std::string_view port;
  std::string_view name;
  std::string_view tag;
  std::string_view digest;  // with its algorithm
};
// What is not given is "". Nothing if it is no image.
std::optional<ImageParts> split_image(std::string_view image);

// s3://bucket/..., gs://, tos://endpoint/bucket, azure://account/container, swift://endpoint/account/bucket
bool is_storage_url(std::string_view url);
// file:///absolute/path: a directory of the host on which the task runs. Ours: OSMO has none.
bool is_file_url(std::string_view url);

// "3", "1-5", "1,7-9": inclusive ranges in order. Nothing if it is not such a list; numbers above 32 bits are cut.
std::optional<std::vector<std::pair<std::uint32_t, std::uint32_t>>> parse_exit_codes(std::string_view text);

// May a file be put at this path: not empty, and not below /osmo except in /osmo/data/output/.
bool is_usable_file_path(std::string_view path);

// "50%" from 0 to 100, or a quantity.
bool is_cache_size(std::string_view text);

// A job's name becomes a directory.
bool is_job_name(std::string_view name);

// "[bucket/]name[:tag]" without the tag.
std::string_view dataset_name(std::string_view text);
bool is_dataset(std::string_view text);

// "A" or "b_9": what a shell takes for a variable.
bool is_variable_name(std::string_view text);

}  // namespace sennit::spec
