// The small grammars inside values: durations, quantities, exit codes, regular expressions, URLs, images and labels.
// rooms: spec
// seeds: build/fuzz/seeds/values
#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "spec/grammar.h"
#include "spec/values.h"

namespace spec = sennit::spec;

namespace {

void read_numbers(std::string_view text) {
  static_cast<void>(spec::parse_duration(text));
  static_cast<void>(spec::is_cache_size(text));
  const auto quantity = spec::parse_quantity(text);
  if (quantity && quantity->count() > std::uint64_t{1} << 63) std::abort();
  const auto ranges = spec::parse_exit_codes(text);
  if (ranges && ranges->empty()) std::abort();
}

void read_names(std::string_view text) {
  if (spec::is_name(text) && !spec::is_task_reference(text)) std::abort();
  if (spec::is_name(text) && !spec::is_job_name(text)) std::abort();
  if (spec::is_label_value(text) && text.size() > 63) std::abort();
  static_cast<void>(spec::is_label_key(text));
  static_cast<void>(spec::is_reserved_task_name(text));
  if (spec::folded_name(spec::folded_name(text)) != spec::folded_name(text)) std::abort();
}

void read_places(std::string_view text) {
  static_cast<void>(spec::is_image(text));
  static_cast<void>(spec::is_storage_url(text));
  static_cast<void>(spec::is_usable_file_path(text));
  if (spec::dataset_name(text).size() > text.size()) std::abort();
  static_cast<void>(spec::is_dataset(text));
}

// What a file may hold as a `regex`, tried on itself.
void match_regex(std::string_view text) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(1 << 20);
  const re2::RE2 regex({text.data(), text.size()}, options);
  if (regex.ok()) static_cast<void>(re2::RE2::PartialMatch({text.data(), text.size()}, regex));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_numbers(text);
  read_names(text);
  read_places(text);
  match_regex(text);
  return 0;
}
