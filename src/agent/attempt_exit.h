// How the end of an attempt is told, from what the system and the log said of it.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "logs/log_writer.h"
#include "model/fact.h"
#include "proc/child.h"

namespace sennit::agent {

AttemptExit not_started(std::int32_t code, std::string message, Instant at);

// Nobody knows how it would have ended.
void set_lost(AttemptExit& exit, std::string message);

// What a failed start counts as: the user's mistake, or the host's shortage.
std::int32_t code_for(const Error& error);

// Adds to what is said already.
void add_failure(AttemptExit& exit, std::string why);

std::string describe_download_failure(const Error& error);
// The command has ended; that its outputs are not where they belong is the attempt's failure if it was not the
// command's. Cancelled: it was stopped.
void add_upload_failure(AttemptExit& exit, const Error& error);

// Copies how the process ended and what it used.
void take_end(const proc::ProcessEnd& end, AttemptExit& exit);

// Cuts a message that embeds what a user wrote (the name of a program may have megabytes) to what people read.
void shorten(std::string& message);

// What of the output is missing and why, for the exit's message; "" if nothing is.
std::string describe_loss(const logs::LogSummary& summary);

}  // namespace sennit::agent
