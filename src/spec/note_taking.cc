#include "spec/note_taking.h"

namespace sennit::spec {

NotedPlace place_of(Reporter& reporter, Span at) {
  SourceView* view = reporter.view();
  if (view == nullptr) return {};
  const SourcePlace place = view->place_of(at);
  return {place.line, place.column, place.length};
}

FieldNote note_of(Reporter& reporter, const Node& key) { return {std::string(key.text), place_of(reporter, key.at)}; }

FieldNotes notes_of(Reporter& reporter, const Node& map) {
  FieldNotes notes;
  if (!map.is_mapping()) return notes;
  for (const Node& value : Children(map)) notes.push_back(note_of(reporter, *value.key));
  return notes;
}

}  // namespace sennit::spec
