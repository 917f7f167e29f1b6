#include "agent/transfers/dataset_items.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "agent/transfers/words.h"
#include "base/bytes.h"
#include "base/printable.h"
#include "launch/attempt_tokens.h"
#include "storage/dataset/beneath.h"
#include "storage/dataset/notes_file.h"

namespace sennit::agent {
namespace {

using storage::DatasetWork;

constexpr Micros kBetweenLooks = std::chrono::milliseconds(500);
// Between lines of progress in a log.
constexpr Micros kBetweenLines = std::chrono::seconds(10);
constexpr std::size_t kLongestNotes = 1 << 20;

// What carrying an input came to.
struct Fetched {
  std::uint32_t version = 0;
  storage::Moved moved;
};

// What carrying an output came to: lines for the log, and a version unless there was nothing to send.
struct Sent {
  std::vector<std::string> notices;
  std::optional<storage::Uploaded> uploaded;
};

Result<Fetched> fetch(const DatasetWork& work, const storage::DatasetName& name, const std::string& directory,
                      const std::string& regex, std::optional<storage::HardLinks> links) {
  storage::Register all(work.bucket);
  SENNIT_ASSIGN(const storage::VersionRecord version, all.resolve(name.name, name.tag));
  storage::DownloadRequest request{.dataset = name.name, .manifest = {}, .directory = directory, .pattern = {}};
  SENNIT_ASSIGN(request.manifest, all.manifest(name.name, version.manifest));
  if (!regex.empty()) {
    SENNIT_ASSIGN(request.pattern, storage::Pattern::compile(regex));
  }
  SENNIT_TRY(launch::make_directories(directory, 0700));
  Fetched fetched{.version = version.number, .moved = {}};
  if (links) {
    SENNIT_ASSIGN(fetched.moved, storage::place_links(work, request, *links));
  } else {
    SENNIT_ASSIGN(fetched.moved, storage::download(work, request));
  }
  return fetched;
}

// The text of a file below the output directory; nothing if it is not there.
Result<std::optional<std::string>> read_below(int root, const std::string& path) {
  Result<UniqueFd> fd = storage::open_beneath(root, path, O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error().code() == ErrorCode::kNotFound) return std::optional<std::string>();
  if (!fd) return std::move(fd).error();
  struct stat info {};
  if (::fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Error(ErrorCode::kInvalid, fmt::format("{} is no file", printable(path)));
  }
  if (static_cast<std::size_t>(info.st_size) > kLongestNotes) {
    return Error(ErrorCode::kExhausted, fmt::format("{} is larger than 1 MiB", printable(path)));
  }
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const ssize_t size = ::pread(fd->get(), text.data(), text.size(), 0);
  if (size < 0) return Error::from_errno(fmt::format("read {}", printable(path)), errno);
  text.resize(static_cast<std::size_t>(size));
  return std::optional(std::move(text));
}

Result<storage::Notes> read_notes(const std::string& output, const std::vector<std::string>& files, Sent& sent) {
  storage::Notes notes;
  if (files.empty()) return notes;
  const UniqueFd root(::open(output.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  for (const std::string& file : files) {
    std::optional<std::string> text;
    if (root) {
      SENNIT_ASSIGN(text, read_below(root.get(), file));
    }
    if (!text) {
      sent.notices.push_back(fmt::format("{} is not there, so nothing of it is noted", printable(file)));
      continue;
    }
    Result<storage::Notes> found = storage::parse_notes(*text);
    if (!found) return std::move(found).error().in(printable(file));
    found->merge(notes);
    notes = std::move(*found);
  }
  return notes;
}

Result<Sent> send(const DatasetWork& work, const std::string& dataset, const DatasetOutput::What& what) {
  Sent sent;
  storage::UploadRequest request{.dataset = dataset, .onto = what.onto, .source = what.source};
  std::uint64_t files = 0;
  for (const DatasetOutput::Part& part : what.parts) {
    SENNIT_ASSIGN(storage::SendPlan plan, find_files(part.source, storage::SendNames::kAny));
    sent.notices.insert(sent.notices.end(), plan.notices.begin(), plan.notices.end());
    files += plan.files;
    request.parts.push_back({.files = std::move(plan), .below = part.below});
  }
  if (files == 0) return sent;
  SENNIT_ASSIGN(request.metadata, read_notes(what.output, what.metadata, sent));
  SENNIT_ASSIGN(request.labels, read_notes(what.output, what.labels, sent));
  SENNIT_ASSIGN(sent.uploaded, storage::upload(work, std::move(request)));
  return sent;
}

}  // namespace

void DatasetItem::begin(Sink& sink) {
  sink_ = &sink;
  began_ = told_ = setup_.loop.clock().boot();
}

void DatasetItem::cancel() {
  if (thread_) thread_->cancel();
}

std::string DatasetItem::shown(std::uint32_t version) const {
  return fmt::format("{}:{} in {}", dataset(), version, setup_.place.location.text());
}

void DatasetItem::show_later() {
  timer_.arm_after(kBetweenLooks, [this] { show(); });
}

void DatasetItem::show() {
  show_later();
  const storage::Progress progress = thread_->progress();
  if (thread_->stage() == storage::Stage::kLooking) return;
  sink_->on_item_progress(progress);
  const Micros now = setup_.loop.clock().boot();
  if (now - told_ < kBetweenLines) return;
  told_ = now;
  say(fmt::format("{}: {}", shown(), progress_text(progress_of(progress))));
}

void DatasetItem::finish(Result<void> result) {
  timer_.cancel();
  sink_->on_item_done(std::move(result));  // may destroy us
}

// That the version is there; another task's is, by then.
void DatasetInput::check(Sink& sink) {
  begin(sink);
  run([name = setup().name](
          const DatasetWork& work) { return storage::Register(work.bucket).resolve(name.name, name.tag); },
      [this](Result<storage::VersionRecord> version) {
        finish(version ? Result<void>() : std::move(version).error().in("reading " + shown()));
      });
}

void DatasetInput::carry(Sink& sink) {
  begin(sink);
  say(fmt::format("Downloading the dataset {}", shown()));
  const std::optional<storage::HardLinks> links = is_on_this_host() ? std::optional(hard_links_) : std::nullopt;
  const std::string directory = fmt::format("{}/{}", directory_, dataset());
  run([name = setup().name, directory, regex = regex_,
       links](const DatasetWork& work) { return fetch(work, name, directory, regex, links); },
      [this](Result<Fetched> fetched) {
        if (!fetched) return finish(std::move(fetched).error().in("fetching " + shown()));
        say(fmt::format("Downloaded the dataset {}: {}", shown(fetched->version), moved_text(fetched->moved, took())));
        finish(Result<void>());
      });
}

// Writing a mark and removing it again is what an upload begins and ends with.
void DatasetOutput::check(Sink& sink) {
  begin(sink);
  run(
      [name = dataset()](const DatasetWork& work) -> Result<void> {
        SENNIT_ASSIGN(const std::unique_ptr<storage::Hold> hold, work.bucket.hold_to_send(name));
        return {};
      },
      [this](Result<void> held) { finish(held ? Result<void>() : std::move(held).error().in("writing " + shown())); });
}

void DatasetOutput::carry(Sink& sink) {
  begin(sink);
  say(fmt::format("Uploading to the dataset {}", shown()));
  run([name = dataset(), what = what_](const DatasetWork& work) { return send(work, name, what); },
      [this](Result<Sent> sent) {
        if (!sent) return finish(std::move(sent).error().in("sending to " + shown()));
        for (const std::string& notice : sent->notices) say(notice);
        if (!sent->uploaded) {
          say(fmt::format("Nothing to upload to the dataset {}: there is no such file in {}", shown(), what_.output));
          return finish(Result<void>());
        }
        const storage::Uploaded& uploaded = *sent->uploaded;
        const std::string version = shown(uploaded.version.number);
        say(uploaded.is_new ? fmt::format("Uploaded the dataset {}: {}, of which {}, {}, had to be sent, in {}",
                                          version, count_text(uploaded.version.files), count_text(uploaded.sent_files),
                                          readable(Bytes(uploaded.sent_bytes)),
                                          seconds_text(std::chrono::duration<double>(took()).count()))
                            : fmt::format("The dataset {} is the same: no version was made", version));
        finish(Result<void>());
      });
}

}  // namespace sennit::agent
