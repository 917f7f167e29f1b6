// What exit codes mean: the classification and its words.
#include "core/exit_rules.h"

#include <gtest/gtest.h>

#include "core/exit_meaning.h"

namespace sennit::core {
namespace {

AttemptExit not_started(std::int32_t code, std::string message = {}) {
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = code;
  exit.message = std::move(message);
  return exit;
}

TEST(ExitMeaning, CodesOfCommandsHaveNone) {
  for (std::int32_t code = 0; code < 256; ++code) EXPECT_EQ(meaning_of(code), nullptr) << code;
}

TEST(ExitMeaning, RangesTellTheCodeThatTheyCarry) {
  EXPECT_EQ(sentence_of(256), "the preparation of its container failed with code 1");
  EXPECT_EQ(sentence_of(303), "the preparation of its container failed with code 48");
  EXPECT_EQ(sentence_of(510), "the preparation of its container failed with code 255");
  EXPECT_EQ(sentence_of(1001), "the check of its host before the start failed with code 1");
  EXPECT_EQ(sentence_of(511), "");
}

TEST(ExitMeaning, StatusesAreThoseOfTheClassification) {
  struct Case {
    std::int32_t code;
    Status status;
  };
  for (const Case& c :
       {Case{301, Status::kFailedImagePull}, Case{302, Status::kFailedImagePull}, Case{304, Status::kFailed},
        Case{999, Status::kFailed}, Case{1003, Status::kFailed}, Case{2012, Status::kFailed},
        Case{2031, Status::kFailed}, Case{3000, Status::kFailedUpstream}, Case{3001, Status::kFailedBackendError},
        Case{3002, Status::kFailedServerError}, Case{3003, Status::kFailedStartError},
        Case{3004, Status::kFailedEvicted}, Case{3005, Status::kFailedStartTimeout},
        Case{3006, Status::kFailedPreempted}, Case{4000, Status::kFailed}}) {
    const Verdicted verdict = classify(not_started(c.code));
    EXPECT_EQ(verdict.status, c.status) << c.code;
    EXPECT_EQ(verdict.message, sentence_of(c.code));
  }
}

TEST(ExitMeaning, WhatTheRunnerSaysGoesFirst) {
  EXPECT_EQ(classify(not_started(2031, "no program named 'x' in PATH")).message, "no program named 'x' in PATH");
}

TEST(ExitActions, TheFirstInTheFileCounts) {
  const ExitAction actions[] = {{ExitActionKind::kRestart, 1, 5}, {ExitActionKind::kFail, 5, 9}};
  const ExitAction of_pool[] = {{ExitActionKind::kComplete, 1, 9}};
  EXPECT_EQ(apply_exit_actions(Status::kFailed, 5, actions, of_pool, 0, 3).applied, ExitActionKind::kRestart);
  EXPECT_EQ(apply_exit_actions(Status::kFailed, 5, actions, of_pool, 3, 3).applied, std::nullopt);
  EXPECT_TRUE(apply_exit_actions(Status::kFailed, 5, actions, of_pool, 3, 3).limit_reached);
  EXPECT_EQ(apply_exit_actions(Status::kFailed, 10, actions, of_pool, 0, 3).applied, std::nullopt);
}

}  // namespace
}  // namespace sennit::core
