// The screens as they look: drawn from what a server has answered, at three sizes. What they show is compared with the
// files in golden/ (SENNIT_UPDATE_GOLDEN=1 writes them anew, to be read before they are committed).
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tui/app/dialogs.h"
#include "tui/app/frame_lines.h"
#include "tui/lists/runs_view.h"
#include "tui/logs/log_view.h"
#include "tui/run/run_view.h"
#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

using std::chrono::seconds;

const Instant kStart = Instant() + seconds(1'795'856'000);

struct Size {
  int width;
  int height;
};
constexpr Size kSizes[] = {{80, 24}, {120, 36}, {300, 100}};

views::TaskView task(std::string name, std::string status, int started = -1, int ended = -1) {
  views::TaskView task;
  task.name = std::move(name);
  task.status = std::move(status);
  if (started >= 0) task.start_time = kStart + seconds(started);
  if (ended >= 0) task.end_time = kStart + seconds(ended);
  return task;
}

views::WorkflowView training() {
  views::WorkflowView flow;
  flow.name = "training-7";
  flow.status = "RUNNING";
  flow.submit_time = kStart;
  flow.start_time = kStart;
  flow.expected_end_time = kStart + seconds(6000);
  flow.outputs = "/data/training-7";
  flow.counts = {.total = 6, .waiting = 2, .running = 2, .completed = 1, .failed = 1};
  views::GroupView& group = flow.groups.emplace_back();
  group.name = "all";
  group.tasks = {task("prepare", "COMPLETED", 0, 75), task("train-训练-🚀", "RUNNING", 80),
                 task("export", "RUNNING", 90),       task("evaluate", "FAILED", 100, 130),
                 task("publish", "WAITING"),          task("report", "SCHEDULING")};
  views::ProgressView& progress = group.tasks[1].progress.emplace();
  progress.percent = 67;
  progress.step = 670;
  progress.total = 1000;
  progress.loss = 0.189;
  progress.learning_rate = 0.0001;
  group.tasks[1].gpus = "0,1";
  group.tasks[2].flags = {"writes nothing"};
  group.tasks[2].retry_id = 1;
  group.tasks[3].failure_message = "exit code 3\033[2J";
  group.tasks[3].exit_code = 3;
  group.tasks[4].reason = "waits for evaluate";
  return flow;
}

views::WorkflowList runs() {
  views::WorkflowList list;
  for (const auto& [name, status] :
       {std::pair("training-7", "RUNNING"), std::pair("nightly-训练-12", "COMPLETED"),
        std::pair("evil\033]0;x\007-1", "FAILED"), std::pair("export-3", "FAILED_CANCELED")}) {
    views::WorkflowSummary& run = list.workflows.emplace_back();
    run.name = name;
    run.status = status;
    run.user = "somebody";
    run.submit_time = kStart;
    run.start_time = kStart + seconds(5);
    if (run.status != "RUNNING") run.end_time = kStart + seconds(3700);
  }
  return list;
}

// Keys that do not change with the screens.
std::vector<Act> some_acts() {
  std::vector<Act> acts = {{named(KeyName::kEnter), "details", "all that is known of the task", true, [] {}},
                           {character('l'), "log", "the task's log on the whole screen", true, [] {}},
                           {character('c'), "cancel", "the selected task, or those that are marked", true, [] {}},
                           {control('z'), "suspend", "back to the shell; `fg` goes on", false, [] {}}};
  for (int i = 1; i <= 12; ++i) {
    acts.push_back({named(static_cast<KeyName>(static_cast<int>(KeyName::kF1) + i - 1)), "act " + std::to_string(i),
                    "does what is act " + std::to_string(i), false, [] {}});
  }
  return acts;
}

// A frame as the app draws it: with the first and the last line.
std::string whole(View& view, Size size, bool ascii = false, Dialog* dialog = nullptr) {
  Frame frame(size.width, size.height, ascii ? Charset::kAscii : Charset::kUtf8);
  const Theme theme = standard_theme(ascii);
  const Pane pane(frame);
  const FrameLines lines{.titles = {"workflows", view.title()}, .acts = some_acts()};
  draw_first_line(pane.rows(0, 1), theme, lines);
  view.draw(pane.rows(1, size.height - 2), theme);
  draw_last_line(pane.rows(size.height - 1, 1), theme, lines);
  if (dialog != nullptr) dialog->draw(pane, theme);
  return frame.text();
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(__FILE__).substr(0, std::string_view(__FILE__).rfind('/')) + "/golden/" + name + ".txt";
  if (std::getenv("SENNIT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::istringstream shown(text);
  std::string line;
  std::string golden;
  for (int number = 1; std::getline(file, golden); ++number) {
    ASSERT_TRUE(std::getline(shown, line)) << path << " has more lines";
    ASSERT_EQ(line, golden) << "line " << number << " of " << path << ", of what is shown now:\n" << text;
  }
  EXPECT_FALSE(std::getline(shown, line)) << path << " has fewer lines";
}

std::string size_name(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

class Screens : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    server_.status(training());
    server_.answer("/v1/workflows", views::to_json(runs()));
    std::string text;
    for (int i = 1; i <= 200; ++i) text += "\033[32mstep " + std::to_string(i) + "\033[0m loss 0.5\r\n";
    server_.log("/v1/workflows/training-7/logs",
                text + "a long line: " + std::string(200, 'x') + " its end\n\033]0;evil\007last\n");
    server_.start();
  }

  // The run with the end of its log in sight, as it is once all answers have come.
  std::unique_ptr<RunView> run() {
    auto view = std::make_unique<RunView>(desk_, "training-7");
    desk_.wait([&] {
      view->take(EventWatch::News{});
      return drawn(*view, 80, 22).find("last") != std::string::npos;
    });
    desk_.time = kStart + seconds(4000);
    return view;
  }

  CannedServer server_;
  FakeDesk desk_{server_.place()};
};

TEST_F(Screens, Run) {
  const auto view = run();
  for (const Size size : kSizes) expect_golden("run-" + size_name(size), whole(*view, size));
}

TEST_F(Screens, RunInAscii) {
  const auto view = run();
  const std::string text = whole(*view, {120, 36}, true);
  expect_golden("run-ascii", text);
  for (const char letter : text) ASSERT_GT(letter, 0) << text;
}

TEST_F(Screens, DialogsInAscii) {
  const auto view = run();
  QuestionDialog question("Cancel evaluate of training-7?", [] {});
  HelpDialog help(view->title(), some_acts());
  PaletteDialog palette(some_acts(), [](const Act&) {});
  PromptDialog prompt("/", "训", {}, {});
  for (Dialog* dialog : {static_cast<Dialog*>(&question), static_cast<Dialog*>(&help), static_cast<Dialog*>(&palette),
                         static_cast<Dialog*>(&prompt)}) {
    for (const char letter : whole(*view, {80, 24}, true, dialog)) ASSERT_GT(letter, 0);
  }
}

TEST_F(Screens, Runs) {
  RunsView view(desk_);
  view.begin();
  desk_.wait([&] { return drawn(view, 80, 22).find("training-7") != std::string::npos; });
  desk_.time = kStart + seconds(4000);
  for (const Size size : kSizes) expect_golden("runs-" + size_name(size), whole(view, size));
}

TEST_F(Screens, Log) {
  LogView view(desk_, "training-7", "train");
  desk_.wait([&] { return drawn(view, 80, 22).find("last") != std::string::npos; });
  for (const Size size : kSizes) expect_golden("log-" + size_name(size), whole(view, size));
  press(view, character('w'));
  expect_golden("log-wrapped", whole(view, {80, 24}));
}

TEST_F(Screens, Dialogs) {
  const auto view = run();
  QuestionDialog question("Cancel train-训练-🚀 of training-7?", [] {});
  HelpDialog help(view->title(), some_acts());
  PaletteDialog palette(some_acts(), [](const Act&) {});
  PromptDialog prompt("/", "filter", {}, {});
  for (const Size size : kSizes) {
    expect_golden("help-" + size_name(size), whole(*view, size, false, &help));
    expect_golden("palette-" + size_name(size), whole(*view, size, false, &palette));
    expect_golden("question-" + size_name(size), whole(*view, size, false, &question));
    expect_golden("prompt-" + size_name(size), whole(*view, size, false, &prompt));
  }
}

TEST_F(Screens, FitWhateverSizeThereIs) {
  const auto view = run();
  RunsView list(desk_);
  LogView log(desk_, "training-7", "train");
  for (int width = 0; width < 130; width += 7) {
    for (int height = 0; height < 30; height += 3) {
      drawn(*view, width, height);
      drawn(list, width, height);
      drawn(log, width, height);
    }
  }
}

TEST_F(Screens, WhatIsNotThereIsSaid) {
  RunView view(desk_, "nobody-1");
  desk_.wait([&] {
    view.take(EventWatch::News{});
    return drawn(view, 80, 22).find("there is no such thing") != std::string::npos;
  });
}

// --- what their keys do

TEST_F(Screens, CancelAsksFirst) {
  const auto view = run();
  press(*view, character('j'));
  press(*view, character('c'));
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel train-训练-🚀 of training-7 (running)?");
}

TEST_F(Screens, MarkedTasksAreCancelledTogether) {
  const auto view = run();
  for (int i = 0; i < 5; ++i) press(*view, character(' '));
  press(*view, character('c'));
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel 3 tasks of training-7 (2 running, 1 waiting)? The rest is over.");
  desk_.asked[0].second();
  press(*view, character('G'));
  press(*view, character('c'));
  ASSERT_EQ(desk_.asked.size(), 2U);
  EXPECT_EQ(desk_.asked[1].first, "Cancel report of training-7 (waiting)?") << "marks end with the act";
}

TEST_F(Screens, CancellingWhatIsOverIsNoQuestion) {
  const auto view = run();
  press(*view, character('c'));
  EXPECT_TRUE(desk_.asked.empty());
  EXPECT_EQ(desk_.warned, std::vector<std::string>{"nothing to cancel: prepare is COMPLETED"});
}

TEST_F(Screens, CancellingAllTellsHowManyThereAre) {
  const auto view = run();
  press(*view, character('C'));
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel all of training-7 (2 running, 2 waiting)?");
}

TEST_F(Screens, APortIsAskedForAndForwarded) {
  const auto view = run();
  press(*view, character('F'));
  EXPECT_EQ(desk_.warned, std::vector<std::string>{"prepare does not run: there is no way in"});
  press(*view, character('j'));
  press(*view, character('F'));
  ASSERT_EQ(desk_.prompts.size(), 1U);
  desk_.prompts[0].done("");
  EXPECT_TRUE(desk_.commands.empty());
  desk_.prompts[0].done("8080:80");
  EXPECT_EQ(
      desk_.commands,
      (std::vector<std::vector<std::string>>{{"port-forward", "training-7", "train-训练-🚀", "--port", "8080:80"}}));
}

TEST_F(Screens, OnlyARunThatIsNotOverIsUnfinished) {
  const auto view = run();
  EXPECT_EQ(view->unfinished(), "training-7");
  views::WorkflowView ended = training();
  ended.status = "FAILED";
  ended.end_time = desk_.time;
  server_.change(ended);
  desk_.wait([&] {
    view->take(EventWatch::News{});
    return view->unfinished().empty();
  });
  press(*view, character('C'));
  EXPECT_TRUE(desk_.asked.empty());
  EXPECT_EQ(desk_.warned, std::vector<std::string>{"nothing to cancel: training-7 is FAILED"});
}

TEST_F(Screens, AShellOnlyWhereSomethingRuns) {
  const auto view = run();
  press(*view, character('s'));
  EXPECT_TRUE(desk_.commands.empty());
  EXPECT_EQ(desk_.warned, std::vector<std::string>{"prepare does not run: there is no way in"});
  press(*view, character('j'));
  press(*view, character('s'));
  ASSERT_EQ(desk_.commands.size(), 1U);
  EXPECT_EQ(desk_.commands[0], (std::vector<std::string>{"exec", "training-7", "train-训练-🚀"}));
}

TEST_F(Screens, FilterShowsLessAndEscapeAllAgain) {
  const auto view = run();
  press(*view, character('/'));
  ASSERT_EQ(desk_.prompts.size(), 1U);
  desk_.prompts[0].changed("PUBLISH");
  EXPECT_EQ(drawn(*view, 80, 22).find("prepare "), std::string::npos);
  desk_.prompts[0].changed("");
  EXPECT_NE(drawn(*view, 80, 22).find("prepare "), std::string::npos);
}

TEST_F(Screens, ChangesMoveTheRun) {
  const auto view = run();
  views::WorkflowView piece = training();
  piece.counts.running = 1;
  piece.counts.completed = 2;
  piece.groups[0].tasks = {task("export", "COMPLETED", 90, 4000)};
  server_.change(piece);
  desk_.wait([&] {
    view->take(EventWatch::News{});
    return drawn(*view, 80, 22).find("Running: 1 | Completed: 2") != std::string::npos;
  });
  EXPECT_NE(drawn(*view, 80, 22).find("publish"), std::string::npos) << "the others are what they were";
}

TEST_F(Screens, SearchFindsWhatIsSeenNotTheColours) {
  LogView view(desk_, "training-7", "train");
  desk_.wait([&] { return drawn(view, 80, 22).find("last") != std::string::npos; });
  press(view, character('/'));
  desk_.prompts.at(0).changed("step 7 loss");  // with an end of colour in the middle
  desk_.prompts.at(0).done("step 7 loss");
  EXPECT_TRUE(drawn(view, 80, 22).starts_with("step 7 loss 0.5\n"));
  EXPECT_TRUE(desk_.warned.empty());
  desk_.prompts.at(0).changed("[32m");
  press(view, character('N'));
  EXPECT_EQ(desk_.warned.size(), 1U);
}

TEST_F(Screens, LogScrollsAndFollowsAgain) {
  LogView view(desk_, "training-7", "train");
  desk_.wait([&] { return drawn(view, 80, 22).find("last") != std::string::npos; });
  press(view, character('g'));
  EXPECT_TRUE(drawn(view, 80, 22).starts_with("step 1 loss"));
  press(view, named(KeyName::kPageDown));
  EXPECT_TRUE(drawn(view, 80, 22).starts_with("step 22 loss"));
  press(view, character('f'));
  EXPECT_NE(drawn(view, 80, 22).find("\nlast\nfollowing"), std::string::npos);
}

TEST_F(Screens, ViewThatIsGoneTakesNoAnswer) {
  RunView* view = new RunView(desk_, "training-7");
  view->begin();
  delete view;
  bool last = false;
  desk_.requests().send([](client::Api& api) { return api.why_json("nobody", ""); }, [&](const auto&) { last = true; });
  desk_.wait([&] { return last; });
}

}  // namespace
}  // namespace sennit::tui
