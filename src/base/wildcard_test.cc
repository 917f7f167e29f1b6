#include "base/wildcard.h"

#include <gtest/gtest.h>

#include <array>

namespace sennit {
namespace {

struct Case {
  std::string_view pattern;
  std::string_view value;
  bool matches;
};

TEST(Wildcard, AStarStandsForAnyRunOfCharacters) {
  constexpr auto kCases = std::to_array<Case>({{"", "", true},
                                               {"", "a", false},
                                               {"a", "a", true},
                                               {"a", "A", false},
                                               {"a", "ab", false},
                                               {"*", "", true},
                                               {"*", "anything", true},
                                               {"a*", "a", true},
                                               {"a*", "ba", false},
                                               {"*a", "ba", true},
                                               {"*a", "ab", false},
                                               {"a*a", "a", false},
                                               {"a*b*c", "aXbYbZc", true},
                                               {"a*b*c", "aXcYb", false},
                                               {"a?c", "abc", false},
                                               {"[a]", "a", false}});
  for (const Case& c : kCases)
    EXPECT_EQ(matches_wildcard(c.pattern, c.value), c.matches) << c.pattern << ' ' << c.value;
}

}  // namespace
}  // namespace sennit
