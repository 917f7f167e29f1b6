#include "agent/attempt_exit.h"

#include <fmt/format.h>

#include <utility>

#include "base/utf8.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr std::size_t kMaxMessage = 4096;

}  // namespace

AttemptExit not_started(std::int32_t code, std::string message, Instant at) {
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = code;
  exit.message = std::move(message);
  exit.at = at;
  return exit;
}

void set_lost(AttemptExit& exit, std::string message) {
  exit.how = AttemptExit::How::kLost;
  exit.code = exit_codes::kLost;
  exit.message = std::move(message);
}

std::int32_t code_for(const Error& error) {
  return error.code() == ErrorCode::kExhausted ? exit_codes::kStartError : exit_codes::kCommandNotStarted;
}

void add_failure(AttemptExit& exit, std::string why) {
  exit.message = exit.message.empty() ? std::move(why) : exit.message + "; " + why;
}

std::string describe_download_failure(const Error& error) {
  return "its data could not be made ready: " + error.message();
}

// A command that failed is what people have to look at first.
void add_upload_failure(AttemptExit& exit, const Error& error) {
  if (exit.how == AttemptExit::How::kExited && exit.code == 0) exit.code = exit_codes::kUploadFailed;
  add_failure(exit, error.code() == ErrorCode::kCancelled ? "stopped while its outputs were uploaded"
                                                          : "its outputs could not be uploaded: " + error.message());
}

void take_end(const proc::ProcessEnd& end, AttemptExit& exit) {
  exit.how = end.how == proc::ProcessEnd::How::kExited ? AttemptExit::How::kExited : AttemptExit::How::kSignaled;
  exit.code = end.code;
  exit.usage = {.max_memory = Bytes(end.max_rss), .cpu = end.cpu};
}

void shorten(std::string& message) {
  if (message.size() <= kMaxMessage) return;
  message.resize(whole_code_points(message, kMaxMessage));
  message += "...";
}

std::string describe_loss(const logs::LogSummary& summary) {
  std::string text;
  if (summary.lost > 0) {
    text = fmt::format("{} bytes of its output could not be written: {}", summary.lost, summary.why_lost);
  }
  if (summary.why_copy_stopped.empty()) return text;
  if (!text.empty()) text += "; ";
  return text.append("its job.log is incomplete: ").append(summary.why_copy_stopped);
}

}  // namespace sennit::agent
