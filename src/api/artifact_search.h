// What a job has left that looks like a checkpoint, a configuration, metrics, logs or a tokenizer.
//
// Which names are looked for is a table; of each type the first pattern that fits anything is taken, and of what fits
// it the newest. Trees may be as odd as they like: links are not followed, and after so many entries a tree is not
// searched any further.
//
// Threads: any; blocks on the file system. Errors: what cannot be read is left out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "views/views.h"

namespace sennit::api {

struct ArtifactPattern {
  std::string_view type;
  std::string_view pattern;  // of the last part of a path; * stands for anything
};
// In the order in which they are tried.
std::span<const ArtifactPattern> artifact_patterns();

struct ArtifactBounds {
  std::size_t entries = 200'000;  // of one tree
  std::size_t depth = 24;
  std::size_t found = 2'000;
};

struct ArtifactPlace {
  std::string task;
  std::uint32_t retry_id = 0;
  std::string directory;
};

// Adds what lies below the place's directory, by type and the newest first. The place is told in `unsearched` if its
// tree is too large.
void find_artifacts(const ArtifactPlace& place, views::ArtifactList& list, const ArtifactBounds& bounds = {});

}  // namespace sennit::api
