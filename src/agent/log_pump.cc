#include "agent/log_pump.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/captured.h"
#include "agent/message_log.h"
#include "agent/progress_folder.h"
#include "agent/progress_keeper.h"
#include "base/check.h"
#include "base/clock.h"
#include "logs/run_layout.h"
#include "loop/callback.h"

namespace sennit::agent {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kFullPipe = 64 * 1024;       // what a pipe holds by default
constexpr int kLargePipe = 1024 * 1024;            // what it gets once it was found full
constexpr std::uint64_t kLeftBytes = 1024 * 1024;  // the most that finish() finds in a pipe
constexpr std::uint64_t kWakeKey = ~std::uint64_t{0};
constexpr std::uint64_t kFolderKey = kWakeKey - 1;

// The key of an epoll event: whose pipe it is and which of the two.
std::uint64_t key_of(CaptureId id, std::size_t stream) { return id.value() << 1 | stream; }

}  // namespace

class LogPump::Impl {
 public:
  Impl(loop::Loop& loop, Sink& sink, const std::string& progress);
  ~Impl();

  Result<Capture> open(CapturePlace place);
  void let_go(CaptureId id);
  std::optional<logs::LogSummary> finish(CaptureId id);
  void note(CaptureId id, std::string_view line);
  std::uint64_t set_reader(CaptureId id, LogReader reader);
  void let_flow(CaptureId id);

 private:
  Result<void> watch(int fd, std::uint64_t key) const;
  void wake() const;
  Captured* find(CaptureId id);

  // On the pump's thread.
  void run();
  void on_readable(CaptureId id, std::size_t stream);
  std::size_t carry(Captured& captured, std::size_t stream);
  void finish_waiting();
  void drain(Captured& captured);
  void write_waiting_notes();
  void write_notes(Captured& captured, std::string_view notes);
  void open_log(Captured& captured);
  ProgressKeeper& keeper_of(Captured& captured) const;
  void note_progress(CaptureId id, Captured& captured);
  void read_told();
  void set_reading_told(bool reading);
  void settle_progress();
  int patience() const;
  bool may_end_untold();
  void end_progress(CaptureId id, Captured& captured);

  // With the lock held.
  void change_reader(CaptureId id, Captured& captured, LogReader reader) const;
  void after_carrying(CaptureId id, Captured& captured, std::size_t stream, std::size_t carried);
  logs::LogSummary close(CaptureId id, Captured& captured);
  void tell_growth(CaptureId id, Captured& captured);
  void tell(loop::Callback<void()> call);

  loop::Loop& loop_;
  Sink& sink_;
  SystemClock clock_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::uint64_t next_id_ = 1;
  std::optional<ProgressFolder> folder_;
  // The thread's:
  std::vector<char> buffer_;
  std::vector<CaptureId> unsettled_;  // whose progress is to be kept and told
  Micros settle_at_{};                // if there are any

  std::mutex mutex_;  // guards what follows; held for moments only, never while reading or writing
  std::unordered_map<CaptureId, std::unique_ptr<Captured>> captures_;
  std::vector<CaptureId> finishing_;
  std::vector<CaptureId> noted_;
  std::unordered_map<std::string, CaptureId> told_;  // by the name of the file
  bool reading_told_ = false;                        // notices were taken, and those they are about may not be busy yet
  bool stop_ = false;

  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared with calls on their way through the loop
  std::thread thread_;                                          // last: it uses all of the above
};

LogPump::Impl::Impl(loop::Loop& loop, Sink& sink, const std::string& progress)
    : loop_(loop),
      sink_(sink),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  SENNIT_CHECK(epoll_ && wake_);
  buffer_.resize(kReadBytes);
  SENNIT_CHECK(watch(wake_.get(), kWakeKey).ok());
  if (!progress.empty()) {
    Result<ProgressFolder> folder = ProgressFolder::open(progress);
    if (folder) folder_.emplace(std::move(*folder));
    if (!folder || !watch(folder_->fd(), kFolderKey)) {
      say(Level::kWarn, "what tasks write to $SENNIT_PROGRESS is not seen: {}",
          folder ? progress : folder.error().message());
    }
  }
  // The thread takes no signals: they are the loop's.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogPump::Impl::~Impl() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake();
  thread_.join();
  *alive_ = false;
}

Result<void> LogPump::Impl::watch(int fd, std::uint64_t key) const {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = key}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return Error::from_errno("watch a pipe", errno);
}

void LogPump::Impl::wake() const {
  const std::uint64_t one = 1;
  if (::write(wake_.get(), &one, sizeof one) != sizeof one) return;  // full: it is awake
}

Captured* LogPump::Impl::find(CaptureId id) {
  const auto it = captures_.find(id);
  return it == captures_.end() ? nullptr : it->second.get();
}

Result<LogPump::Capture> LogPump::Impl::open(CapturePlace place) {
  auto captured = std::make_unique<Captured>();
  captured->place = std::move(place);
  if (captured->place.mask) {
    for (auto& masked : captured->masked) masked.emplace(*captured->place.mask);
  }
  const CaptureId id(next_id_++);
  for (std::size_t stream = 0; stream < captured->pipes.size(); ++stream) {
    SENNIT_ASSIGN(captured->pipes[stream], make_pipe());
    // Nobody writes yet, so the thread does not look for the capture before it is in the table.
    SENNIT_TRY(watch(captured->pipes[stream].read_end.get(), key_of(id, stream)));
  }
  Capture capture{.id = id, .out = captured->pipes[0].write_end.get(), .err = captured->pipes[1].write_end.get()};
  const std::lock_guard lock(mutex_);
  if (folder_ && !captured->place.progress.empty()) {
    captured->tells = true;
    told_[captured->place.progress] = id;
  }
  captures_.emplace(id, std::move(captured));
  return capture;
}

void LogPump::Impl::let_go(CaptureId id) {
  const std::lock_guard lock(mutex_);
  Captured* captured = find(id);
  if (captured == nullptr || captured->phase != CapturePhase::kRunning) return;
  captured->phase = CapturePhase::kLetGo;
  for (Pipe& pipe : captured->pipes) pipe.write_end.reset();
}

std::optional<logs::LogSummary> LogPump::Impl::finish(CaptureId id) {
  const std::lock_guard lock(mutex_);
  Captured* captured = find(id);
  if (captured == nullptr) return logs::LogSummary{};
  // Only of a capture that the thread does not work on: what it works on is the thread's.
  const bool may_have_told = captured->tells && (reading_told_ || folder_->is_pending());
  if (!captured->busy && captured->progress_told == 0 && !may_have_told && is_complete(*captured)) {
    return close(id, *captured);
  }
  captured->phase = CapturePhase::kFinishing;
  finishing_.push_back(id);
  wake();
  return std::nullopt;
}

void LogPump::Impl::note(CaptureId id, std::string_view line) {
  const std::lock_guard lock(mutex_);
  Captured* captured = find(id);
  if (captured == nullptr || captured->phase == CapturePhase::kFinishing) return;
  if (captured->notes.empty()) noted_.push_back(id);
  if (captured->notes.empty()) {
    captured->notes_first = unread(captured->pipes[0]) == 0 && unread(captured->pipes[1]) == 0;
  }
  captured->notes += captured->place.mask ? captured->place.mask->mask(line) : std::string(line);
  wake();
}

std::uint64_t LogPump::Impl::set_reader(CaptureId id, LogReader reader) {
  const std::lock_guard lock(mutex_);
  Captured* captured = find(id);
  if (captured == nullptr) return 0;
  change_reader(id, *captured, reader);
  if (reader == LogReader::kNone) return 0;
  return !captured->busy && captured->writer ? captured->writer->size() : 0;
}

void LogPump::Impl::let_flow(CaptureId id) {
  const std::lock_guard lock(mutex_);
  Captured* captured = find(id);
  if (captured != nullptr && captured->reader == LogReader::kHolds) change_reader(id, *captured, LogReader::kFollows);
}

// Held, its pipes are watched for their end only: what is in them then goes to the log.
void LogPump::Impl::change_reader(CaptureId id, Captured& captured, LogReader reader) const {
  const bool held = reader == LogReader::kHolds;
  const bool was_held = std::exchange(captured.reader, reader) == LogReader::kHolds;
  for (std::size_t stream = 0; held != was_held && stream < captured.pipes.size(); ++stream) {
    if (!captured.pipes[stream].read_end) continue;
    epoll_event event{.events = held ? 0U : EPOLLIN, .data = {.u64 = key_of(id, stream)}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, captured.pipes[stream].read_end.get(), &event);
  }
}

void LogPump::Impl::open_log(Captured& captured) {
  if (captured.writer) return;
  captured.writer.emplace(places_of(captured.place));
  captured.writer->write(logs::Stream::kNote, clock_.now(), captured.place.opening);
}

// Reads once and writes what was read. The pipe has something to read or is at its end, so the read does not block.
std::size_t LogPump::Impl::carry(Captured& captured, std::size_t stream) {
  Pipe& pipe = captured.pipes[stream];
  ssize_t n = 0;
  while ((n = ::read(pipe.read_end.get(), buffer_.data(), buffer_.size())) < 0 && errno == EINTR) {
  }
  if (n <= 0) return 0;
  const auto count = static_cast<std::size_t>(n);
  open_log(captured);
  std::string_view bytes(buffer_.data(), count);
  if (captured.masked[stream]) bytes = captured.masked[stream]->take(bytes);
  if (!bytes.empty()) {
    const Instant now = clock_.now();
    captured.writer->write(static_cast<logs::Stream>(stream), now, bytes);
    keeper_of(captured).take(stream, bytes, now, clock_.boot());
  }
  if (count >= kFullPipe && !pipe.large) {
    pipe.large = true;
    ::fcntl(pipe.read_end.get(), F_SETPIPE_SZ, kLargePipe);  // refused beyond a user's allowance: no harm
  }
  return count;
}

void LogPump::Impl::on_readable(CaptureId id, std::size_t stream) {
  Captured* captured = nullptr;
  std::string notes;
  {
    const std::lock_guard lock(mutex_);
    captured = find(id);
    if (captured == nullptr || captured->phase == CapturePhase::kFinishing || !captured->pipes[stream].read_end) return;
    captured->busy = true;
    if (captured->notes_first) notes.swap(captured->notes);
  }
  write_notes(*captured, notes);
  const std::size_t carried = carry(*captured, stream);
  note_progress(id, *captured);
  const std::lock_guard lock(mutex_);
  after_carrying(id, *captured, stream, carried);
}

void LogPump::Impl::after_carrying(CaptureId id, Captured& captured, std::size_t stream, std::size_t carried) {
  captured.busy = false;
  if (carried == 0) {
    captured.pipes[stream].read_end.reset();
    const bool ended = !captured.pipes[0].read_end && !captured.pipes[1].read_end;
    if (ended && captured.phase == CapturePhase::kLetGo) tell([this, id] { sink_.on_capture_ended(id); });
    return;
  }
  tell_growth(id, captured);
}

void LogPump::Impl::tell_growth(CaptureId id, Captured& captured) {
  if (captured.reader == LogReader::kNone || captured.grew_told) return;
  captured.grew_told = true;
  tell([this, id] {
    std::uint64_t size = 0;
    {
      const std::lock_guard lock(mutex_);
      Captured* grown = find(id);
      if (grown == nullptr) return;
      grown->grew_told = false;
      if (grown->busy) return;  // told again right after
      size = grown->writer->size();
    }
    sink_.on_capture_grew(id, size);
  });
}

void LogPump::Impl::tell(loop::Callback<void()> call) {
  loop_.post([alive = alive_, call = std::move(call)]() mutable {
    if (*alive) call();
  });
}

// What is in the pipes now, and no more: whoever still writes is not of the attempt any longer.
void LogPump::Impl::drain(Captured& captured) {
  std::string notes;
  bool notes_first = false;
  {
    const std::lock_guard lock(mutex_);
    notes.swap(captured.notes);
    notes_first = captured.notes_first;
  }
  if (notes_first) write_notes(captured, std::exchange(notes, {}));
  for (std::size_t stream = 0; stream < captured.pipes.size(); ++stream) {
    std::uint64_t left = kLeftBytes;
    while (unread(captured.pipes[stream]) > 0) {
      const std::uint64_t carried = carry(captured, stream);
      if (carried == 0 || carried >= left) break;
      left -= carried;
    }
    if (!captured.masked[stream] || !captured.masked[stream]->holds_back()) continue;
    captured.writer->write(static_cast<logs::Stream>(stream), clock_.now(), captured.masked[stream]->end());
  }
  write_notes(captured, notes);
  if (captured.writer) captured.writer->finish(clock_.now());
}

void LogPump::Impl::write_notes(Captured& captured, std::string_view notes) {
  if (notes.empty()) return;
  open_log(captured);
  captured.writer->write(logs::Stream::kNote, clock_.now(), notes);
}

// What the task wrote before goes first.
void LogPump::Impl::write_waiting_notes() {
  for (;;) {
    Captured* captured = nullptr;
    CaptureId id;
    std::string notes;
    bool notes_first = false;
    {
      const std::lock_guard lock(mutex_);
      if (noted_.empty()) return;
      id = noted_.back();
      noted_.pop_back();
      captured = find(id);
      if (captured == nullptr || captured->phase == CapturePhase::kFinishing) continue;
      captured->busy = true;
      notes.swap(captured->notes);
      notes_first = captured->notes_first;
    }
    for (std::size_t stream = 0; !notes_first && stream < captured->pipes.size(); ++stream) {
      if (unread(captured->pipes[stream]) > 0) carry(*captured, stream);
    }
    note_progress(id, *captured);
    write_notes(*captured, notes);
    const std::lock_guard lock(mutex_);
    captured->busy = false;
    tell_growth(id, *captured);
  }
}

void LogPump::Impl::finish_waiting() {
  for (;;) {
    Captured* captured = nullptr;
    CaptureId id;
    {
      const std::lock_guard lock(mutex_);
      if (finishing_.empty()) return;
      id = finishing_.back();
      finishing_.pop_back();
      captured = find(id);
      captured->busy = true;
    }
    drain(*captured);
    end_progress(id, *captured);
    const std::lock_guard lock(mutex_);
    logs::LogSummary summary = close(id, *captured);
    tell([this, id, summary = std::move(summary)] { sink_.on_capture_finished(id, summary); });
  }
}

logs::LogSummary LogPump::Impl::close(CaptureId id, Captured& captured) {
  logs::LogSummary summary = captured.writer ? captured.writer->summary() : logs::LogSummary{};
  if (captured.tells) told_.erase(captured.place.progress);
  captures_.erase(id);
  return summary;
}

ProgressKeeper& LogPump::Impl::keeper_of(Captured& captured) const {
  if (!captured.progress) {
    const CapturePlace& place = captured.place;
    captured.progress = std::make_unique<ProgressKeeper>(
        place.verb, logs::run_layout(place.world->context().runs_dir, place.task, place.number).progress, place.mask);
  }
  return *captured.progress;
}

// By the thread, while nobody else has the capture.
void LogPump::Impl::note_progress(CaptureId id, Captured& captured) {
  if (!captured.progress || captured.unsettled || !captured.progress->has_news()) return;
  if (unsettled_.empty()) settle_at_ = clock_.boot() + ProgressKeeper::kPause;
  captured.unsettled = true;
  unsettled_.push_back(id);
}

// What tasks have written to their files.
void LogPump::Impl::read_told() {
  std::vector<std::string> names;
  set_reading_told(true);
  folder_->take([&names](std::string_view name) {
    if (names.empty() || names.back() != name) names.emplace_back(name);
  });
  // The kernel has forgotten which.
  if (std::ranges::count(names, std::string()) > 0) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, id] : told_) names.push_back(name);
  }
  for (const std::string& name : names) {
    if (name.empty() || ::access(folder_->path_of(name).c_str(), F_OK) != 0) continue;
    Captured* captured = nullptr;
    CaptureId id;
    {
      const std::lock_guard lock(mutex_);
      const auto found = told_.find(name);
      if (found == told_.end()) continue;
      id = found->second;
      captured = find(id);
      captured->busy = true;
    }
    keeper_of(*captured).read_told(folder_->path_of(name), clock_.now());
    note_progress(id, *captured);
    const std::lock_guard lock(mutex_);
    captured->busy = false;
  }
  set_reading_told(false);
}

void LogPump::Impl::set_reading_told(bool reading) {
  const std::lock_guard lock(mutex_);
  reading_told_ = reading;
}

void LogPump::Impl::settle_progress() {
  if (unsettled_.empty() || clock_.boot() < settle_at_) return;
  for (const CaptureId id : std::exchange(unsettled_, {})) {
    Captured* captured = nullptr;
    {
      const std::lock_guard lock(mutex_);
      captured = find(id);
      if (captured == nullptr || captured->phase == CapturePhase::kFinishing) continue;  // its end says it
      captured->busy = true;
    }
    captured->unsettled = false;
    const bool changed = captured->progress->settle(clock_.now());
    std::vector<NamedValue> latest;
    if (changed) latest = captured->progress->latest();
    {
      const std::lock_guard lock(mutex_);
      captured->busy = false;
      if (changed) ++captured->progress_told;
    }
    if (!changed) continue;
    tell([this, id, values = std::move(latest)] {
      {
        const std::lock_guard lock(mutex_);
        if (Captured* told = find(id)) --told->progress_told;
      }
      sink_.on_capture_progress(id, values);
    });
  }
}

void LogPump::Impl::end_progress(CaptureId id, Captured& captured) {
  if (captured.progress && captured.progress->end(clock_.now())) {
    tell([this, id, values = captured.progress->latest()] { sink_.on_capture_progress(id, values); });
  }
  if (captured.tells && captured.progress) ::unlink(folder_->path_of(captured.place.progress).c_str());
}

// An attempt is to be ended, and what it has written to its file may not be known yet.
bool LogPump::Impl::may_end_untold() {
  if (!folder_) return false;
  const std::lock_guard lock(mutex_);
  return !finishing_.empty();
}

// How long to wait for something to happen, in milliseconds.
int LogPump::Impl::patience() const {
  if (unsettled_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(settle_at_ - clock_.boot());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void LogPump::Impl::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), patience());
    bool told = false;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
      if (key == kWakeKey) {
        std::uint64_t wakes = 0;
        if (::read(wake_.get(), &wakes, sizeof wakes) != sizeof wakes) continue;
      } else if (key == kFolderKey) {
        told = true;
      } else {
        on_readable(CaptureId(key >> 1), key & 1);
      }
    }
    write_waiting_notes();
    if (told || may_end_untold()) read_told();
    settle_progress();
    finish_waiting();
    const std::lock_guard lock(mutex_);
    if (stop_) return;
  }
}

LogPump::LogPump(loop::Loop& loop, Sink& sink, const std::string& progress)
    : impl_(std::make_unique<Impl>(loop, sink, progress)) {}
LogPump::~LogPump() = default;
Result<LogPump::Capture> LogPump::open(CapturePlace place) { return impl_->open(std::move(place)); }
void LogPump::let_go(CaptureId id) { impl_->let_go(id); }
std::optional<logs::LogSummary> LogPump::finish(CaptureId id) { return impl_->finish(id); }
void LogPump::note(CaptureId id, std::string_view line) { impl_->note(id, line); }
std::uint64_t LogPump::set_reader(CaptureId id, LogReader reader) { return impl_->set_reader(id, reader); }
void LogPump::let_flow(CaptureId id) { impl_->let_flow(id); }

}  // namespace sennit::agent
