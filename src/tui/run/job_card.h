// A task as a card, or as one line where there are many.
#pragma once

#include <string>

#include "base/instant.h"
#include "tui/jobs/job.h"
#include "tui/terminal/frame.h"
#include "tui/view/theme.h"

namespace sennit::tui {

inline constexpr int kCardLines = 4;

struct CardState {
  bool selected = false;
  bool marked = false;
  Instant now;
};

//  ┌─ Job: train [GPU:0] ──────────────────── RUNNING ─┐
//  │ 67% ████████████░░░░░░ 670/1000 steps             │
//  │ Loss: 0.189 | LR: 0.0001 | Time: 1 h 32 m         │
//  └───────────────────────────────────────────────────┘
void draw_card(const Pane& pane, const Theme& theme, const Job& job, const CardState& state);

//  ● train              RUNNING   67% ██████░░░ 1 h 32 m
void draw_job_line(const Pane& pane, const Theme& theme, const Job& job, const CardState& state);

// "Loss: 0.189 | LR: 0.0001 | Time: 1 h 32 m", or why it is where it is.
std::string facts_of(const Job& job, Instant now);

}  // namespace sennit::tui
