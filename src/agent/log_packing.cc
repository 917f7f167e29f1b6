#include "agent/log_packing.h"

#include <linux/ioprio.h>
#include <malloc.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "agent/message_log.h"
#include "base/result.h"
#include "logs/log_packer.h"

namespace sennit::agent {
namespace {

constexpr int kNicest = 19;

// Refused: then it runs like the others.
void take_only_what_is_left() {
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNicest);
  ::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

}  // namespace

class LogPacking::Impl {
 public:
  Impl(loop::Loop& loop, Packed packed) : loop_(loop), packed_(std::move(packed)) {}

  ~Impl() {
    stop_ = true;
    {
      const std::lock_guard lock(mutex_);
      queue_.clear();
    }
    ready_.notify_all();
    if (thread_) thread_->join();
    *alive_ = false;
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void ended(const AttemptId& attempt, const logs::RunLayout& layout) {
    ended_.insert_or_assign(attempt, logs::PackedPlaces{layout.log, layout.index, layout.packed});
  }
  void goes_on(const AttemptId& attempt) { ended_.erase(attempt); }

  void forgotten(const AttemptId& attempt) {
    const auto found = ended_.find(attempt);
    if (found == ended_.end()) return;
    ++pending_;
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({attempt, std::move(found->second)});
    }
    ended_.erase(found);
    if (!thread_) start();
    ready_.notify_one();
  }

  bool is_busy() const { return pending_ > 0; }

 private:
  struct Job {
    AttemptId attempt;
    logs::PackedPlaces places;
  };

  void start() {
    // The thread takes no signals: they are the loop's.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_.emplace([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  std::optional<Job> next() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (stop_) return std::nullopt;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }

  void run() {
    take_only_what_is_left();
    while (std::optional<Job> job = next()) {
      Result<std::uint64_t> freed = logs::replace_by_packed(job->places, {}, [this] { return !stop_; });
      ::malloc_trim(0);  // what it took is not needed until the next large log ends
      loop_.post([this, alive = alive_, attempt = job->attempt, freed = std::move(freed)] {
        if (*alive) finished(attempt, freed);
      });
    }
  }

  void finished(const AttemptId& attempt, const Result<std::uint64_t>& freed) {
    --pending_;
    if (!freed) {
      say(Level::kWarn, "attempt={} its log stays as it is: {}", to_string(attempt), freed.error().message());
    }
    packed_(attempt, freed ? *freed : 0);
  }

  loop::Loop& loop_;
  Packed packed_;
  std::map<AttemptId, logs::PackedPlaces> ended_;
  std::size_t pending_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared with calls on their way through the loop
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> queue_;              // guarded by mutex_
  std::optional<std::thread> thread_;  // from the first log on
};

LogPacking::LogPacking(loop::Loop& loop, Packed packed) : impl_(std::make_unique<Impl>(loop, std::move(packed))) {}
LogPacking::~LogPacking() = default;

void LogPacking::ended(const AttemptId& attempt, const logs::RunLayout& layout, std::uint64_t bytes) {
  if (bytes >= kLeastBytes) impl_->ended(attempt, layout);
}

void LogPacking::ended(const AttemptId& attempt, const logs::RunLayout& layout) {
  struct stat info {};
  if (::stat(layout.log.c_str(), &info) == 0) ended(attempt, layout, static_cast<std::uint64_t>(info.st_size));
}

void LogPacking::goes_on(const AttemptId& attempt) { impl_->goes_on(attempt); }
void LogPacking::forgotten(const AttemptId& attempt) { impl_->forgotten(attempt); }
bool LogPacking::is_busy() const { return impl_->is_busy(); }

}  // namespace sennit::agent
