#include "tui/feed/requests.h"

#include <malloc.h>

#include <chrono>
#include <utility>

#include "tui/feed/quiet_thread.h"

namespace sennit::tui {
namespace {

constexpr std::chrono::milliseconds kLong{200};

}  // namespace

Requests::Requests(client::ServerPlace place, const Wakeup& wakeup) : place_(std::move(place)), wakeup_(wakeup) {
  thread_ = quiet_thread([this] { run(); });
}

Requests::~Requests() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.ring();
  changed_.notify_one();
  thread_.join();
}

void Requests::queue(Work work) {
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void Requests::deliver() {
  std::vector<std::function<void()>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answered_);
  }
  for (const auto& answer : answers) answer();
}

void Requests::run() {
  http::ClientOptions options;
  options.wake_fd = stopping_.fd();
  std::optional<client::Api> api;
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || !asked_.empty(); });
      if (stop_) return;
      work = std::move(asked_.front());
      asked_.pop_front();
    }
    Result<client::Api*> reached = connected(api, options);
    const auto began = std::chrono::steady_clock::now();
    std::function<void()> answer = work(std::move(reached));
    // Much was read for it, and is not needed any more: of a large graph a hundred megabytes.
    if (std::chrono::steady_clock::now() - began > kLong) ::malloc_trim(0);
    const std::lock_guard lock(mutex_);
    answered_.push_back(std::move(answer));
    wakeup_.ring();
  }
}

// It connects again by itself once it has been connected.
Result<client::Api*> Requests::connected(std::optional<client::Api>& api, const http::ClientOptions& options) const {
  if (!api) {
    SENNIT_ASSIGN(client::Api made, client::Api::connect(place_, client::IfAbsent::kStart, options));
    api.emplace(std::move(made));
  }
  return &*api;
}

}  // namespace sennit::tui
