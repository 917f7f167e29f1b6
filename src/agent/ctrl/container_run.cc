#include "agent/ctrl/container_run.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "agent/ctrl/container_maker.h"
#include "agent/message_log.h"
#include "launch/container.h"
#include "launch/engine/engine.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kFirstRetry = std::chrono::milliseconds(500);
constexpr Micros kLastRetry = std::chrono::seconds(30);
// How often an engine that has to look for a container's end looks: while it runs, and when its end is near.
constexpr Micros kSeldom = std::chrono::seconds(1);
constexpr Micros kOften = std::chrono::milliseconds(10);
constexpr int kRemovals = 3;  // tried, before what is left is left to the next agent

// Readable once set; for ever.
class Wake {
 public:
  Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  int fd() const { return fd_.get(); }
  void set() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);  // refused: it is set already
  }

 private:
  UniqueFd fd_;
};

}  // namespace

class ContainerRun::Impl {
 public:
  Impl(loop::Loop& loop, const TaskOrder& order, ContainerOptions options, Sink& sink)
      : loop_(loop),
        order_(order),
        options_(std::move(options)),
        name_(launch::container_name(order.order)),
        sink_(sink),
        retry_(loop),
        acting_(loop, 1),
        waiting_(loop, 1) {}
  ~Impl() {
    making_.set();
    nearing_.set();
    ending_.set();
  }

  void begin(Command command);
  void give_up() { making_.set(); }
  void kill() {
    act([this](launch::Engine& engine) { return engine.kill(name_); });
  }
  void pause() {
    act([this](launch::Engine& engine) { return engine.pause(name_); });
  }
  void resume() {
    act([this](launch::Engine& engine) { return engine.resume(name_); });
  }
  void expect_end() { nearing_.set(); }
  void take_over_output(std::function<void()> then);
  void find_pid(std::function<void(std::uint32_t)> then);
  void clean_up();

 private:
  struct Made {
    Result<void> result;
    std::int32_t code = exit_codes::kStartError;
  };

  Made make(Command command);
  void on_made(Command command, Made made);
  void await_end();
  Result<launch::ContainerFacts> wait(const Wake& until, Micros interval) const;
  void on_end(Result<launch::ContainerFacts> end);
  Result<void> remove();
  void on_removal(Result<void> removed);
  template <class Act>
  void act(
      Act act, std::function<void()> then = [] {});

  loop::Loop& loop_;
  const TaskOrder& order_;
  const ContainerOptions options_;
  const std::string name_;
  Sink& sink_;
  loop::Timer retry_;
  Micros retry_after_ = kFirstRetry;
  int removals_ = 0;
  bool cleaning_ = false;
  Wake making_;
  Wake nearing_;              // its end
  Wake ending_;               // of this object
  loop::WorkerPool acting_;   // one thing after the other
  loop::WorkerPool waiting_;  // for the end
};

template <class Act>
void ContainerRun::Impl::act(Act act, std::function<void()> then) {
  auto work = [this, act = std::move(act)]() -> Result<void> {
    SENNIT_ASSIGN(launch::Engine engine, launch::Engine::connect(options_.engine, ending_.fd()));
    return act(engine);
  };
  acting_.submit(std::move(work), [then = std::move(then)](const Result<void>& done) {
    if (!done) say(Level::kWarn, "{}", done.error().message());
    then();
  });
}

void ContainerRun::Impl::begin(Command command) {
  acting_.submit([this, command] { return make(command); },
                 [this, command](Made made) { on_made(command, std::move(made)); });
}

ContainerRun::Impl::Made ContainerRun::Impl::make(Command command) {
  Result<launch::Engine> engine = launch::Engine::connect(options_.engine, making_.fd());
  if (!engine) return {.result = std::move(engine).error()};
  ContainerMaker maker(order_, options_, *engine, [this](std::string line) {
    loop_.post([this, line = std::move(line)] { sink_.on_container_line(line); });
  });
  Made made;
  made.result = maker.make(command);
  made.code = maker.code();
  return made;
}

void ContainerRun::Impl::on_made(Command command, Made made) {
  if (cleaning_) return;
  if (made.result) {
    sink_.on_container_up();
    return await_end();
  }
  const ErrorCode code = made.result.error().code();
  if (code == ErrorCode::kCancelled) return;  // whoever gave up knows
  if (command == Command::kOrdered && code == ErrorCode::kNotFound) return sink_.on_container_ended(std::nullopt);
  if (command == Command::kOrdered) {
    // It may well run: the engine has to come back before anybody knows.
    retry_.arm_after(retry_after_, [this, command] { begin(command); });
    retry_after_ = std::min(2 * retry_after_, kLastRetry);
    return;
  }
  sink_.on_container_refused(made.code, made.result.error().message());
}

Result<launch::ContainerFacts> ContainerRun::Impl::wait(const Wake& until, Micros interval) const {
  SENNIT_ASSIGN(launch::Engine engine, launch::Engine::connect(options_.engine, until.fd()));
  return engine.wait(name_, interval);
}

void ContainerRun::Impl::await_end() {
  auto work = [this]() -> Result<launch::ContainerFacts> {
    Result<launch::ContainerFacts> end = wait(nearing_, kSeldom);
    const bool is_near = !end && end.error().code() == ErrorCode::kCancelled;
    return is_near ? wait(ending_, kOften) : std::move(end);
  };
  waiting_.submit(std::move(work), [this](Result<launch::ContainerFacts> end) { on_end(std::move(end)); });
}

void ContainerRun::Impl::on_end(Result<launch::ContainerFacts> end) {
  if (cleaning_) return;
  if (end && end->status == launch::ContainerFacts::Status::kEnded) return sink_.on_container_ended(*end);
  if (!end && end.error().code() == ErrorCode::kCancelled) return;
  if (!end && end.error().code() == ErrorCode::kNotFound) return sink_.on_container_ended(std::nullopt);
  // The engine has gone, and the container may go on without it.
  retry_.arm_after(retry_after_, [this] { await_end(); });
  retry_after_ = std::min(2 * retry_after_, kLastRetry);
}

void ContainerRun::Impl::take_over_output(std::function<void()> then) {
  act([this](launch::Engine& engine) { return agent::take_over_output(order_, options_, engine); }, std::move(then));
}

void ContainerRun::Impl::find_pid(std::function<void(std::uint32_t)> then) {
  auto work = [this]() -> std::uint32_t {
    Result<launch::Engine> engine = launch::Engine::connect(options_.engine, ending_.fd());
    if (!engine) return 0;
    const Result<std::optional<launch::ContainerFacts>> facts = engine->find(name_);
    return facts && *facts ? (*facts)->pid : 0;
  };
  acting_.submit(std::move(work), [then = std::move(then)](std::uint32_t pid) {
    if (pid != 0) then(pid);
  });
}

void ContainerRun::Impl::clean_up() {
  cleaning_ = true;
  making_.set();
  retry_.cancel();
  acting_.submit([this] { return remove(); }, [this](Result<void> removed) { on_removal(std::move(removed)); });
}

Result<void> ContainerRun::Impl::remove() {
  SENNIT_ASSIGN(launch::Engine engine, launch::Engine::connect(options_.engine));
  SENNIT_TRY(engine.remove(name_));
  const Result<void> ours = agent::take_over_output(order_, options_, engine);
  if (!ours) say(Level::kWarn, "{}", ours.error().message());
  return remove_network(order_, engine);
}

void ContainerRun::Impl::on_removal(Result<void> removed) {
  if (removed) return sink_.on_container_removed();
  if (++removals_ < kRemovals) {
    retry_.arm_after(kFirstRetry, [this] { clean_up(); });
    return;
  }
  say(Level::kWarn, "the container {} is left to the next agent: {}", name_, removed.error().message());
  sink_.on_container_removed();
}

ContainerRun::ContainerRun(loop::Loop& loop, const TaskOrder& order, ContainerOptions options, Sink& sink)
    : impl_(std::make_unique<Impl>(loop, order, std::move(options), sink)) {}
ContainerRun::~ContainerRun() = default;
void ContainerRun::begin(Command command) { impl_->begin(command); }
void ContainerRun::give_up() { impl_->give_up(); }
void ContainerRun::kill() { impl_->kill(); }
void ContainerRun::pause() { impl_->pause(); }
void ContainerRun::resume() { impl_->resume(); }
void ContainerRun::expect_end() { impl_->expect_end(); }
void ContainerRun::take_over_output(std::function<void()> then) { impl_->take_over_output(std::move(then)); }
void ContainerRun::find_pid(std::function<void(std::uint32_t)> then) { impl_->find_pid(std::move(then)); }
void ContainerRun::clean_up() { impl_->clean_up(); }

}  // namespace sennit::agent
