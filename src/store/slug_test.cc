#include "store/slug.h"

#include <gtest/gtest.h>

namespace sennit::store {
namespace {

TEST(Slug, NamesBecomeSlugs) {
  struct Case {
    std::string name, want;
  };
  const std::string longest(kMaxSlug, 'a');
  for (const Case& c : {
           Case{"train", "train"},
           {"Train_it-2", "Train_it-2"},
           {"a--b", "a--b"},
           {"My workflow (v2)", "My-workflow-v2"},
           {"  padded  ", "padded"},
           {"2024 run", "w-2024-run"},
           {"-dash-", "dash"},
           {"a/../b", "a-b"},
           {"tr\xc3\xa4ge", "tr-ge"},
           {"", "workflow"},
           {"\xe8\xa8\x93\xe7\xb7\xb4", "workflow"},
           {"ends_", "ends"},
           {longest, longest},
           {longest + "b", longest},
           {std::string(kMaxSlug - 1, 'a') + " b", std::string(kMaxSlug - 1, 'a')},
       }) {
    EXPECT_EQ(slug_of(c.name), c.want) << c.name;
  }
}

TEST(Slug, OfASlugIsItself) {
  for (const char* name : {"My workflow (v2)", "2024 run", "", "x_"}) EXPECT_EQ(slug_of(slug_of(name)), slug_of(name));
}

}  // namespace
}  // namespace sennit::store
