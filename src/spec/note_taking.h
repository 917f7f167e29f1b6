// Places in a file that is being read, for SourceNotes.
//
// Threads:   one.
#pragma once

#include "spec/reporter.h"
#include "spec/source_notes.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

NotedPlace place_of(Reporter& reporter, Span at);
FieldNote note_of(Reporter& reporter, const Node& key);
// The keys of a map.
FieldNotes notes_of(Reporter& reporter, const Node& map);

}  // namespace sennit::spec
