#include "tui/resources/resources_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

views::NodeView host() {
  views::NodeView node;
  node.node = "host-1";
  node.connected = true;
  node.cpus = 8;
  node.cpus_used = 4;
  node.memory = 8ULL << 30;
  node.memory_used = 2ULL << 30;
  node.gpu_count = 2;
  node.gpus = {{.device = 0, .workflow = "demo-1", .task = "fit", .share = 1}, {.device = 1}};
  node.running_tasks = 2;
  return node;
}

views::LoadView load(double cpus, std::uint64_t memory) {
  views::LoadView load;
  load.cpus = cpus;
  load.memory = memory;
  return load;
}

ResourceUse used() {
  ResourceUse use;
  use.nodes.resources = {host()};
  use.tasks = {{"demo-1", "fit", load(3, 1024)}, {"demo-1", "read", load(0.5, 2048)}};
  use.tasks[0].load.gpus = {{.device = 0, .busy = 0.75, .memory = 4ULL << 30}};
  return use;
}

TEST(ResourceRows, HostsWithTheirDevicesAndThenTasks) {
  std::vector<std::string> lines;
  for (const ResourceRow& row : rows_of(used())) lines.push_back(row.label + ": " + row.text);
  EXPECT_EQ(lines, (std::vector<std::string>{"host-1: 2 running", "CPUs: 4 of 8 taken", "Memory: 2 GiB of 8 GiB taken",
                                             "GPU 0: 75% busy, 4 GiB  demo-1/fit", "GPU 1: free", "What tasks use: ",
                                             "demo-1/fit:    3.0 CPUs  1 KiB                 GPU 0: 75%",
                                             "demo-1/read:    0.5 CPUs  2 KiB               "}));
}

TEST(ResourceRows, NobodyThereIsSaid) {
  const std::vector<ResourceRow> rows = rows_of({});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].label, "No host is connected");
}

TEST(ResourceSample, SumsWhatIsConnected) {
  ResourceUse use = used();
  use.nodes.resources.push_back(host());
  use.nodes.resources[1].connected = false;
  const UseSample sample = sample_of(use);
  EXPECT_DOUBLE_EQ(sample.cpus, 3.5);
  EXPECT_DOUBLE_EQ(sample.cpu_count, 8);
  EXPECT_DOUBLE_EQ(sample.gpus, 0.75);
  EXPECT_DOUBLE_EQ(sample.memory, 3072);
}

TEST(ResourceSample, DeviceThatSeveralShareIsBusyOnce) {
  ResourceUse use = used();
  use.nodes.resources[0].gpus = {{.device = 0, .workflow = "demo-1", .task = "fit", .share = 0.5},
                                 {.device = 0, .workflow = "demo-1", .task = "fit", .share = 0.5}};
  EXPECT_DOUBLE_EQ(sample_of(use).gpus, 0.75);
}

class ResourcesViewTest : public testing::Test {
 protected:
  ResourcesViewTest() {
    views::WorkflowSummary run;
    run.name = "demo-1";
    run.status = "RUNNING";
    views::MetricsView metrics{.workflow = "demo-1"};
    for (const TaskUse& task : used().tasks) {
      views::TaskMetricsView& told = metrics.tasks.emplace_back();
      told.name = task.task;
      told.load = task.load;
    }
    server_.answer("/v1/resources", views::to_json(used().nodes));
    server_.answer("/v1/workflows", views::to_json(views::WorkflowList{.workflows = {run}}));
    server_.answer("/v1/workflows/demo-1/metrics", views::to_json(metrics));
    server_.start();
    view_.begin();
    desk_.wait([&] { return drawn(view_, 80, 20).find("host-1") != std::string::npos; });
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  ResourcesView view_{desk_};
};

TEST_F(ResourcesViewTest, ShowsHostsTasksAndAHistory) {
  const std::string shown = drawn(view_, 80, 20, true);
  EXPECT_NE(shown.find(" host-1  2 running\n"
                       "   CPUs      ##########..........  4 of 8 taken\n"
                       "   Memory    #####...............  2 GiB of 8 GiB taken\n"
                       "   GPU 0     ###############.....  75% busy, 4 GiB  demo-1/fit\n"),
            std::string::npos)
      << shown;
  EXPECT_NE(shown.find("CPUs: 3.5 of 8 busy"), std::string::npos) << shown;
}

TEST_F(ResourcesViewTest, AsciiHasNothingElse) { expect_all_ascii(view_); }

TEST_F(ResourcesViewTest, HistoryGrowsToTheLeft) {
  const auto dots = [&] {
    const std::string shown = drawn(view_, 80, 20, true);
    return std::ranges::count(shown, ':');
  };
  const auto before = dots();
  desk_.time = desk_.time + std::chrono::seconds(10);
  view_.tick();
  desk_.wait([&] { return dots() > before; });
}

TEST_F(ResourcesViewTest, TheHolderOfADeviceIsOpened) {
  for (int i = 0; i < 3; ++i) press(view_, named(KeyName::kDown));
  press(view_, named(KeyName::kEnter));
  ASSERT_EQ(desk_.opened.size(), 1U);
  EXPECT_EQ(desk_.opened[0]->title(), "fit");
  press(view_, named(KeyName::kDown));
  press(view_, named(KeyName::kEnter));
  EXPECT_EQ(desk_.opened.size(), 1U) << "nobody holds this one";
}

TEST_F(ResourcesViewTest, FitsASmallScreen) {
  EXPECT_NE(drawn(view_, 20, 4).find("host-1"), std::string::npos);
  EXPECT_NE(drawn(view_, 1, 1), "");
}

}  // namespace
}  // namespace sennit::tui
