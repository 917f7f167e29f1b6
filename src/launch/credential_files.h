// Credentials as files, for a place that can show a directory to a task at the path that it asks for.
//
// One directory for each mounted credential, in it a file (0400) for each key. They lie in memory where there is some
// to be had: below $XDG_RUNTIME_DIR, else /dev/shm, else in a directory of the state. Nobody else can enter the
// directories (0700), and they go with the object that made them; what a killed agent left is swept by the next one.
//
// Threads:   any. Errors: kIo, kExhausted; kInvalid as told.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/credential.h"
#include "model/ids.h"

namespace sennit::launch {

struct CredentialMount {
  std::string source;  // the directory with the files
  std::string target;  // where the task wants it
};

class CredentialFiles {
 public:
  // Where they may lie, best first: directories for this instance's agent alone. `fallback` is on a disk.
  static std::vector<std::string> places(InstanceId instance, const std::string& fallback);

  // Writes what `uses` mounts, of `values`, below the first of `places` that can be had. Nothing mounted: nothing is
  // made. kInvalid: two credentials at one path, or one that `values` is without. `attempt` need not be new: what it
  // had is replaced.
  static Result<CredentialFiles> write(const std::vector<std::string>& places, const AttemptId& attempt,
                                       const std::vector<CredentialUse>& uses, const CredentialValues& values);

  // Removes everything that earlier agents left in `places`; none of this instance may run.
  static void sweep(const std::vector<std::string>& places);

  CredentialFiles() = default;
  CredentialFiles(CredentialFiles&& other) noexcept;
  CredentialFiles& operator=(CredentialFiles&& other) noexcept;
  ~CredentialFiles();  // removes the files

  const std::vector<CredentialMount>& mounts() const { return mounts_; }

 private:
  std::string directory_;  // of the attempt; "": nothing was made
  std::vector<CredentialMount> mounts_;
};

}  // namespace sennit::launch
