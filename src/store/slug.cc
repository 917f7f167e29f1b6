#include "store/slug.h"

namespace sennit::store {
namespace {

// ASCII only, whatever the locale: ids are file names and parts of URLs.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    if (slug.size() >= kMaxSlug) break;
    if (is_alphanumeric(c)) {
      if (slug.empty() && !is_letter(c)) slug = "w-";
      slug.push_back(c);
    } else if (!slug.empty() && (c == '-' || c == '_')) {
      slug.push_back(c);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  while (!slug.empty() && !is_alphanumeric(slug.back())) slug.pop_back();
  return slug.empty() ? "workflow" : slug;
}

}  // namespace sennit::store
