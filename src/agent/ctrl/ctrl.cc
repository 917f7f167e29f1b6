#include "agent/ctrl/ctrl.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "agent/ctrl/course.h"
#include "agent/ctrl/report.h"
#include "agent/ctrl/stored_output.h"
#include "agent/ctrl/task_requests.h"
#include "agent/ctrl/user_link.h"
#include "agent/message_log.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kFarewell = std::chrono::seconds(5);

// A file as a whole in the place of another one.
Result<void> replace_file(const std::string& path, std::string_view bytes) {
  const std::string fresh = path + ".new";
  const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno("make " + fresh, errno);
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd.get(), bytes.data(), bytes.size());
    if (count < 0) return Error::from_errno("write " + fresh, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return Error::from_errno("put " + path + " in its place", errno);
  return {};
}

// nullopt: it is not there.
Result<std::optional<std::string>> read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return std::optional<std::string>();
  if (!fd) return Error::from_errno("open " + path, errno);
  std::string bytes;
  char piece[4096];
  ssize_t count = 0;
  while ((count = ::read(fd.get(), piece, sizeof piece)) > 0) bytes.append(piece, static_cast<std::size_t>(count));
  if (count < 0) return Error::from_errno("read " + path, errno);
  return std::optional<std::string>(std::move(bytes));
}

Result<CourseState> load_course(const std::string& path) {
  SENNIT_ASSIGN(const std::optional<std::string> bytes, read_file(path));
  if (!bytes) return CourseState();
  Result<CourseState> state = decode_course_state(*bytes);
  if (!state) return std::move(state).error().in(path);
  return state;
}

// For a ctrl without a storage: a task that needs one is told so.
class NoTransfers final : public Transfers {
 public:
  NoTransfers(loop::Loop& loop, const TaskBody& body) : loop_(loop), body_(body) {}

  void download(Sink& sink) override { answer(sink, body_.inputs.empty() ? "" : "inputs"); }
  void upload(Sink& sink) override { answer(sink, body_.outputs.empty() ? "" : "outputs"); }
  void cancel() override {}

 private:
  void answer(Sink& sink, std::string_view what) {
    loop_.post([&sink, what] {
      if (what.empty()) return sink.on_transfer_done({});
      sink.on_transfer_done(Error(ErrorCode::kUnavailable, std::string("this ctrl has no storage for ").append(what)));
    });
  }

  loop::Loop& loop_;
  const TaskBody& body_;
};

class Ctrl final : private UserLink::Handler, private Course::Container, private Course::Sink {
 public:
  Ctrl(loop::Loop& loop, const CtrlOptions& options, StoredOutput output, CourseState state)
      : loop_(loop),
        options_(options),
        output_(std::move(output)),
        transfers_(loop, options.order.body),
        course_(clock_, transfers_, *this, *this, std::move(state)),
        absence_(loop),
        grace_(loop) {}

  Result<void> begin() {
    SENNIT_ASSIGN(
        link_,
        UserLink::open(loop_, {.socket = options_.socket, .session = output_.session(), .position = output_.position()},
                       *this));
    requests_.emplace(*link_,
                      TaskRequests::Offers{
                          .status = [this](bool json) { return status(json); }, .log = options_.log, .data = nullptr});
    wait_for_container(options_.wait_for_container);
    course_.begin();
    return {};
  }

  void stop() {
    course_.stop();
    grace_.arm_after(options_.grace, [this] { course_.kill(); });
  }

  const CourseState& state() const { return course_.state(); }

 private:
  void wait_for_container(Micros time) {
    absence_.arm_after(time, [this] {
      const bool never_came = !was_joined_ && output_.session() == 0;
      course_.on_container_lost(never_came ? "its container did not come" : "its container has gone");
    });
  }

  Result<std::string> status(bool json) {
    if (json) return report_json(options_.order, course_.state()) + "\n";
    return report_text(options_.order, course_, clock_.now());
  }

  // The link's.
  void on_joined(const wire::UserInfo& info) override {
    was_joined_ = true;
    if (!course_.state().over) absence_.cancel();
    if (info.state != wire::UserInfo::State::kWaiting) output_.begin(info.session);
    session_ = info.session;
    course_.on_container_ready();
    if (course_.state().stopped && !course_.state().has_exit) link_->signal(SIGTERM);
  }
  void on_left(const Error& /*error*/) override {
    if (course_.state().has_exit) {
      leave_if_over();
    } else {
      wait_for_container(options_.wait_for_return);
    }
  }
  void on_replaced() override { course_.on_container_lost("its container was started anew while its command ran"); }
  void on_started(const wire::CommandStarted& /*started*/) override {
    output_.begin(session_);
    course_.on_command_started();
  }
  void on_output(const wire::Output& output) override {
    output_.begin(session_);
    output_.write(output);
    link_->acknowledge(output_.position());
  }
  void on_missing(std::uint64_t bytes) override { output_.skip(clock_.now(), bytes); }
  void on_ended(const wire::CommandEnded& ended) override { course_.on_command_ended(ended); }
  void on_request(RequestId id, const wire::Request& request) override { requests_->on_request(id, request); }
  void on_request_drained(RequestId id) override { requests_->on_drained(id); }
  void on_request_gone(RequestId id) override { requests_->on_gone(id); }

  // The course's.
  void start_command() override { link_->start(start_command_of(options_.order)); }
  void dismiss(std::uint32_t code, std::string_view why) override { link_->dismiss(code, std::string(why)); }
  void signal(int number) override { link_->signal(static_cast<std::uint32_t>(number)); }
  void end_is_kept() override { link_->exit_stored(); }
  void on_course_line(std::string_view line) override { output_.note(clock_.now(), line); }
  void on_course_changed(const CourseState& state) override {
    std::string bytes;
    encode(state, bytes);
    const Result<void> kept = replace_file(options_.log + ".course", bytes);
    if (!kept) say(Level::kError, "{}", kept.error().message());
  }
  void on_course_over(const CourseState& state) override {
    output_.finish(clock_.now());
    if (!link_->is_joined() && was_joined_) return loop_.stop();
    // The entry process hears of it and goes, and so do we. It may not have heard of it from the ctrl before us.
    if (state.exit.how == AttemptExit::How::kNotStarted) link_->dismiss(1, state.exit.message);
    absence_.arm_after(kFarewell, [this] { loop_.stop(); });
  }

  void leave_if_over() {
    if (course_.state().over) loop_.stop();
  }

  loop::Loop& loop_;
  const CtrlOptions& options_;
  const SystemClock clock_;
  StoredOutput output_;
  NoTransfers transfers_;
  Course course_;
  std::uint64_t session_ = 0;
  bool was_joined_ = false;
  loop::Timer absence_;  // of the entry process
  loop::Timer grace_;
  std::unique_ptr<UserLink> link_;
  std::optional<TaskRequests> requests_;
};

Result<CourseState> run(loop::Loop& loop, const CtrlOptions& options) {
  SENNIT_ASSIGN(CourseState state, load_course(options.log + ".course"));
  const logs::LogPlaces places{.log = options.log, .index = options.log + ".idx", .copy = {}};
  SENNIT_ASSIGN(StoredOutput output, StoredOutput::open(places, options.log + ".taken"));
  Ctrl ctrl(loop, options, std::move(output), std::move(state));
  const auto on_signal = [&ctrl](int) { ctrl.stop(); };
  SENNIT_ASSIGN(const loop::Signals signals, loop::Signals::open(loop, {SIGTERM, SIGINT}, on_signal));
  SENNIT_TRY(ctrl.begin());
  loop.run();
  return ctrl.state();
}

}  // namespace

int run_ctrl(CtrlOptions options) {
  ::signal(SIGPIPE, SIG_IGN);
  loop::Loop loop;
  const Result<CourseState> state = run(loop, options);
  if (!state) {
    say(Level::kError, "{}", state.error().message());
    return 1;
  }
  if (!options.report.empty()) {
    const Result<void> told = replace_file(options.report, report_json(options.order, *state) + "\n");
    if (!told) say(Level::kError, "{}", told.error().message());
  }
  // The command's own code is the container's to tell.
  const bool ended = state->exit.how == AttemptExit::How::kExited || state->exit.how == AttemptExit::How::kSignaled;
  const bool well = ended && state->exit.code != exit_codes::kUploadFailed;
  if (!well) say(Level::kError, "{}", state->exit.message);
  return well ? 0 : 1;
}

}  // namespace sennit::agent
