#include "spec/yaml/mended.h"

#include <algorithm>

namespace sennit::spec {
namespace {

// Each change costs one more reading.
constexpr std::uint32_t kMostTimes = 100;
constexpr std::size_t kLargestText = 1 << 20;

}  // namespace

bool Mended::apply(const std::vector<Edit>& edits) {
  if (edits.empty() || text_.size() > kLargestText || ++times_ > kMostTimes) return false;
  std::string changed(text_);
  std::vector<Change> changes;
  for (const Edit& edit : edits) changes.push_back({original(edit.at), edit.erase, edit.insert.size()});
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) changed.replace(edit->at, edit->erase, edit->insert);
  changes_.insert(changes_.end(), changes.begin(), changes.end());
  std::ranges::stable_sort(changes_, {}, &Change::at);
  changed_ = std::move(changed);
  text_ = changed_;
  return true;
}

std::size_t Mended::original(std::size_t at) const {
  std::size_t ahead = 0;   // bytes inserted before `at`
  std::size_t behind = 0;  // bytes erased before `at`
  for (const Change& change : changes_) {
    const std::size_t begin = change.at + ahead - behind;
    if (at < begin) break;
    if (at < begin + change.inserted) return change.at;
    ahead += change.inserted;
    behind += change.erased;
  }
  return at - ahead + behind;
}

}  // namespace sennit::spec
