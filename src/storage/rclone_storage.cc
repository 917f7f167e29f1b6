#include "storage/rclone_storage.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "storage/access_job.h"
#include "storage/setup.h"
#include "storage/transfer_job.h"

namespace sennit::storage {
namespace {

template <class Made>
Started started(std::unique_ptr<Made> job) {
  job->start();
  return std::unique_ptr<Job>(std::move(job));
}

}  // namespace

Started RcloneStorage::list(ListRequest request, const Effort& effort, Listed done) {
  SENNIT_ASSIGN(JobSetup setup, prepare({loop_, spawner_, environment_}, request.target, effort));
  return started(std::make_unique<ListJob>(std::move(setup), std::move(request), std::move(done)));
}

Started RcloneStorage::fetch(FetchRequest request, const Effort& effort, Watcher& watcher, Transferred done) {
  SENNIT_ASSIGN(JobSetup setup, prepare({loop_, spawner_, environment_}, request.target, effort));
  UniqueFd directory(::open(request.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return Error::from_errno(fmt::format("open the directory {}", request.directory), errno);
  return started(
      std::make_unique<FetchJob>(std::move(setup), std::move(request), std::move(directory), watcher, std::move(done)));
}

Started RcloneStorage::send(SendRequest request, const Effort& effort, Watcher& watcher, Transferred done) {
  SENNIT_ASSIGN(JobSetup setup, prepare({loop_, spawner_, environment_}, request.target, effort));
  return started(std::make_unique<SendJob>(std::move(setup), std::move(request), watcher, std::move(done)));
}

Started RcloneStorage::remove(RemoveRequest request, const Effort& effort, Transferred done) {
  SENNIT_ASSIGN(JobSetup setup, prepare({loop_, spawner_, environment_}, request.target, effort));
  return started(std::make_unique<RemoveJob>(std::move(setup), std::move(request), std::move(done)));
}

Started RcloneStorage::check(Target target, Access access, const Effort& effort, Checked done) {
  if (target.location.is_file()) {
    return std::unique_ptr<Job>(
        std::make_unique<FileCheckJob>(loop_, target.location.url.path, access, std::move(done)));
  }
  SENNIT_ASSIGN(JobSetup setup, prepare({loop_, spawner_, environment_}, target, effort));
  return started(std::make_unique<CheckJob>(std::move(setup), access, std::move(done)));
}

}  // namespace sennit::storage
