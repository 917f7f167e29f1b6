#include "cli/render/retention_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

views::GcReply reply() {
  views::GcReply reply{.dry_run = true,
                       .rules = {.finished = 86400.0 * 30, .size = 100ULL << 30U},
                       .freed = 3 << 20U,
                       .others = 4,
                       .size = 1 << 20U};
  reply.removed = {{.name = "old-1", .why = "age", .size = 3 << 20U, .error = {}}};
  reply.kept = {{.name = "live-1", .why = "live"},
                {.name = "a-1", .why = "needed", .needed_by = {"a-2", "a-3", "a-4", "a-5", "a-6"}},
                {.name = "b-1", .why = "pinned", .needed_by = {"b-2"}}};
  return reply;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(RetentionText, SaysWhatGoesAndWhy) {
  const std::string text = gc_text(reply(), Style::plain());
  EXPECT_TRUE(has(text, "Kept: 30d after the end, 100 GiB in all\n")) << text;
  EXPECT_TRUE(has(text, "ended more than 30d ago")) << text;
  EXPECT_TRUE(has(text, "Would remove 1 workflow, 3 MiB. 7 workflows stay, 1 MiB.\n")) << text;
}

TEST(RetentionText, SaysWhatStaysAndWhy) {
  const std::string text = gc_text(reply(), Style::plain());
  EXPECT_TRUE(has(text, "is not finished")) << text;
  EXPECT_TRUE(has(text, "is read by a-2, a-3, a-4 and 2 more")) << text;
  EXPECT_TRUE(has(text, "is pinned, and read by b-2")) << text;
}

TEST(RetentionText, WhatCouldNotBeRemovedStays) {
  views::GcReply failed = reply();
  failed.dry_run = false;
  failed.removed[0].error = "the disk is gone";
  const std::string text = gc_text(failed, Style::plain());
  EXPECT_TRUE(has(text, "is still there: the disk is gone")) << text;
  EXPECT_TRUE(has(text, "Removed 0 workflows")) << text;
  EXPECT_TRUE(has(text, "8 workflows stay")) << text;
}

}  // namespace
}  // namespace sennit::cli
