// What an attempt needs before there is a process: directories, environment, and a place for its output.
#pragma once

#include <cstdint>

#include "agent/attempt.h"
#include "agent/log_pump.h"
#include "base/clock.h"
#include "base/result.h"

namespace sennit::agent {

// Fails as launch::prepare_process and LogPump::open.
Result<void> prepare(Attempt& attempt, LogPump& pump, const Clock& clock);
void drop_prepared(Attempt& attempt, LogPump& pump);

// Of a time that was measured, for reports.
std::uint32_t whole_ms(Micros time);

// That it runs, or has been taken: then without a process.
fact::AttemptStarted report_of(const Attempt& attempt);

}  // namespace sennit::agent
