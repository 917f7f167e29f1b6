// sennit-ctrl as the agent starts it: beside each container, and once to look for containers that were left.
//
// Threads: the loop's. Ownership: the confinement outlives it. Errors: as Confinement::start.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/confinement.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "model/ids.h"

namespace sennit::agent {

class CtrlProgram {
 public:
  CtrlProgram(std::string path, Confinement& confinement);

  // `attempt`: the mark by which whoever outlives us is found. `kept`: descriptors that it inherits.
  Result<Confined> start(const AttemptId& attempt, std::vector<std::string> words, std::span<const int> kept = {});

 private:
  const std::string path_;
  Confinement& confinement_;
  const UniqueFd messages_;  // of theirs; they go with ours
};

}  // namespace sennit::agent
