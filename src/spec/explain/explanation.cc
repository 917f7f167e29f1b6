#include "spec/explain/explanation.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "spec/explain/chapters.h"
#include "spec/load.h"
#include "spec/suggest.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kHome = "/home/ada";

// What the example's author has beside the file.
const BundledFiles& neighbours() {
  static const BundledFiles kFiles(BundledFiles::Files{{"/home/ada/train.yaml", "model: {}\n"}});
  return kFiles;
}

std::vector<std::string_view> words_of(std::string_view flags) {
  std::vector<std::string_view> words;
  while (!flags.empty()) {
    const std::size_t end = std::min(flags.find(' '), flags.size());
    words.push_back(flags.substr(0, end));
    flags.remove_prefix(std::min(end + 1, flags.size()));
  }
  return words;
}

// The few flags that examples use.
void apply_flags(std::string_view flags, LoadOptions& options, ConfigSources& sources) {
  const std::vector<std::string_view> words = words_of(flags);
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string value(words[i + 1]);
    if (words[i] == "--set") options.sets.push_back(value);
    if (words[i] == "--pool") options.pool = value;
    if (words[i] != "--config") continue;
    const std::size_t equals = value.find('=');
    sources.flags.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
}

std::string_view digits_of(std::string_view word) {
  const bool prefixed = word.size() > 2 && (word[0] == 'S' || word[0] == 's') && (word[1] == 'N' || word[1] == 'n');
  return prefixed ? word.substr(2) : word;
}

}  // namespace

std::span<const Chapter> chapters() {
  // A function's, so that it is filled after the chapters are.
  static const auto kChapters =
      std::to_array<Chapter>({kTextChapter, kTemplateChapter, kShapeChapter, kNamesChapter, kValuesChapter,
                              kResourcesChapter, kJobsChapter, kConfigChapter, kConvertChapter});
  return kChapters;
}

std::string name_of(Code code) { return fmt::format("SN{}", static_cast<unsigned>(code)); }

const Explanation* find_explanation(std::string_view word) {
  const std::string_view digits = digits_of(word);
  for (const Chapter& chapter : chapters()) {
    for (const Explanation& explanation : chapter.explanations) {
      if (std::string_view(name_of(explanation.code)).substr(2) == digits) return &explanation;
    }
  }
  return nullptr;
}

std::string nearest_code(std::string_view word) {
  const std::string wanted = "SN" + std::string(digits_of(word));
  Nearest nearest(wanted);
  for (const Chapter& chapter : chapters()) {
    for (const Explanation& explanation : chapter.explanations) nearest.consider(name_of(explanation.code));
  }
  return nearest.result();
}

std::vector<Diagnostic> diagnostics_of(const Example& example) {
  if (!example.shell.empty()) return {};
  LoadOptions options;
  ConfigSources sources;
  apply_flags(example.flags, options, sources);
  if (!example.config.empty()) {
    sources.files.push_back({ConfigSource::kUser, "config.yaml", std::string(example.config)});
  }
  LoadedConfig config = load_config(sources);
  options.file = "flow.yaml";
  options.directory = options.file_directory = kHome;
  options.files = &neighbours();
  options.advice = Advice::kGive;
  options.config = &config.config;
  std::vector<Diagnostic> diagnostics = std::move(config.diagnostics);
  for (Diagnostic& diagnostic : load(example.file, options).diagnostics) diagnostics.push_back(std::move(diagnostic));
  return diagnostics;
}

}  // namespace sennit::spec
