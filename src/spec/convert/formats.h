// The two directions; see convert.h, which picks one and checks what comes out.
#pragma once

#include "spec/convert/convert.h"
#include "spec/convert/losses.h"

namespace sennit::spec {

// What is to be written, in the other format.
struct Draft {
  Workflow workflow;
  SourceNotes notes;
};

// Nothing if it is not possible, of which the losses tell.
std::optional<Draft> jobs_to_tasks(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options,
                                   Losses& losses);
std::optional<Draft> tasks_to_jobs(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options,
                                   Losses& losses);

// In both directions: a job is tried again after any failure, a task as an exit action says, after codes 1 to 255, at
// most so often (the engine's limit for tasks) and without a delay.
inline constexpr ExitAction kAnyFailure{ExitActionKind::kReschedule, 1, 255};
inline constexpr std::uint32_t kReschedules = 3;

}  // namespace sennit::spec
