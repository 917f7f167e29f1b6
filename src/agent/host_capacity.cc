#include "agent/host_capacity.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "proc/cgroup_mounts.h"

namespace sennit::agent {
namespace {

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The words of the first line of a small file; empty if it cannot be read.
std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> words;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// The directories of our cgroup and of those above it, for a controller of version 1 or ("") for version 2. A limit on
// any of them counts.
std::vector<std::string> cgroup_directories(std::string_view controller) {
  const std::optional<proc::CgroupPlace> place = proc::cgroup_place(controller);
  return place ? place->directories() : std::vector<std::string>();
}

std::optional<double> cpu_quota() {
  std::optional<double> least;
  const auto take = [&least](std::optional<double> quota, std::optional<double> period) {
    if (!quota || !period || *quota <= 0 || *period <= 0) return;  // "max" and -1: no limit
    least = std::min(least.value_or(std::numeric_limits<double>::max()), *quota / *period);
  };
  for (const std::string& directory : cgroup_directories("")) {
    const std::vector<std::string> words = words_of(directory + "/cpu.max");
    if (words.size() == 2) take(parse<double>(words[0]), parse<double>(words[1]));
  }
  for (const std::string& directory : cgroup_directories("cpu")) {
    const std::vector<std::string> quota = words_of(directory + "/cpu.cfs_quota_us");
    const std::vector<std::string> period = words_of(directory + "/cpu.cfs_period_us");
    if (quota.size() == 1 && period.size() == 1) take(parse<double>(quota[0]), parse<double>(period[0]));
  }
  return least;
}

std::uint64_t memory_limit() {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  const auto take = [&least](const std::vector<std::string>& words) {
    const std::optional<std::uint64_t> limit = words.size() == 1 ? parse<std::uint64_t>(words[0]) : std::nullopt;
    if (limit && *limit > 0) least = std::min(least, *limit);
  };
  for (const std::string& directory : cgroup_directories("")) take(words_of(directory + "/memory.max"));
  for (const std::string& directory : cgroup_directories("memory"))
    take(words_of(directory + "/memory.limit_in_bytes"));
  return least;
}

std::uint32_t usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const bool known = ::sched_getaffinity(0, sizeof set, &set) == 0;
  // Beyond 1024 processors the fixed set is too small, and the call says so.
  const long count = known ? CPU_COUNT(&set) : ::sysconf(_SC_NPROCESSORS_ONLN);
  auto processors = static_cast<std::uint32_t>(std::max(count, 1L));
  if (const std::optional<double> quota = cpu_quota()) {
    const auto whole = static_cast<std::uint32_t>(std::min(*quota + 0.999, 1e6));
    processors = std::clamp(whole, 1U, processors);
  }
  return processors;
}

std::uint64_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
}

Bytes free_storage(const std::string& directory) {
  struct statvfs info {};
  if (::statvfs(directory.c_str(), &info) != 0) return {};
  return Bytes(std::uint64_t{info.f_bavail} * info.f_frsize);
}

// "80Gi", "512M": binary, as in workflow files.
std::optional<Bytes> parse_memory(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  if (text.ends_with('B')) text.remove_suffix(1);
  if (text.ends_with('i')) text.remove_suffix(1);
  const std::size_t unit = text.empty() ? kUnits.npos : kUnits.find(text.back());
  if (unit == kUnits.npos) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 43;  // more than any device has
  const std::optional<std::uint64_t> count = parse<std::uint64_t>(text.substr(0, text.size() - 1));
  if (!count || *count > kMost >> 10 * (unit + 1)) return std::nullopt;
  return Bytes(*count << 10 * (unit + 1));
}

void pretend(const char* text, MeasuredHost& host) {
  std::optional<std::vector<GpuDevice>> devices = pretended_gpus(text);
  if (!devices) {
    host.gpu_problem = fmt::format(
        "the agent was started with SENNIT_GPUS={}, which is neither a number of GPUs (at most {}) nor one with their "
        "memory, as 4x80Gi",
        text, GpuSet::kMaxDevices);
  }
  host.capacity.devices = std::move(devices).value_or(std::vector<GpuDevice>());
  host.capacity.gpus = GpuSet::first(static_cast<unsigned>(host.capacity.devices.size()));
  host.capacity.pretended_gpus = true;
}

// The devices that NVML knows and a CUDA_VISIBLE_DEVICES of ours leaves, and why there are not more.
void measure_gpus(const char* nvml, MeasuredHost& host) {
  const Result<NvmlDevices> found = nvml_devices(nvml);
  if (!found) {
    host.gpu_problem = found.error().message();
    return;
  }
  host.capacity.gpus = found->usable;
  host.capacity.devices = found->devices;
  host.capacity.measures_gpus = !found->usable.empty();
  host.gpu_problem = found->problem;
  const char* list = std::getenv("CUDA_VISIBLE_DEVICES");
  if (list == nullptr || found->uuids.empty()) return;
  const GpuSet visible = visible_devices(list, static_cast<unsigned>(found->uuids.size()), found->uuids);
  if (visible.contains(host.capacity.gpus)) return;
  if (!host.gpu_problem.empty()) host.gpu_problem += "; ";
  host.gpu_problem.append("the agent was started with CUDA_VISIBLE_DEVICES=").append(list);
  host.capacity.gpus = host.capacity.gpus.common(visible);
}

}  // namespace

GpuSet visible_devices(const std::string& text, unsigned count, const std::vector<std::string>& uuids) {
  GpuSet visible;
  std::string_view rest = text;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view entry = rest.substr(0, comma);
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
    std::optional<unsigned> device = parse<unsigned>(entry);
    for (unsigned i = 0; !device && i < uuids.size() && !entry.empty(); ++i) {
      if (uuids[i].starts_with(entry)) device = i;
    }
    if (!device || *device >= count) break;
    visible.add(*device);
  }
  return visible;
}

std::optional<std::vector<GpuDevice>> pretended_gpus(std::string_view text) {
  const std::size_t times = text.find('x');
  const std::optional<unsigned> count = parse<unsigned>(text.substr(0, times));
  const std::optional<Bytes> memory = times == text.npos ? Bytes() : parse_memory(text.substr(times + 1));
  if (!count || *count > GpuSet::kMaxDevices || !memory) return std::nullopt;
  return std::vector<GpuDevice>(*count, {"pretended", *memory});
}

MeasuredHost measure_host(const std::string& directory, const char* nvml) {
  MeasuredHost host;
  host.capacity.cpus = usable_processors();
  host.capacity.memory = Bytes(std::min(physical_memory(), memory_limit()));
  host.capacity.storage = free_storage(directory);
  if (const char* text = std::getenv("SENNIT_GPUS"); text != nullptr && *text != '\0') {
    pretend(text, host);
  } else {
    measure_gpus(nvml, host);
  }
  return host;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace sennit::agent
