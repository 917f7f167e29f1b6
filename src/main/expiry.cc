#include "main/expiry.h"

#include <filesystem>
#include <system_error>

namespace sennit::main {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAtATime = 16;
constexpr Micros kEvery = std::chrono::hours(24);
constexpr Micros kLater = std::chrono::seconds(10);

// Gives the owner the right to empty every directory.
void open_directories(const fs::path& path) {
  std::error_code ignored;
  if (fs::symlink_status(path, ignored).type() != fs::file_type::directory) return;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (auto entry = fs::directory_iterator(path, ignored); entry != fs::directory_iterator();
       entry.increment(ignored)) {
    open_directories(entry->path());
  }
}

}  // namespace

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error == std::errc::permission_denied) {
    open_directories(path);
    fs::remove_all(path, error);
  }
  if (!error) return {};
  return Error::from_errno("remove " + path, error.value());
}

Expiry::Expiry(loop::Loop& loop, store::Store& store, const Clock& clock, ExpiryOptions options)
    : loop_(loop), store_(store), clock_(clock), options_(std::move(options)), next_(loop) {}

void Expiry::open() {
  if (!options_.rule.max_age && !options_.rule.max_count) return;
  next_.arm_after(Micros::zero(), [this] { look(); });
}

void Expiry::look() {
  next_.arm_after(kEvery, [this] { look(); });
  kept_.clear();
  sweep();
}

void Expiry::sweep() {
  if (options_.is_busy && options_.is_busy()) return next_.arm_after(kLater, [this] { look(); });
  auto rows = store_.expired(options_.rule, clock_.now(), kAtATime + kept_.size());
  if (!rows) return complain(rows.error());
  std::erase_if(*rows, [this](const store::WorkflowRow& row) { return kept_.contains(row.key); });
  if (rows->empty()) return;
  for (const store::WorkflowRow& row : *rows) expiring_.insert(row.submission.id);
  if (!worker_) worker_.emplace(loop_, 1);
  auto work = [batch = std::move(*rows), runs_dir = options_.runs_dir] {
    std::vector<Removed> removed;
    for (const store::WorkflowRow& row : batch) {
      removed.push_back({row, remove_tree(runs_dir + "/" + row.submission.id)});
    }
    return removed;
  };
  worker_->submit(std::move(work), [this](const std::vector<Removed>& removed) { take(removed); });
}

void Expiry::take(const std::vector<Removed>& removed) {
  for (const auto& [row, files] : removed) {
    expiring_.erase(row.submission.id);
    const Result<void> gone = files ? store_.remove(row.key) : files;
    if (gone) continue;
    kept_.insert(row.key);
    complain(gone.error());
  }
  sweep();
}

void Expiry::complain(const Error& error) {
  if (options_.trouble) options_.trouble(error);
}

}  // namespace sennit::main
