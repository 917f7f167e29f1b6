#include "spec/convert/losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "spec/diagnostic_codes.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kShownLine = 400;

const FieldNote* find(const FieldNotes& fields, std::string_view field) {
  const auto found = std::ranges::find(fields, field, &FieldNote::name);
  return found == fields.end() ? nullptr : &*found;
}

NotedPlace place_of(const FieldNotes& fields, std::string_view field, NotedPlace otherwise) {
  const FieldNote* note = find(fields, field);
  return note == nullptr ? otherwise : note->at;
}

}  // namespace

bool has_field(const FieldNotes& fields, std::string_view field) { return find(fields, field) != nullptr; }

Losses::Losses(const ConvertOptions& options)
    : file_(options.file),
      most_(options.config != nullptr ? options.config->limits.diagnostics : Limits().diagnostics) {
  std::string_view rest = options.source;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void Losses::add(bool error, NotedPlace at, std::string message, std::string instead) {
  possible_ = possible_ && !error;
  if (diagnostics_.size() >= most_) {
    ++more_;
    return;
  }
  // A loop of the template makes many tasks of one line.
  if (!told_.emplace(at.line, at.column, message).second) return;
  Diagnostic diagnostic;
  diagnostic.code = fmt::format("SN{}", static_cast<unsigned>(error ? Code::kNotConvertible : Code::kNotCarriedOver));
  diagnostic.severity = error ? Severity::kError : Severity::kWarning;
  diagnostic.file = file_;
  diagnostic.line = at.line;
  diagnostic.column = at.column;
  diagnostic.length = at.length;
  if (at.line > 0 && at.line <= lines_.size()) diagnostic.source_line = lines_[at.line - 1].substr(0, kShownLine);
  diagnostic.message = std::move(message);
  diagnostic.expected = std::move(instead);
  diagnostics_.push_back(std::move(diagnostic));
}

void Losses::lost_at(NotedPlace at, std::string message, std::string instead) {
  add(false, at, std::move(message), std::move(instead));
}

void Losses::lost(const FieldNotes& fields, std::string_view field, NotedPlace otherwise, std::string message,
                  std::string instead) {
  add(false, place_of(fields, field, otherwise), std::move(message), std::move(instead));
}

void Losses::lost_if_there(const FieldNotes& fields, std::span<const NoWords> words, std::string_view owner) {
  for (const NoWords& word : words) {
    const FieldNote* note = find(fields, word.field);
    if (note == nullptr) continue;
    add(false, note->at, fmt::format("'{}' of {} is not carried over: {}", word.field, owner, word.why), {});
  }
}

void Losses::impossible(NotedPlace at, std::string message, std::string instead) {
  add(true, at, std::move(message), std::move(instead));
}

void Losses::impossible(const FieldNotes& fields, std::string_view field, NotedPlace otherwise, std::string message,
                        std::string instead) {
  add(true, place_of(fields, field, otherwise), std::move(message), std::move(instead));
}

std::vector<Diagnostic> Losses::take() {
  std::ranges::stable_sort(diagnostics_, {}, [](const Diagnostic& d) { return std::tuple(d.line, d.column); });
  return std::move(diagnostics_);
}

}  // namespace sennit::spec
