#include "agent/ctrl/data_requests.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/ctrl/data_reach.h"
#include "agent/transfers/upload_source.h"
#include "agent/transfers/words.h"
#include "base/printable.h"
#include "storage/dataset/beneath.h"
#include "storage/object_name.h"

namespace sennit::agent {
namespace {

constexpr std::uint32_t kUsage = 2;

std::string removed_text(const storage::Moved& moved) { return fmt::format("Removed {}\n", count_text(moved.files)); }

std::string moved_line(const storage::Moved& moved) {
  const std::string there = moved.unchanged == 0 ? "" : fmt::format("; {} there already", count_text(moved.unchanged));
  return fmt::format("{}, {}{}\n", count_text(moved.files), readable(Bytes(moved.bytes)), there);
}

std::string listed_text(const std::vector<storage::Entry>& entries) {
  std::string text;
  for (const storage::Entry& entry : entries) text += storage::shown_name(entry.path) + "\n";
  return text;
}

// Below the output directory, made if it is not there.
Result<UniqueFd> open_in(const std::string& output, const std::string& path) {
  UniqueFd root(::open(output.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root) return Error::from_errno(fmt::format("open {}", output), errno);
  if (path == "*") return root;
  return storage::make_parent_beneath(root.get(), path + "/x");
}

void say_all(Answerer& answerer, std::string_view text) {
  constexpr std::size_t kPiece = 64 * 1024;
  for (; !text.empty(); text.remove_prefix(std::min(kPiece, text.size()))) answerer.out(text.substr(0, kPiece));
}

}  // namespace

// One request under way, and who is told how it goes.
struct StorageRequests::Running final : storage::Watcher {
  explicit Running(Answerer to) : answerer(to) {}
  void on_progress(const storage::Progress& /*the end is told*/) override {}
  void on_retry(const storage::Retry& retry) override {
    answerer.err(fmt::format("sennit: {}; attempt {} of {}\n", printable(retry.reason), retry.attempt, retry.attempts));
  }

  Answerer answerer;
  UniqueFd directory;  // that is fetched to
  std::unique_ptr<storage::Job> job;
};

StorageRequests::StorageRequests(loop::Loop& loop, const TaskOrder& order, std::string output, proc::Spawner spawner)
    : loop_(loop),
      order_(order),
      output_(std::move(output)),
      world_(order.context),
      keys_(order_.order, world_),
      spawner_(std::move(spawner)),
      storage_(loop_, spawner_, mover_environment(order.context)) {}

Result<std::unique_ptr<StorageRequests>> StorageRequests::open(loop::Loop& loop, const TaskOrder& order,
                                                               std::string output) {
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(proc::raise_file_limit()));
  return std::unique_ptr<StorageRequests>(new StorageRequests(loop, order, std::move(output), std::move(spawner)));
}

StorageRequests::~StorageRequests() = default;

void StorageRequests::on_data_request_gone(RequestId id) { running_.erase(id); }

void StorageRequests::on_data_request(const std::vector<std::string>& words, const std::string& directory,
                                      Answerer answerer) {
  const Result<DataWords> parsed = parse_data_words(words, directory);
  if (!parsed) {
    answerer.err(fmt::format("sennit: {}\n", parsed.error().message()));
    return answerer.end(kUsage);
  }
  Running& running = *(running_[answerer.id()] = std::make_unique<Running>(answerer));
  if (const Result<void> started = start(*parsed, running); !started) finish(answerer.id(), started.error());
}

template <class T>
auto StorageRequests::ending(RequestId id, std::string (*text)(const T&)) {
  return [this, id, text](const Result<T>& result) {
    finish(id, result ? Result<std::string>(text(*result)) : Result<std::string>(result.error()));
  };
}

Result<void> StorageRequests::start(const DataWords& words, Running& running) {
  SENNIT_ASSIGN(storage::Location location, storage::parse_location(words.url));
  SENNIT_TRY(check_reach(order_.body, location, words.access));
  SENNIT_ASSIGN(storage::CredentialFound credential, keys_.find(location));
  SENNIT_ASSIGN(storage::Pattern pattern,
                words.regex.empty() ? Result(storage::Pattern()) : storage::Pattern::compile(words.regex));
  storage::Target target{.location = std::move(location), .credential = std::move(credential)};
  const RequestId id = running.answerer.id();
  const storage::Effort effort;
  switch (words.verb) {
    case DataWords::Verb::kUpload: {
      SENNIT_ASSIGN(storage::SendPlan plan, find_files({.root = output_, .path = words.path, .regex = words.regex}));
      for (const std::string& notice : plan.notices) running.answerer.err(fmt::format("sennit: {}\n", notice));
      SENNIT_ASSIGN(running.job, storage_.send({.target = std::move(target), .plan = std::move(plan)}, effort, running,
                                               ending<storage::Moved>(id, &moved_line)));
      return {};
    }
    case DataWords::Verb::kDownload: {
      SENNIT_ASSIGN(running.directory, open_in(output_, words.path));
      const std::string path = fmt::format("/proc/self/fd/{}", running.directory.get());
      SENNIT_ASSIGN(running.job,
                    storage_.fetch({.target = std::move(target), .directory = path, .pattern = std::move(pattern)},
                                   effort, running, ending<storage::Moved>(id, &moved_line)));
      return {};
    }
    case DataWords::Verb::kList: {
      storage::ListRequest request{.target = std::move(target), .pattern = std::move(pattern)};
      SENNIT_ASSIGN(running.job,
                    storage_.list(std::move(request), effort, ending<std::vector<storage::Entry>>(id, &listed_text)));
      return {};
    }
    case DataWords::Verb::kDelete: {
      SENNIT_ASSIGN(running.job, storage_.remove({.target = std::move(target), .pattern = std::move(pattern)}, effort,
                                                 ending<storage::Moved>(id, &removed_text)));
      return {};
    }
    case DataWords::Verb::kCheck: {
      SENNIT_ASSIGN(running.job, storage_.check(std::move(target), words.access, effort, [this, id](Result<void> done) {
        finish(id, done ? Result<std::string>("pass\n") : Result<std::string>(std::move(done).error()));
      }));
      return {};
    }
  }
  return {};
}

void StorageRequests::finish(RequestId id, const Result<std::string>& said) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  Answerer answerer = found->second->answerer;
  running_.erase(found);
  if (!said) return answerer.refuse(said.error().message());
  say_all(answerer, *said);
  answerer.end(0);
}

}  // namespace sennit::agent
