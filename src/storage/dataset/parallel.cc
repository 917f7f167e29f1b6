#include "storage/dataset/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sennit::storage {
namespace {

constexpr unsigned kMostThreads = 8;

class Crew {
 public:
  Crew(std::size_t count, const std::function<Result<void>(std::size_t)>& work) : count_(count), work_(work) {}

  void run() {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      Result<void> result = work_(i);
      if (result) continue;
      const std::lock_guard<std::mutex> guard(mutex_);
      if (!error_) error_ = std::move(result).error();
      next_ = count_;
      return;
    }
  }
  Result<void> result() const {
    if (error_) return *error_;
    return {};
  }

 private:
  std::size_t count_;
  const std::function<Result<void>(std::size_t)>& work_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace

Result<void> in_parallel(std::size_t count, unsigned threads, const std::function<Result<void>(std::size_t)>& work) {
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  const std::size_t crew_size = std::min<std::size_t>(threads, count);
  Crew crew(count, work);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < crew_size; ++i) others.emplace_back([&crew] { crew.run(); });
  crew.run();
  others.clear();  // joins
  return crew.result();
}

}  // namespace sennit::storage
