// What a course has come to, for people and for programs.
#pragma once

#include <string>

#include "agent/ctrl/course.h"
#include "agent/ctrl/task_order.h"

namespace sennit::agent {

// {"workflow", "task", "retry_id", "phase", "exit_code", "failure_message", "phases": [{"name", "start_time",
// "end_time"}]}; exit_code is null until it is known, 128 and the number for a signal.
std::string report_json(const TaskOrder& order, const CourseState& state);

// A few lines: the workflow, the task, and each phase with its times.
std::string report_text(const TaskOrder& order, const Course& course, Instant now);

}  // namespace sennit::agent
