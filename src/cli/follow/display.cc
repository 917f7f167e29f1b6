#include "cli/follow/display.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cli/render/graph_text.h"

namespace sennit::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenDrawings{100};
constexpr std::chrono::seconds kTick{1};  // times that run are shown in seconds
constexpr std::chrono::minutes kLongSilence{5};
constexpr std::size_t kMostWaiting = 64 * 1024;  // of lines that wait for the next drawing

Result<void> watch_in(const UniqueFd& epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) return Error::from_errno("watch a descriptor", errno);
  return {};
}

}  // namespace

bool can_draw_block(Session& session) {
  if (session.is_quiet() || !session.err().is_terminal() || variable("CI")) return false;
  const std::string term = variable("TERM").value_or("");
  return !term.empty() && term != "dumb";
}

Result<std::unique_ptr<Display>> Display::open(Session& session, Displayed& displayed, Below below) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!epoll || !timer) return Error::from_errno("make a timer", errno);
  SENNIT_TRY(watch_in(epoll, timer.get()));
  std::optional<JobSignals> signals;
  if (below == Below::kBlock) {
    SENNIT_ASSIGN(JobSignals opened, JobSignals::open());
    signals.emplace(std::move(opened));
    SENNIT_TRY(watch_in(epoll, signals->fd()));
  }
  return std::unique_ptr<Display>(
      new Display(session, displayed, std::move(epoll), std::move(timer), std::move(signals)));
}

Display::Display(Session& session, Displayed& displayed, UniqueFd epoll, UniqueFd timer,
                 std::optional<JobSignals> signals)
    : session_(session),
      displayed_(displayed),
      epoll_(std::move(epoll)),
      timer_(std::move(timer)),
      signals_(std::move(signals)),
      pinned_(on_narrowing(variable)) {
  if (!signals_ && !session_.is_quiet()) arm(last_said_ + kLongSilence);
}

Display::~Display() { close(); }

void Display::close() {
  if (!signals_) return;
  show({});
  signals_.reset();
}

void Display::print(std::string_view lines) {
  last_said_ = Clock::now();
  if (session_.is_quiet()) return;
  if (!signals_) {
    session_.say(lines);
    return;
  }
  above_ += lines;
  if (!lines.ends_with('\n')) above_ += '\n';
  draw_when_due();
}

void Display::changed() {
  if (signals_) draw_when_due();
}

Result<void> Display::watch(int fd) { return watch_in(epoll_, fd); }

void Display::act() {
  std::uint64_t expirations = 0;
  const bool expired = ::read(timer_.get(), &expirations, sizeof expirations) > 0;
  displayed_.catch_up();
  if (signals_) {
    take_signals();
    draw_when_due();
  } else if (expired) {
    break_silence();
  }
}

void Display::take_signals() {
  while (const std::optional<JobSignal> signal = signals_->take()) {
    if (*signal == JobSignal::kStop) {
      show({});
      signals_->stop();
    } else if (*signal == JobSignal::kGoesOn) {
      pinned_.forget();  // the shell has written below it
    }
    draw();
  }
}

void Display::break_silence() {
  const Clock::time_point due = last_said_ + kLongSilence;
  if (Clock::now() < due) {
    arm(due);
    return;
  }
  print(displayed_.standing());
  arm(last_said_ + kLongSilence);
}

bool Display::is_in_background() const {
  const pid_t front = ::tcgetpgrp(STDERR_FILENO);
  return front > 0 && front != ::getpgrp();
}

ScreenSize Display::size() const { return {.columns = session_.err().columns(), .rows = session_.err().rows()}; }

void Display::draw_when_due() {
  const Clock::time_point due = last_drawn_ + kBetweenDrawings;
  if (Clock::now() >= due || above_.size() > kMostWaiting) {
    draw();
  } else {
    arm(due);
  }
}

void Display::draw() {
  last_drawn_ = Clock::now();
  // By the whole second, however often it is drawn in between.
  arm(std::chrono::floor<std::chrono::seconds>(last_drawn_) + kTick);
  if (is_in_background()) {
    pinned_.forget();
    show({});
    return;
  }
  const ScreenSize now = size();
  show(displayed_.block({.columns = now.columns,
                         .rows = now.rows,
                         .style = session_.err_style(),
                         .charset = charset_of_locale(variable)}));
}

void Display::show(std::vector<BlockLine> lines) {
  OutputStream& stream = session_.err();
  if (lines.empty() && !pinned_.is_shown()) {
    stream.write(above_);  // as if it were no terminal
  } else {
    stream.write(pinned_.update(above_, std::move(lines), size()));
  }
  above_.clear();
  ignore(stream.flush(), "there is nowhere to tell that stderr is broken");
}

void Display::arm(Clock::time_point due) {
  const auto since = due.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  itimerspec at{};
  at.it_value.tv_sec = seconds.count();
  at.it_value.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count();
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

}  // namespace sennit::cli
