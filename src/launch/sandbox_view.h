// What a sandbox shows, as the arguments of bubblewrap: this host's programs and directories, and /osmo/data, files and
// a /tmp of the attempt's own.
//
// The root is an empty directory in memory with a bind for each entry of the host's root; so /osmo and others can be
// made in it, which a bind of / as a whole would not allow. What belongs to the system (/usr, /etc, ...) is read-only;
// the rest is as the user has it.
//
// A file at a path that does not exist here must not appear on the host. The directory that it would lie in is
// therefore shown as one in memory, with a bind for each of its entries; what the task makes in it beside them is gone
// with it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "launch/prepared.h"
#include "launch/sandbox_tools.h"

namespace sennit::launch {

inline constexpr std::string_view kInsidePath = "/osmo/usr/bin/sennit-user";
inline constexpr std::string_view kProgramPath = "/osmo/usr/bin/sennit";

enum class Access { kRead, kWrite };

class SandboxView {
 public:
  explicit SandboxView(const SandboxKind& kind);

  // The host's entries; before all others. Fails as the file system.
  Result<void> show_host();

  // A directory for both /tmp and /var/tmp.
  void use_tmp(const std::string& directory);
  // A directory of the host that is to be written to although what it lies in is hidden or read-only. Others are as
  // they are.
  void keep_writable(const std::string& directory);
  // Room for each of `made`: paths, normal and absolute, at which something is to be put that need not be there. After
  // the three above. Fails: kInvalid (nothing can be put there).
  Result<void> open_for(const std::vector<std::string>& made);
  void bind(const std::string& source, const std::string& path, Access access);
  void hide(const std::string& directory);
  void make(const std::string& directory);
  // Fails: kExhausted (descriptors, memory).
  Result<void> place(const PlacedFile& file);

  // Where a path leads on the host when its links are followed; itself as far as it does not exist.
  static std::string resolved(const std::string& path);

  // The program and its arguments, up to the command; descriptors go along.
  std::vector<std::string> take_arguments() && { return std::move(arguments_); }
  std::vector<UniqueFd> take_files() { return std::move(files_); }

 private:
  void add(std::initializer_list<std::string_view> words);
  Result<void> show_entries(const std::string& directory);
  Result<std::string> directory_to_open(const std::string& path) const;

  std::vector<std::string> arguments_;
  std::vector<std::string> kept_;  // the host's, though they lie where the sandbox has something else
  std::vector<UniqueFd> files_;
};

}  // namespace sennit::launch
