#include "store/retention.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "store/store_samples.h"

namespace sennit::store {
namespace {

constexpr std::int64_t kNow = 1000;

// A workflow as a table's cell: "a" followed by what it is. The end is so many seconds ago.
struct Sample {
  std::string id;
  std::int64_t ago = 0;  // 0: unfinished
  std::uint64_t bytes = 0;
  std::vector<std::uint32_t> reads = {};
  bool pinned = false;
  bool condemned = false;
};

std::vector<Keeping> keepings(const std::vector<Sample>& samples) {
  std::vector<Keeping> all;
  for (const Sample& sample : samples) {
    Keeping& one = all.emplace_back();
    one.key = WorkflowKey(all.size());
    one.id = sample.id;
    one.finished = sample.ago > 0;
    if (one.finished) one.ended_at = at_second(kNow - sample.ago);
    if (one.finished) one.bytes = sample.bytes;
    one.lenders = sample.reads;
    one.pinned = sample.pinned;
    one.condemned = sample.condemned;
  }
  return all;
}

RetentionPlan plan(const std::vector<Keeping>& all, const Retention& rule, const std::string& entering = "") {
  return plan_retention(all, rule, at_second(kNow), [&](const std::string& id) { return id == entering; });
}

// "a:age b:size | live:d needed:c<d"
std::string text_of(const std::vector<Keeping>& all, const RetentionPlan& plan) {
  static constexpr std::array kGoes{"interrupted", "age", "count", "size"};
  static constexpr std::array kStays{"live", "pinned", "needed", "entering"};
  std::string text;
  for (const Going& going : plan.going) {
    text += fmt::format("{}:{} ", all[going.at].id, kGoes[static_cast<std::size_t>(going.why)]);
  }
  text += "|";
  for (const Staying& staying : plan.staying) {
    text += fmt::format(" {}:{}", kStays[static_cast<std::size_t>(staying.why)], all[staying.at].id);
    for (const std::size_t reader : staying.needed_by) text += "<" + all[reader].id;
  }
  return text;
}

Micros seconds(std::int64_t count) { return std::chrono::seconds(count); }

struct Case {
  const char* name;
  std::vector<Sample> all;  // unfinished first, then the oldest end first
  Retention rule;
  std::string want;
};

const std::vector<Case> kCases{
    {"no rule", {{"a", 900, 10}}, {}, "|"},
    {"age", {{"a", 901}, {"b", 900}, {"c", 2}}, {.max_age = seconds(900)}, "a:age |"},
    {"count keeps the newest", {{"a", 9}, {"b", 8}, {"c", 7}}, {.max_count = 2}, "a:count |"},
    {"unfinished ones do not count", {{"l"}, {"a", 9}, {"b", 8}}, {.max_count = 1}, "a:count | live:l"},
    {"age is said before count", {{"a", 9}, {"b", 4}}, {.max_age = seconds(5), .max_count = 0}, "a:age b:count |"},
    {"size takes the oldest until it is enough",
     {{"a", 9, 5}, {"b", 8, 5}, {"c", 7, 5}},
     {.max_bytes = 9},
     "a:size b:size |"},
    {"size that just fits", {{"a", 9, 5}, {"b", 8, 5}}, {.max_bytes = 10}, "|"},
    {"size counts what is pinned", {{"a", 9, 9, {}, true}, {"b", 8, 5}}, {.max_bytes = 10}, "b:size | pinned:a"},
    {"size after age", {{"a", 90, 5}, {"b", 8, 5}}, {.max_age = seconds(50), .max_bytes = 5}, "a:age |"},
    {"size spares what has just ended",
     {{"a", 9, 5}, {"b", 8, 5}},
     {.max_bytes = 1, .size_spares = seconds(9)},
     "a:size |"},
    {"pinned", {{"a", 900, 0, {}, true}, {"b", 901}}, {.max_age = seconds(5)}, "b:age | pinned:a"},
    {"a live borrower keeps its lender", {{"l", 0, 0, {1}}, {"a", 9}}, {.max_age = seconds(5)}, "| live:l needed:a<l"},
    {"a borrower that goes frees its lender", {{"a", 9}, {"b", 8, 0, {0}}}, {.max_age = seconds(5)}, "b:age a:age |"},
    {"a young borrower keeps its lender", {{"a", 9}, {"b", 3, 0, {0}}}, {.max_age = seconds(5)}, "| needed:a<b"},
    {"a pinned borrower keeps the lenders of its lenders",
     {{"a", 9}, {"b", 8, 0, {0}}, {"c", 7, 0, {1}, true}, {"d", 6}},
     {.max_age = seconds(5)},
     "d:age | needed:a<b needed:b<c pinned:c"},
    {"two borrowers, one stays",
     {{"a", 9}, {"b", 8, 0, {0}}, {"c", 2, 0, {0}}},
     {.max_age = seconds(5)},
     "b:age | needed:a<c"},
    {"size goes past what is needed",
     {{"a", 9, 5}, {"b", 8, 5}, {"c", 7, 5, {0}, true}},
     {.max_bytes = 1},
     "b:size | needed:a<c pinned:c"},
    {"size takes a borrower to get at its lender",
     {{"a", 9, 50}, {"b", 8, 1, {0}}, {"c", 7, 9}},
     {.max_bytes = 10},
     "b:size a:size |"},
    {"what size frees goes by its age",
     {{"a", 90, 1}, {"b", 8, 5, {0}}, {"c", 7, 5}},
     {.max_age = seconds(50), .max_bytes = 6},
     "b:size a:age |"},
    {"an interrupted removal goes on whatever the rules say",
     {{"a", 9, 5}, {"b", 8, 5, {}, false, true}},
     {},
     "b:interrupted |"},
    {"count passes over what is needed",
     {{"a", 9}, {"b", 8}, {"c", 7, 0, {0}}},
     {.max_count = 1},
     "b:count | needed:a<c"},
};

TEST(Retention, RulesAsATable) {
  for (const Case& test : kCases) {
    const std::vector<Keeping> all = keepings(test.all);
    EXPECT_EQ(text_of(all, plan(all, test.rule)), test.want) << test.name;
  }
}

TEST(Retention, WhatAnEnteringWorkflowReadsStays) {
  const std::vector<Keeping> all = keepings({{"a", 9, 1}, {"b", 8, 1, {0}}});
  EXPECT_EQ(text_of(all, plan(all, {.max_age = seconds(5)}, "b")), "| needed:a<b entering:b");
}

TEST(Retention, BytesAddUp) {
  const RetentionPlan some = plan(keepings({{"a", 9, 5}, {"b", 3, 7}}), {.max_age = seconds(5)});
  EXPECT_EQ(some.freed, 5U);
  EXPECT_EQ(some.left, 7U);
}

TEST(Retention, SaysWhenTheSparedMayBeTaken) {
  const std::vector<Keeping> all = keepings({{"a", 9, 5}});
  const RetentionPlan waiting = plan(all, {.max_bytes = 1, .size_spares = seconds(60)});
  EXPECT_TRUE(waiting.going.empty());
  EXPECT_EQ(waiting.next, at_second(kNow - 9 + 60));
  EXPECT_EQ(plan(all, {.max_bytes = 5, .size_spares = seconds(60)}).next, std::nullopt);
}

// What must hold of every plan: nothing that goes is pinned, unfinished or read by one that stays; after it nothing
// more goes; and who goes comes before those that it reads.
TEST(Retention, PlansOfRandomHistoriesAreSafeAndComplete) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 dice(seed);
    std::vector<Sample> samples;
    const std::size_t live = dice() % 3;
    for (std::size_t at = 0; at < 12; ++at) {
      Sample one{fmt::format("w{}", at), at < live ? 0 : static_cast<std::int64_t>(100 - at), dice() % 10};
      for (std::uint32_t lender = static_cast<std::uint32_t>(live); lender < at && at >= live; ++lender) {
        if (dice() % 6 == 0) one.reads.push_back(lender);
      }
      if (at < live) one.reads.push_back(static_cast<std::uint32_t>(live + dice() % 3));
      one.pinned = dice() % 8 == 0;
      samples.push_back(std::move(one));
    }
    const std::vector<Keeping> all = keepings(samples);
    const Retention rule{.max_age = seconds(80 + dice() % 20), .max_count = dice() % 12, .max_bytes = dice() % 60};
    const RetentionPlan first = plan(all, rule);
    std::vector<bool> gone(all.size());
    for (const Going& going : first.going) {
      const Keeping& one = all[going.at];
      EXPECT_TRUE(one.finished && !one.pinned) << "seed " << seed;
      for (std::size_t other = 0; other < all.size(); ++other) {
        const bool reads = std::ranges::find(all[other].lenders, going.at) != all[other].lenders.end();
        EXPECT_FALSE(reads && !gone[other]) << "seed " << seed << ": " << all[other].id << " reads " << one.id;
      }
      gone[going.at] = true;
    }
    std::vector<Keeping> rest;
    std::vector<std::uint32_t> place(all.size());
    for (std::size_t at = 0; at < all.size(); ++at) {
      if (gone[at]) continue;
      place[at] = static_cast<std::uint32_t>(rest.size());
      rest.push_back(all[at]);
    }
    for (Keeping& one : rest) {
      for (std::uint32_t& lender : one.lenders) lender = place[lender];
    }
    EXPECT_EQ(text_of(rest, plan(rest, rule)).front(), '|') << "seed " << seed;
  }
}

}  // namespace
}  // namespace sennit::store
