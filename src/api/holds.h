// Workflows that must not be removed for a moment: one that is on its way in reads outputs of them, and is not stored
// yet.
//
// Threads: the loop's. Ownership: the Holds outlive each Hold.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sennit::api {

class Holds {
 public:
  // Lets go when the last copy is destroyed. Shared, because the engine's replies are functions that can be copied.
  using Hold = std::shared_ptr<const void>;

  Hold take(std::vector<std::string> ids) {
    if (ids.empty()) return {};
    held_.insert(ids.begin(), ids.end());
    return Hold(this, [ids = std::move(ids)](Holds* from) {
      for (const std::string& id : ids) from->held_.erase(from->held_.find(id));
    });
  }

  bool contains(const std::string& id) const { return held_.contains(id); }

 private:
  std::multiset<std::string> held_;
};

}  // namespace sennit::api
