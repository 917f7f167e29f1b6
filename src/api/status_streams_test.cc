// A workflow's state as a stream: in pieces, and then what changes.
#include "api/status_streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "api/service_fixture.h"
#include "http/sse.h"

namespace sennit::api {
namespace {

struct Told {
  std::string kind;
  views::WorkflowView view;
};

class StatusStream : public ServiceTest {
 protected:
  static std::vector<Told> told(const Answer& answer) {
    std::vector<Told> pieces;
    loop::Callback<void(const http::SseEvent&)> keep = [&](const http::SseEvent& sse) {
      pieces.push_back({sse.type, views::parse_workflow(sse.data).value()});
    };
    EXPECT_TRUE(http::SseParser().feed(answer.body, keep).ok());
    return pieces;
  }
  // "status: make RUNNING, use WAITING", a line for each piece.
  static std::vector<std::string> lines(const Answer& answer) {
    std::vector<std::string> lines;
    for (const Told& piece : told(answer)) {
      std::string line = piece.kind + ':';
      for (const views::GroupView& group : piece.view.groups) {
        for (const views::TaskView& task : group.tasks) line += fmt::format(" {} {}", task.name, task.status);
      }
      lines.push_back(line);
    }
    return lines;
  }
  std::shared_ptr<Answer> follow() {
    auto answer = ask("GET", "/v1/workflows/last?follow=1");
    wait_for_pieces(*answer, 2);
    return answer;
  }
  template <class Condition>
  void wait_until(const Condition& condition) {
    while (!condition()) {
      settle();
      loop_.run_once();
    }
  }
  void wait_for_pieces(const Answer& answer, std::size_t count) {
    wait_until([&] { return told(answer).size() >= count; });
  }
  // The last that was told of each task.
  static std::map<std::string, std::string> known(const Answer& answer) {
    std::map<std::string, std::string> known;
    for (const Told& piece : told(answer)) {
      for (const views::GroupView& group : piece.view.groups) {
        for (const views::TaskView& task : group.tasks) known[task.name] = task.status;
      }
    }
    return known;
  }
  void wait_until_told(const Answer& answer, const std::string& task, const std::string& status) {
    wait_until([&] { return known(answer)[task] == status; });
  }
  static std::string many(int tasks) {
    std::string text = "workflow:\n  name: many\n  tasks:\n";
    for (int i = 0; i < tasks; ++i) text += fmt::format("  - {{name: t{}, image: alpine:3, command: [x]}}\n", i);
    return text;
  }
  void progress(std::size_t order, double step) {
    ProgressReport report{.attempt = runner_.started.at(order).attempt, .at = loop_.clock().now()};
    report.values = {{"step", step}};
    service_.parts().boards.measures.put(std::move(report));
  }
};

TEST_F(StatusStream, AllOfItOnceAndWhatChanges) {
  submit(kTwoTasks);
  const auto answer = follow();
  EXPECT_EQ(lines(*answer), (std::vector<std::string>{"status: make INITIALIZING use WAITING", "listed:"}));
  started(0);
  wait_until_told(*answer, "make", "RUNNING");
  EXPECT_EQ(told(*answer).back().view.counts.running, 1U);
  exited(0, 0);
  wait_until_told(*answer, "make", "COMPLETED");
  wait_until_told(*answer, "use", "INITIALIZING");
  started(1);
  exited(1, 3);
  wait_for(answer);
  EXPECT_EQ(lines(*answer).back(), "end:");
  EXPECT_EQ(told(*answer).back().view.status, "FAILED");
  EXPECT_EQ(known(*answer), (std::map<std::string, std::string>{{"make", "COMPLETED"}, {"use", "FAILED"}}));
}

TEST_F(StatusStream, IsTheSameAsTheStatus) {
  submit(kTwoTasks);
  started(0);
  const auto whole = wait_for(ask("GET", "/v1/workflows/last"));
  const auto answer = wait_for(ask("GET", "/v1/workflows/last?pieces=1"));
  const std::vector<Told> pieces = told(*answer);
  ASSERT_EQ(pieces.size(), 2U);
  views::WorkflowView expected = views::parse_workflow(whole->body).value();
  views::WorkflowView got = pieces[0].view;
  expected.duration = got.duration;  // it went on
  expected.queued_time = got.queued_time;
  EXPECT_EQ(got, expected);
}

TEST_F(StatusStream, LargeOnesComeInPieces) {
  submit(many(1200));
  const auto answer = wait_for(ask("GET", "/v1/workflows/last?pieces=1"));
  const std::vector<Told> pieces = told(*answer);
  ASSERT_EQ(pieces.size(), 4U);
  EXPECT_EQ(pieces[0].view.groups.size(), 500U);
  EXPECT_EQ(pieces[2].view.groups.size(), 200U);
  EXPECT_EQ(pieces[2].view.groups.back().tasks.at(0).name, "t1199");
  EXPECT_EQ(pieces[3].kind, "listed");
  EXPECT_EQ(pieces[3].view.counts.total, 1200U);
}

TEST_F(StatusStream, OfLargeOnesTooOnlyWhatChanges) {
  submit(many(600));
  const auto answer = ask("GET", "/v1/workflows/last?follow=1");
  wait_for_pieces(*answer, 3);
  started(1);
  wait_until_told(*answer, "t1", "RUNNING");
  std::set<std::string> changed;
  const std::vector<Told> pieces = told(*answer);
  const auto listed = std::ranges::find(pieces, "listed", &Told::kind);
  for (auto piece = listed; piece != pieces.end(); ++piece) {
    for (const views::GroupView& group : piece->view.groups) changed.insert(group.tasks.at(0).name);
  }
  EXPECT_EQ(changed, std::set<std::string>{"t1"});
}

TEST_F(StatusStream, ProgressIsTold) {
  submit(kTwoTasks);
  started(0);
  const auto answer = follow();
  progress(0, 1);
  progress(0, 2);
  const auto step = [&]() -> std::optional<double> {
    for (const Told& piece : told(*answer)) {
      if (piece.view.groups.empty() || !piece.view.groups[0].tasks[0].progress) continue;
      EXPECT_EQ(piece.view.groups.size(), 1U) << "the other one has told nothing";
      return piece.view.groups[0].tasks[0].progress->step;
    }
    return std::nullopt;
  };
  wait_until([&] { return step().has_value(); });
  EXPECT_EQ(step(), 2) << "both came before it was time to tell";
}

TEST_F(StatusStream, AnotherReasonIsToldWhateverHasHappened) {
  submit(
      "workflow:\n  name: all\n  resources: {r: {gpu: 2}}\n  tasks:\n  - {name: a, image: x, command: [x], resource: "
      "r}\n");
  started(0);
  submit(
      "workflow:\n  name: wants\n  resources: {r: {gpu: 2}}\n  tasks:\n  - {name: b, image: x, command: [x], resource: "
      "r}\n");
  const auto answer = follow();
  const std::string before = told(*answer)[0].view.groups[0].tasks[0].reason;
  EXPECT_NE(before, "");
  submit(
      "workflow:\n  name: first\n  resources: {r: {gpu: 2}}\n  tasks:\n  - {name: c, image: x, command: [x], resource: "
      "r}\n");
  ask("POST", "/v1/workflows/wants-1/pause", "{}");
  const auto reason = [&] {
    std::string last;
    for (const Told& piece : told(*answer)) {
      if (!piece.view.groups.empty()) last = piece.view.groups[0].tasks[0].reason;
    }
    return last;
  };
  wait_until([&] { return reason() != before; });
}

TEST_F(StatusStream, SlowFollowerIsToldWhatIsThen) {
  submit(kTwoTasks);
  const auto answer = follow();
  answer->buffered = http::Responder::kHighWater + 1;
  started(0);
  exited(0, 0);
  started(1);
  loop::Timer timer(loop_);
  bool passed = false;
  timer.arm_after(std::chrono::milliseconds(120), [&] { passed = true; });
  while (!passed) loop_.run_once();
  EXPECT_EQ(told(*answer).size(), 2U);
  answer->buffered = 0;
  answer->drained();
  EXPECT_EQ(lines(*answer).at(2), "status: make COMPLETED use RUNNING");
}

TEST_F(StatusStream, EndsWhileItsFollowerIsSlow) {
  submit(kTwoTasks);
  const auto answer = follow();
  answer->buffered = http::Responder::kHighWater + 1;
  started(0);
  exited(0, 3);
  settle();
  EXPECT_FALSE(answer->complete);
  answer->buffered = 0;
  answer->drained();
  EXPECT_TRUE(answer->complete);
  EXPECT_EQ(lines(*answer).back(), "end:");
}

TEST_F(StatusStream, FinishedOneEndsAtOnce) {
  submit(kTwoTasks);
  started(0);
  exited(0, 3);
  const auto answer = wait_for(ask("GET", "/v1/workflows/last?follow=1"));
  EXPECT_EQ(lines(*answer), (std::vector<std::string>{"status: make FAILED use FAILED_UPSTREAM", "listed:", "end:"}));
}

TEST_F(StatusStream, FollowerGoes) {
  submit(kTwoTasks);
  const auto answer = follow();
  answer->closed();
  started(0);
  settle();
  EXPECT_EQ(told(*answer).size(), 2U);
}

}  // namespace
}  // namespace sennit::api
