// Keeps the values of a task's credentials out of its log and of what is said about it (osmo-spec.md section 6,
// masking), in all the forms of secret_forms.h.
//
// Threads:   a const mask may be used by several threads; a MaskedStream belongs to one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "logs/pattern_set.h"
#include "model/credential.h"

namespace sennit::logs {

inline constexpr std::string_view kMasked = "[MASKED]";

// What a log must not show of the credentials that a task uses: of a mounted one every value, of variables those that
// they get. Values of less than 8 characters are too common to be told from other text.
std::vector<std::string> secrets_of(const std::vector<CredentialUse>& uses, const CredentialValues& values);
std::vector<std::string> secrets_of(const StorageKeys& keys);

class SecretMask {
 public:
  // Secrets are plain text; empty ones are left out. Shorter ones than kLeastSecret are masked as they are, too, but
  // not their other forms.
  explicit SecretMask(const std::vector<std::string>& secrets);

  // The text with [MASKED] for each secret; where several begin, for the longest.
  std::string mask(std::string_view text) const;
  bool empty() const { return patterns_.empty(); }

 private:
  friend class MaskedStream;
  PatternSet patterns_;
};

// A text that comes in pieces, which may cut a secret in two. What may be the beginning of one is held back until more
// has come: a few bytes, and seldom any.
class MaskedStream {
 public:
  // `mask` must outlive it.
  explicit MaskedStream(const SecretMask& mask) : patterns_(mask.patterns_) {}

  // What can be shown by now, with what was held back before. Valid until the next call; may be `bytes` itself.
  std::string_view take(std::string_view bytes);
  // What is held back, at the end of it all.
  std::string_view end();
  bool holds_back() const { return !held_.empty(); }
  std::size_t held() const { return held_.size(); }  // of the bytes that were taken

 private:
  std::string_view work_off(std::string_view text, PatternSet::Ending ending);

  const PatternSet& patterns_;
  std::string held_;
  std::string in_;
  std::string out_;
  bool in_parts_ = false;  // the last that was shown is the mask of a part
};

}  // namespace sennit::logs
