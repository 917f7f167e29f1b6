#include "cli/rsync/remote_rsync.h"

#include <fmt/format.h>
#include <stdio.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "cli/channel/task_command.h"
#include "proc/program_search.h"

namespace sennit::cli {
namespace {

constexpr std::string_view kPlace = "/tmp/.sennit-rsync";
constexpr int kNotThere = 127;

struct SharedObject {
  std::string name;  // as it is looked for
  std::string path;
};

// "	libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x…)" and "	/lib64/ld-linux-x86-64.so.2 (0x…)", as ldd says
// it.
std::vector<SharedObject> parse_ldd(std::istream& text) {
  std::vector<SharedObject> objects;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string name;
    std::string arrow;
    std::string path;
    words >> name >> arrow >> path;
    if (arrow == "=>" && path.starts_with('/')) objects.push_back({name, path});
    if (arrow != "=>" && name.starts_with('/')) objects.push_back({name.substr(name.rfind('/') + 1), name});
  }
  return objects;
}

Result<std::vector<SharedObject>> needs_of(const std::string& program) {
  const std::string command = "ldd '" + program + "' 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), &::pclose);
  if (!pipe) return Error::from_errno("ask ldd what rsync needs", errno);
  std::stringstream text;
  std::array<char, 4096> piece;
  for (std::size_t count = 0; (count = std::fread(piece.data(), 1, piece.size(), pipe.get())) > 0;) {
    text.write(piece.data(), static_cast<std::streamsize>(count));
  }
  return parse_ldd(text);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return Error(ErrorCode::kIo, "read " + path);
  return std::move(bytes).str();
}

class Bringing {
 public:
  Bringing(Session& session, const std::string& workflow, const std::string& task)
      : session_(session), workflow_(workflow), task_(task) {}

  Result<void> put(const std::string& name, const std::string& path) {
    SENNIT_ASSIGN(const std::string bytes, read_file(path));
    const std::string script = fmt::format(
        "mkdir -p {0} && cat > {0}/{1}.new && chmod 755 {0}/{1}.new && mv {0}/{1}.new {0}/{1}", kPlace, name);
    SENNIT_ASSIGN(const TaskCommandEnd end, run_in_task(session_, {workflow_, task_, {"sh", "-c", script}, bytes}));
    if (end.code == 0) return {};
    return Error(ErrorCode::kNotFound,
                 fmt::format("task {} has no rsync, and this machine's could not be put there: {}", task_, end.err));
  }

 private:
  Session& session_;
  const std::string& workflow_;
  const std::string& task_;
};

}  // namespace

Result<std::string> find_remote_rsync(Session& session, const std::string& workflow, const std::string& task) {
  SENNIT_ASSIGN(const TaskCommandEnd own, run_in_task(session, {workflow, task, {"rsync", "--version"}}));
  if (own.code != kNotThere) return std::string("rsync");
  const std::string path = variable("PATH").value_or("/usr/bin:/bin");
  const Result<std::string> ours = proc::find_program("rsync", path.c_str(), "/");
  if (!ours)
    return Error(ErrorCode::kNotFound, fmt::format("task {} has no rsync, and neither has this machine", task));
  SENNIT_ASSIGN(const std::vector<SharedObject> needs, needs_of(*ours));
  session.say(fmt::format("task {} has no rsync: bringing this machine's to {}", task, kPlace));
  Bringing bringing(session, workflow, task);
  std::string loader;
  for (const SharedObject& object : needs) {
    SENNIT_TRY(bringing.put(object.name, object.path));
    if (object.name.starts_with("ld-")) loader = object.name;
  }
  SENNIT_TRY(bringing.put("rsync", *ours));
  if (loader.empty()) return fmt::format("{}/rsync", kPlace);
  return fmt::format("{0}/{1} --library-path {0} {0}/rsync", kPlace, loader);
}

}  // namespace sennit::cli
