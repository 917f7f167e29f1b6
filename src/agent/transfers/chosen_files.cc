#include "agent/transfers/chosen_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "agent/transfers/words.h"
#include "launch/attempt_tokens.h"
#include "storage/pattern.h"

namespace sennit::agent {
namespace {

namespace fs = std::filesystem;

Error cannot_link(const std::string& name, int number) {
  if (number != EXDEV) return Error::from_errno(fmt::format("link the input {}", name), number);
  return {ErrorCode::kInvalid, fmt::format("link the input {}: the output of the task is on another file system; take "
                                           "all of it, without a regex",
                                           name)};
}

Result<void> link_one(const std::string& from, const std::string& to, const std::string& name) {
  for (const bool again : {false, true}) {
    // Without AT_SYMLINK_FOLLOW: of a link, the link.
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) return {};
    if (errno != EEXIST || again || ::unlink(to.c_str()) != 0) break;
  }
  return cannot_link(name, errno);
}

}  // namespace

Result<std::uint64_t> link_files(const ChosenFiles& chosen) {
  SENNIT_ASSIGN(const storage::Pattern pattern, storage::Pattern::compile(chosen.regex));
  SENNIT_TRY(launch::make_directories(chosen.directory, 0700));
  std::uint64_t count = 0;
  std::error_code error;
  std::string made;  // the directory that was made last: files of one follow each other
  for (fs::recursive_directory_iterator it(chosen.from, error), end; !error && it != end; it.increment(error)) {
    const fs::file_status status = it->symlink_status(error);
    if (error) break;
    if (!fs::is_regular_file(status) && !fs::is_symlink(status)) continue;
    const std::string name = it->path().string().substr(chosen.from.size() + 1);
    if (!pattern.matches(name)) continue;
    const std::string to = chosen.directory + "/" + name;
    if (std::string parent = to.substr(0, to.rfind('/')); parent != made) {
      SENNIT_TRY(launch::make_directories(parent, 0700));
      made = std::move(parent);
    }
    SENNIT_TRY(link_one(it->path().string(), to, name));
    ++count;
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return Error::from_errno(fmt::format("look into {}", chosen.from), error.value());
  }
  return count;
}

// It is this host's own: there is nothing to ask.
void ChosenInput::check(Sink& sink) {
  sink_ = &sink;
  workers_.submit([] { return Result<void>(); },
                  [this, weak = std::weak_ptr<bool>(alive_)](Result<void> result) {
                    if (!weak.expired()) sink_->on_item_done(std::move(result));
                  });
}

void ChosenInput::carry(Sink& sink) {
  sink_ = &sink;
  workers_.submit(
      [files = files_] { return link_files(files); },
      [this, weak = std::weak_ptr<bool>(alive_)](Result<std::uint64_t> count) {
        if (weak.expired()) return;
        if (cancelled_) return sink_->on_item_done(Error(ErrorCode::kCancelled, "cancelled"));
        if (!count) return sink_->on_item_done(std::move(count).error());
        sink_->on_item_line(fmt::format("Took {} of {} by the regex {}", count_text(*count), task_, files_.regex));
        sink_->on_item_done({});
      });
}

}  // namespace sennit::agent
