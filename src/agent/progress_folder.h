// The files to which tasks write their progress, if they do: $SENNIT_PROGRESS names one in a directory that all tasks
// of the agent share, so that an attempt that writes none costs nothing. The kernel says which have been written to.
//
// Threads:   any, one at a time; pending() any.
// Errors:    a directory that cannot be watched is told by open(); the files are not seen then.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::agent {

class ProgressFolder {
 public:
  // Makes the directory, and empties it: what lies in it is of attempts that are gone.
  static Result<ProgressFolder> open(const std::string& directory);
  // One file, which is made and which everybody may write to.
  static Result<ProgressFolder> open_file(const std::string& path);

  int fd() const { return notices_.get(); }  // readable: something was written
  bool is_pending() const;
  // Calls `written` with the name of each file that was written to since; several times for one, perhaps. "": any of
  // them may have been.
  void take(const std::function<void(std::string_view name)>& written) const;

  std::string path_of(std::string_view name) const { return std::string(path_).append("/").append(name); }

 private:
  ProgressFolder(std::string path, UniqueFd notices) : path_(std::move(path)), notices_(std::move(notices)) {}

  std::string path_;
  UniqueFd notices_;
};

}  // namespace sennit::agent
