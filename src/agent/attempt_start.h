// What an attempt needs before there is a process: directories, environment, and a place for its output.
#pragma once

#include <cstdint>

#include "agent/attempt.h"
#include "agent/channel_table.h"
#include "agent/log_pump.h"
#include "agent/transfers/transfer_maker.h"
#include "agent/usage_sampler.h"
#include "base/clock.h"
#include "base/result.h"
#include "launch/sandbox_tools.h"
#include "proc/spawner.h"

namespace sennit::agent {

class ReportSink;

// For an attempt that has something to transfer, before the rest of it: its transfers, and the log that they write to.
// Fails as TransferMaker::make and LogPump::open.
Result<void> open_transfers(Attempt& attempt, TransferMaker& maker, LogPump& pump);

// Its command has ended: what it left is sent, also if it failed; not if it was stopped or is to start again, nor if
// nothing ever ran. False: there is nothing to wait for.
bool begin_upload(Attempt& attempt);

// Fails as launch::prepare and LogPump::open.
Result<void> prepare(Attempt& attempt, launch::SandboxTools& sandbox, LogPump& pump, const Clock& clock);
// A log that transfers have written to is left open.
void drop_prepared(Attempt& attempt, LogPump& pump);

// What is to be spawned of what was prepared. Refers to `prepared` and to `argv` and `keep`, which it fills.
proc::SpawnRequest request_of(Prepared& prepared, std::vector<const char*>& argv, std::vector<int>& keep);

// As far as they cost a plain process nothing that it did not ask for: holding it to a number of processes takes a
// cgroup of its own.
ResourceLimits limits_for(const StartOrder& order, const launch::PreparedProcess& process);

// Of a time that was measured, for reports.
std::uint32_t whole_ms(Micros time);

// For whoever looks at what attempts use, if it has run for long enough to be worth that.
void add_running(const Attempt& attempt, Micros now, UsageSampler::Running& running);

// That it runs, or has been taken: then without a process.
fact::AttemptStarted report_of(const Attempt& attempt);

// What it has come to.
void tell_again(const Attempt& attempt, ReportSink& sink);

// Its timer, which is made when it is needed.
void arm(loop::Loop& loop, Attempt& attempt, Micros delay, loop::Callback<void()> then);

// How one gets into it now. `attempt`: null if it is not here. Fails: kConflict (its command does not run, or it is
// paused).
Result<WayIn> way_into(const Attempt* attempt);

}  // namespace sennit::agent
