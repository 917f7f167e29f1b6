#include "cli/rsync/tree_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "base/unique_fd.h"
#include "loop/watch.h"

namespace sennit::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                   IN_MODIFY | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

}  // namespace

class TreeWatch::Impl {
 public:
  explicit Impl(std::function<void()> on_change) : on_change_(std::move(on_change)) {}

  Result<void> open(loop::Loop& loop, const std::string& root) {
    fd_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!fd_) return Error::from_errno("watch for changes", errno);
    std::error_code error;
    if (!fs::exists(root, error)) return Error(ErrorCode::kNotFound, "there is no " + root);
    add_tree(root);
    SENNIT_ASSIGN(watch_, loop::Watch::add(loop, fd_.get(), loop::Interest::kRead, [this](loop::Ready) { read(); }));
    return {};
  }

  bool is_complete() const { return complete_; }

 private:
  void add_tree(const fs::path& top) {
    add(top);
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(top, fs::directory_options::skip_permission_denied, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      if (it->is_directory(error) && !it->is_symlink(error)) add(it->path());
    }
  }

  void add(const fs::path& path) {
    const int number = ::inotify_add_watch(fd_.get(), path.c_str(), kChanges);
    if (number >= 0) directories_[number] = path;
    if (number < 0 && errno == ENOSPC) complete_ = false;
  }

  void read() {
    alignas(inotify_event) std::array<char, 64 * 1024> buffer;
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at < count;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & IN_IGNORED) != 0) {
        directories_.erase(event.wd);
      } else if ((event.mask & IN_ISDIR) != 0 && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
        // What was made in it before we looked is found as well.
        if (const auto parent = directories_.find(event.wd); parent != directories_.end()) {
          add_tree(parent->second / event.name);
        }
      }
    }
    if (count > 0) on_change_();
  }

  std::function<void()> on_change_;
  UniqueFd fd_;
  loop::Watch watch_;
  std::unordered_map<int, fs::path> directories_;
  bool complete_ = true;
};

Result<std::unique_ptr<TreeWatch>> TreeWatch::open(loop::Loop& loop, const std::string& root,
                                                   std::function<void()> on_change) {
  auto impl = std::make_unique<Impl>(std::move(on_change));
  SENNIT_TRY(impl->open(loop, root));
  return std::unique_ptr<TreeWatch>(new TreeWatch(std::move(impl)));
}

TreeWatch::TreeWatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TreeWatch::~TreeWatch() = default;
bool TreeWatch::is_complete() const { return impl_->is_complete(); }

}  // namespace sennit::cli
