#include "api/hooks/courier.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/event_view.h"
#include "core/exit_rules.h"
#include "logs/secret_mask.h"

namespace sennit::api {
namespace {

constexpr std::size_t kAtOnce = 4;
constexpr std::size_t kMostWaiting = 10'000;
constexpr std::size_t kKept = 200;  // deliveries that have ended, for who asks
constexpr Micros kFirstPause = std::chrono::seconds(1);
constexpr Micros kLastPause = std::chrono::minutes(10);

}  // namespace

Micros pause_after(std::uint32_t tries) {
  Micros pause = kFirstPause;
  for (std::uint32_t i = 1; i < tries && pause < kLastPause; ++i) pause *= 4;
  return std::min(pause, kLastPause);
}

HookCourier::HookCourier(loop::Loop& loop, engine::Engine& engine, store::Store& store,
                         catalog::Credentials& credentials, proc::Spawner& spawner, CourierOptions options)
    : loop_(loop),
      engine_(engine),
      store_(store),
      credentials_(credentials),
      spawner_(spawner),
      options_(std::move(options)),
      records_(engine, store),
      timer_(loop) {
  engine_.add_observer(*this);
}

HookCourier::~HookCourier() { engine_.remove_observer(*this); }

void HookCourier::set_hooks(const spec::HooksConfig& config) { hooks_ = list_of(config); }

const spec::HookConfig* HookCourier::find(std::string_view name) const {
  const auto found = std::ranges::find(hooks_, name, &spec::HookConfig::name);
  return found == hooks_.end() ? nullptr : &*found;
}

std::string HookCourier::obstacle(const spec::HookConfig& hook) const {
  if (!hook.run.empty()) return "";
  const Result<std::string> curl = find_curl(options_.surroundings.environment);
  return curl ? "" : curl.error().message();
}

Result<void> HookCourier::open() {
  SENNIT_ASSIGN(std::vector<store::Delivery> rows, store_.outbox().waiting(0));
  for (store::Delivery& row : rows) {
    last_id_ = std::max(last_id_, row.id);
    const Instant due = row.due_at;
    queue_.emplace(row.tries == 0 ? Instant() : due, std::move(row));
  }
  arm();
  return {};
}

std::vector<store::Notice> HookCourier::notices(std::span<const Event> events, const core::State& state) {
  std::vector<store::Notice> due = notices_of(hooks_, events, state);
  const std::size_t room = kMostWaiting - std::min(kMostWaiting, waiting());
  if (due.size() > room) {
    if (!is_full_) {
      options_.trouble(
          Error(ErrorCode::kExhausted,
                fmt::format("{} deliveries to hooks wait: no more are taken in until some are delivered", waiting())));
    }
    is_full_ = true;
    due.resize(room);
  } else if (!due.empty()) {
    is_full_ = false;
  }
  expecting_ = expecting_ || !due.empty();
  return due;
}

void HookCourier::committed(std::span<const Event> /*events*/, const core::State& /*state*/) {
  if (!std::exchange(expecting_, false)) return;
  take_in();
}

void HookCourier::take_in() {
  Result<std::vector<store::Delivery>> rows = store_.outbox().waiting(last_id_);
  if (!rows) {
    options_.trouble(std::move(rows).error().in("read what hooks are due"));
    expecting_ = true;  // with the next commit
    return;
  }
  for (store::Delivery& row : *rows) {
    last_id_ = std::max(last_id_, row.id);
    queue_.emplace(Instant(), std::move(row));  // whatever the engine's clock says
  }
  arm();
}

// Never within a step of the engine: starting a program takes a while.
void HookCourier::arm() {
  if (queue_.empty() || running_.size() >= kAtOnce) {
    timer_.cancel();
    if (!busy() && quiet_) quiet_();
    return;
  }
  timer_.arm_at(queue_.begin()->first, [this] { pump(); });
}

void HookCourier::pump() {
  const Instant now = loop_.clock().now();
  while (!queue_.empty() && running_.size() < kAtOnce && queue_.begin()->first <= now) {
    store::Delivery next = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    begin(std::move(next));
  }
  arm();
}

Result<HookFacts> HookCourier::facts_of(const spec::HookConfig& hook, const store::WorkflowRow& row, store::Seq seq) {
  SENNIT_ASSIGN(const Record record, records_.open(row));
  SENNIT_ASSIGN(const auto events, store_.events(row.key, seq - 1, 1));
  if (events.empty()) return Error(ErrorCode::kNotFound, fmt::format("event {} is gone", seq));
  return HookFacts{.hook = hook.name,
                   .on = hook.on,
                   .event = view_of(events.front().event, seq, *record.state->spec, row.submission.id),
                   .workflow = row,
                   .directory = options_.runs_dir + "/" + row.submission.id};
}

Result<HookFacts> HookCourier::facts_of(const spec::HookConfig& hook, const store::Delivery& delivery) {
  SENNIT_ASSIGN(const store::WorkflowRow row, store_.find(std::to_string(delivery.workflow.value())));
  SENNIT_ASSIGN(HookFacts facts, facts_of(hook, row, delivery.seq));
  facts.delivery = delivery.id;
  facts.tries = delivery.tries;
  return facts;
}

void HookCourier::begin(store::Delivery delivery) {
  const spec::HookConfig* hook = find(delivery.hook);
  if (hook == nullptr) return give_up(std::move(delivery), "there is no such hook any more");
  ++delivery.tries;
  const Result<HookFacts> facts = facts_of(*hook, delivery);
  if (!facts) return give_up(std::move(delivery), facts.error().message());
  keep(delivery);  // before: one that brings the server down is not begun for ever
  const std::uint64_t id = delivery.id;
  Running& running = running_[id];
  running.delivery = std::move(delivery);
  running.retries = hook->retries;
  const auto ended = [this, id](HookEnd end) {
    Running over = std::move(running_.at(id));
    running_.erase(id);
    settle(std::move(over.delivery), over.retries, end);
    arm();
  };
  Result<std::unique_ptr<HookRun>> run = start(*hook, *facts, ended);
  if (run) {
    running.run = *std::move(run);
    return;
  }
  Running over = std::move(running);
  running_.erase(id);
  settle(std::move(over.delivery), over.retries, {.ok = false, .message = run.error().message(), .output = {}});
}

Result<std::unique_ptr<HookRun>> HookCourier::start(const spec::HookConfig& hook, const HookFacts& facts,
                                                    std::function<void(HookEnd)> done) {
  EnvironmentList given;
  if (!hook.credentials.empty()) {
    SENNIT_ASSIGN(const CredentialValues values, credentials_.values_for(hook.credentials));
    for (const CredentialUse& use : hook.credentials) {
      const auto credential = values.find(use.credential);
      if (credential == values.end()) continue;
      for (const auto& [variable, key] : use.env) {
        const auto value = credential->second.payload.find(key);
        if (value != credential->second.payload.end()) given.emplace_back(variable, value->second);
      }
    }
  }
  SENNIT_ASSIGN(const HookCommand command, command_of(hook, facts, given, options_.surroundings));
  return HookRun::start(loop_, spawner_, command,
                        [done = std::move(done), mask = logs::SecretMask(command.secrets)](HookEnd end) {
                          end.message = mask.mask(end.message);
                          end.output = mask.mask(end.output);
                          done(std::move(end));
                        });
}

void HookCourier::settle(store::Delivery delivery, std::uint32_t retries, const HookEnd& end) {
  delivery.message = end.message;
  const Instant now = loop_.clock().now();
  if (end.ok) {
    delivery.state = store::DeliveryState::kDelivered;
    delivery.ended_at = now;
    return keep(delivery);
  }
  if (delivery.tries > retries) return give_up(std::move(delivery), end.message);
  const Micros pause = options_.pause(delivery.tries);
  delivery.due_at = now + pause;
  tell(delivery, fmt::format("{}; tried again in {}", end.message, core::readable(pause)));
  keep(delivery);
  const Instant due = delivery.due_at;
  queue_.emplace(due, std::move(delivery));
}

void HookCourier::give_up(store::Delivery delivery, std::string why) {
  delivery.state = store::DeliveryState::kGivenUp;
  delivery.ended_at = loop_.clock().now();
  delivery.message = std::move(why);
  tell(delivery, fmt::format("{}; given up{}", delivery.message,
                             delivery.tries > 1 ? fmt::format(" after {} tries", delivery.tries) : ""));
  keep(delivery);
}

// Where it cannot be kept, it is told once more after a restart.
void HookCourier::keep(const store::Delivery& delivery) {
  Result<void> kept = store_.outbox().update(delivery, kKept);
  if (!kept) options_.trouble(std::move(kept).error().in("keep what became of a hook"));
}

void HookCourier::tell(const store::Delivery& delivery, std::string_view what) const {
  options_.trouble(
      Error(ErrorCode::kUnavailable,
            fmt::format("hook {} of {}: {}", delivery.hook,
                        delivery.workflow_id.empty() ? std::to_string(delivery.workflow.value()) : delivery.workflow_id,
                        what)));
}

void HookCourier::try_once(const spec::HookConfig& hook, HookFacts facts, std::function<void(HookEnd)> done) {
  facts.is_test = true;
  const std::uint64_t id = ++last_trial_;
  Result<std::unique_ptr<HookRun>> run = start(hook, facts, [this, id, done](HookEnd end) {
    const std::unique_ptr<HookRun> over = std::move(trials_.at(id));
    trials_.erase(id);
    done(std::move(end));
    if (!busy() && quiet_) quiet_();
  });
  if (!run) return done({.ok = false, .message = run.error().message(), .output = {}});
  trials_[id] = *std::move(run);
}

}  // namespace sennit::api
