#include "agent/transfers/upload_source.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace sennit::agent {
namespace {

Result<storage::SendPlan> find_in(const UploadSource& source, const storage::Pattern& pattern,
                                  storage::SendNames names) {
  const UniqueFd root(::open(source.root.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root && errno == ENOENT) return storage::SendPlan{};
  if (!root && (errno == ELOOP || errno == ENOTDIR)) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("{} has been replaced by something else than a directory: nothing of it is sent", source.root));
  }
  if (!root) return Error::from_errno(fmt::format("open {}", source.root), errno);
  return storage::plan_send_below(root, source.root, source.path, pattern, names);
}

}  // namespace

Result<storage::SendPlan> find_files(const UploadSource& source, storage::SendNames names) {
  SENNIT_ASSIGN(const storage::Pattern pattern,
                source.regex.empty() ? Result(storage::Pattern()) : storage::Pattern::compile(source.regex));
  Result<storage::SendPlan> plan = storage::SendPlan{};
  if (source.root.empty()) {
    const std::vector<std::string> paths{source.path};
    plan = storage::plan_send(paths, pattern, names);
  } else {
    plan = find_in(source, pattern, names);
  }
  if (!plan && plan.error().code() == ErrorCode::kNotFound) return storage::SendPlan{};
  return plan;
}

void Finding::start(loop::WorkerPool& workers, UploadSource source, Done done) {
  done_ = std::make_shared<Done>(std::move(done));
  workers.submit([source = std::move(source)] { return find_files(source); },
                 [weak = std::weak_ptr<Done>(done_)](Result<storage::SendPlan> plan) {
                   if (const std::shared_ptr<Done> known = weak.lock()) (*known)(std::move(plan));
                 });
}

}  // namespace sennit::agent
