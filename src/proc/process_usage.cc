#include "proc/process_usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <unordered_map>

#include "proc/cgroup_files.h"

namespace sennit::proc {
namespace {

// Of one target: more of them are counted by their cgroup, or not at all.
constexpr std::size_t kMostProcesses = 512;
constexpr int kDeepest = 64;  // ancestors of a process that are looked at

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

std::uint64_t ticks_per_second() {
  static const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks > 0 ? static_cast<std::uint64_t>(ticks) : 100;
}

std::string read_of(int proc, pid_t pid, const char* name) {
  const std::string path = std::to_string(pid) + "/" + name;
  return read_at(proc, path.c_str());
}

// The number behind "name: ".
std::uint64_t number_behind(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  const std::size_t begin = text.find_first_of("0123456789", at + name.size());
  if (begin == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  std::from_chars(text.data() + begin, text.data() + text.size(), number);
  return number;
}

// All processes there are.
class Processes {
 public:
  explicit Processes(int proc) {
    const int copy = ::openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseDirectory> stream(copy < 0 ? nullptr : ::fdopendir(copy));
    while (const dirent* entry = stream ? ::readdir(stream.get()) : nullptr) {
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
      const std::string path = std::string(entry->d_name) + "/stat";
      if (const auto stat = parse_stat(read_at(proc, path.c_str()))) stats_.emplace(stat->pid, *stat);
    }
  }

  // By the leader that each belongs to.
  std::unordered_map<pid_t, std::vector<ProcessStat>> sorted(std::span<const UseTarget> targets) const {
    std::unordered_map<pid_t, std::vector<ProcessStat>> by_leader;
    for (const UseTarget& target : targets) {
      if (!target.cgroup && target.leader > 0) by_leader[target.leader];
    }
    for (const auto& [pid, stat] : stats_) {
      const ProcessStat* at = &stat;
      for (int depth = 0; at != nullptr && depth < kDeepest; ++depth) {
        auto found = by_leader.find(at->pid);
        if (found == by_leader.end()) found = by_leader.find(at->group);
        if (found != by_leader.end()) {
          found->second.push_back(stat);
          break;
        }
        const auto parent = stats_.find(at->parent);
        at = parent == stats_.end() ? nullptr : &parent->second;
      }
    }
    return by_leader;
  }

 private:
  std::unordered_map<pid_t, ProcessStat> stats_;
};

// What processes share is counted once, as large as the largest of them has it.
Bytes memory_of(int proc, const std::vector<ProcessStat>& processes) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t own = 0;
  std::uint64_t shared = 0;
  for (const ProcessStat& process : processes) {
    const std::string text = read_of(proc, process.pid, "statm");  // size resident shared ...
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    std::uint64_t common = 0;
    const char* const end = text.data() + text.size();
    const char* at = std::from_chars(text.data(), end, size).ptr;
    if (at < end) at = std::from_chars(at + 1, end, resident).ptr;
    if (at < end) std::from_chars(at + 1, end, common);
    own += resident - std::min(resident, common);
    shared = std::max(shared, common);
  }
  return Bytes((own + shared) * page);
}

// Without what is cached of files and would go at once if somebody needed the room.
std::optional<Bytes> memory_of(int cgroup) {
  auto used = number_at(cgroup, "memory.current");
  auto cached = number_at(cgroup, "memory.stat", "inactive_file");
  if (!used) {
    used = number_at(cgroup, "memory.usage_in_bytes");
    cached = number_at(cgroup, "memory.stat", "total_inactive_file");
  }
  if (!used) return std::nullopt;
  return Bytes(*used - std::min(*used, cached.value_or(0)));
}

std::vector<ProcessStat> members_of(int proc, int cgroup) {
  std::vector<ProcessStat> members;
  for (const pid_t pid : members_at(cgroup)) {
    if (members.size() == kMostProcesses) break;
    if (const auto stat = parse_stat(read_of(proc, pid, "stat"))) members.push_back(*stat);
  }
  return members;
}

UseSample sample_of(int proc, const UseTarget& target, std::vector<ProcessStat> processes) {
  UseSample sample;
  if (processes.size() > kMostProcesses) processes.resize(kMostProcesses);
  for (const ProcessStat& process : processes) {
    sample.pids.push_back(process.pid);
    sample.cpu += process.cpu;
    const std::string io = read_of(proc, process.pid, "io");
    sample.read = sample.read + Bytes(number_behind(io, "\nread_bytes:"));
    sample.written = sample.written + Bytes(number_behind(io, "\nwrite_bytes:"));
  }
  const auto counted = target.cgroup ? number_at(target.cgroup.get(), "cpu.stat", "usage_usec") : std::nullopt;
  if (counted) sample.cpu = Micros(static_cast<std::int64_t>(*counted));
  std::optional<Bytes> memory;
  if (target.memory) memory = memory_of(target.memory.get());
  sample.memory = memory ? *memory : memory_of(proc, processes);
  return sample;
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
  // The name is in parentheses, and may have some itself.
  const std::size_t end = text.rfind(')');
  ProcessStat stat;
  if (end == std::string_view::npos ||
      std::from_chars(text.data(), text.data() + text.size(), stat.pid).ec != std::errc())
    return std::nullopt;
  std::uint64_t ticks = 0;
  std::string_view rest = text.substr(end + 1);
  for (int field = 3; field <= 17; ++field) {
    const std::size_t begin = rest.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(begin);
    const std::size_t length = std::min(rest.find(' '), rest.size());
    std::int64_t number = 0;
    std::from_chars(rest.data(), rest.data() + length, number);
    if (field == 4) stat.parent = static_cast<pid_t>(number);
    if (field == 5) stat.group = static_cast<pid_t>(number);
    if (field >= 14) ticks += static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
    rest.remove_prefix(length);
  }
  stat.cpu = Micros(static_cast<std::int64_t>(ticks * 1'000'000 / ticks_per_second()));
  return stat;
}

std::vector<UseSample> sample_use(std::span<const UseTarget> targets) {
  std::vector<UseSample> samples;
  const UniqueFd proc = open_directory("/proc");
  std::unordered_map<pid_t, std::vector<ProcessStat>> by_leader;
  if (std::ranges::any_of(targets, [](const UseTarget& one) { return !one.cgroup; })) {
    by_leader = Processes(proc.get()).sorted(targets);
  }
  for (const UseTarget& target : targets) {
    samples.push_back(sample_of(
        proc.get(), target, target.cgroup ? members_of(proc.get(), target.cgroup.get()) : by_leader[target.leader]));
  }
  return samples;
}

}  // namespace sennit::proc
