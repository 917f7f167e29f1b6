#include "agent/sandbox_end.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/utf8.h"
#include "model/exit_codes.h"
#include "model/inside_report.h"

namespace sennit::agent {
namespace {

constexpr std::int32_t kMostSignal = 64;

struct Reports {
  bool begun = false;
  std::optional<InsideReport> failed;
  std::optional<InsideReport> ended;
};

Reports read_reports(int pipe) {
  Reports reports;
  InsideReport report;
  while (::read(pipe, &report, sizeof report) == sizeof report) {
    switch (report.what) {
      case InsideReport::What::kBegun: reports.begun = true; break;
      case InsideReport::What::kFailed: reports.failed = report; break;
      case InsideReport::What::kEnded: reports.ended = report; break;
    }
  }
  return reports;
}

// The last line that was said, without the program's name in front.
std::string last_words(int file) {
  std::string text(4096, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  text.erase(0, text.rfind('\n') + 1);
  if (first_bad_utf8(text) != std::string::npos) return "it said what is no text";
  return text.empty() ? "nobody said why" : text;
}

std::string why_not_started(const InsideReport& failed) {
  switch (failed.step) {
    case InsideReport::Step::kProcess: return Error::from_errno("make a process", failed.error).message();
    case InsideReport::Step::kDirectory:
      return Error::from_errno("enter the working directory in the sandbox", failed.error).message();
    case InsideReport::Step::kExec: break;
  }
  switch (failed.error) {
    case ENOENT:
    case ENOTDIR: return "no such program in the sandbox";
    case EACCES: return "the program is not executable in the sandbox";
    case E2BIG: return "arguments and environment are too long";
    default: return Error::from_errno("start the program", failed.error).message();
  }
}

void set_not_started(AttemptExit& exit, std::int32_t code, std::string message) {
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = code;
  exit.message = std::move(message);
}

}  // namespace

bool has_begun(const launch::SandboxEnds& sandbox) {
  int waiting = 0;
  return ::ioctl(sandbox.report.get(), FIONREAD, &waiting) == 0 && waiting > 0;
}

void take_sandbox_end(const launch::SandboxEnds& sandbox, Micros started_boot, AttemptExit& exit) {
  const Reports reports = read_reports(sandbox.report.get());
  if (reports.failed) return set_not_started(exit, exit_codes::kCommandNotStarted, why_not_started(*reports.failed));
  if (reports.ended) {
    const InsideReport& end = *reports.ended;
    exit.how = end.signaled != 0 ? AttemptExit::How::kSignaled : AttemptExit::How::kExited;
    exit.code = end.code;
    exit.ran_us = end.ended_boot_us - started_boot.count();
    exit.usage = {.max_memory = Bytes(static_cast<std::uint64_t>(end.max_rss)), .cpu = Micros(end.cpu_us)};
    return;
  }
  if (exit.how == AttemptExit::How::kSignaled) return;  // all of it was ended from outside
  const std::int32_t signal = exit.code - exit_codes::of_signal(0);
  if (reports.begun && signal > 0 && signal <= kMostSignal) {
    exit.how = AttemptExit::How::kSignaled;
    exit.code = signal;
    return;
  }
  set_not_started(exit, exit_codes::kStartError, "the sandbox could not be made: " + last_words(sandbox.trouble.get()));
}

}  // namespace sennit::agent
