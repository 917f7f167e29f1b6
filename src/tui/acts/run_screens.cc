#include "tui/acts/run_screens.h"

namespace sennit::tui {
namespace {

RunScreen beside(RunScreen screen, int by) {
  return static_cast<RunScreen>((static_cast<int>(screen) + by + kRunScreens) % kRunScreens);
}

}  // namespace

void add_screens(std::vector<Act>& acts, const ShowScreen& show, RunScreen here, const std::string& task) {
  if (!show) return;
  const auto add = [&](const Key& key, const char* name, const char* help, RunScreen screen) {
    if (screen != here) acts.push_back({key, name, help, false, [show, screen, task] { show(screen, task); }});
  };
  add(character('v'), "graph", "the workflow as a drawing, with its states", RunScreen::kGraph);
  add(character('T'), "timeline", "when tasks were queued, ran and stored", RunScreen::kTimeline);
  add(character('m'), "charts", "the numbers of the task over time", RunScreen::kCharts);
  add(character(']'), "next screen", "of the run: tasks, graph, timeline, charts", beside(here, 1));
  add(character('['), "screen before", "of the run", beside(here, -1));
}

}  // namespace sennit::tui
