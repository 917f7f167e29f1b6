#include "agent/scratch.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "agent/message_log.h"

namespace sennit::agent {
namespace {

// A directory may have been closed to its own owner.
void open_up(const std::string& directory) {
  std::error_code error;
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, std::filesystem::perm_options::add, error);
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->symlink_status(error).type() == std::filesystem::file_type::directory) open_up(it->path().string());
  }
}

std::string remove_tree(const std::string& directory) {
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (!error) return "";
  open_up(directory);
  std::filesystem::remove_all(directory, error);
  return error ? directory + ": " + error.message() : "";
}

}  // namespace

void Scratch::remove(const std::string& directory) {
  // The usual one has nothing in it.
  if (directory.empty() || ::rmdir(directory.c_str()) == 0) return;
  // Aside, for the attempt's next command makes it anew.
  std::string aside = directory + "." + std::to_string(::getpid()) + "." + std::to_string(++removed_);
  if (::rename(directory.c_str(), aside.c_str()) != 0) return;  // it is gone
  if (!worker_) worker_ = std::make_unique<loop::WorkerPool>(loop_, 1);
  worker_->submit([path = std::move(aside)] { return remove_tree(path); },
                  [](const std::string& trouble) {
                    if (!trouble.empty()) say(Level::kWarn, "a task's /tmp could not be removed: {}", trouble);
                  });
}

}  // namespace sennit::agent
