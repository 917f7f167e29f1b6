#include "cli/rsync/sync_daemons.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "views/json_writer.h"

namespace sennit::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kRecord = ".json";
constexpr auto kStopTime = std::chrono::seconds(10);

void write_record(views::JsonWriter& writer, const SyncRecord& record) {
  writer.begin_object();
  writer.field("workflow", std::string_view(record.workflow));
  writer.field("task", std::string_view(record.task));
  writer.field("pid", static_cast<std::int64_t>(record.pid));
  writer.field("alive", record.is_alive);
  writer.field("status", std::string_view(record.status));
  writer.field("last_synced", record.last_synced);
  writer.field("local_path", std::string_view(record.paths.from));
  writer.field("remote_path", std::string_view(record.paths.to));
  writer.field("log", std::string_view(record.log));
  writer.end_object();
}

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<SyncRecord> read_record(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  boost::system::error_code error;
  const json::value value = json::parse(text.str(), error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  SyncRecord record{.workflow = text_at(object, "workflow"),
                    .task = text_at(object, "task"),
                    .paths = {text_at(object, "local_path"), text_at(object, "remote_path")},
                    .status = text_at(object, "status"),
                    .log = text_at(object, "log")};
  if (const json::value* pid = object.if_contains("pid"); pid != nullptr && pid->is_int64()) {
    record.pid = static_cast<pid_t>(pid->get_int64());
  }
  record.last_synced = views::parse_instant(text_at(object, "last_synced")).value_or(Instant());
  return record;
}

std::string lock_of(const SyncRecord& record) {
  return record.log.substr(0, record.log.size() - std::string_view(".log").size()) + ".lock";
}

}  // namespace

// Readable, and never two alike: what is no letter or digit is written as its number.
std::string sync_name(const SyncJob& job) {
  std::string name = job.workflow + "." + job.task + ".";
  const std::size_t hash = std::hash<std::string>()(job.paths.from + '\0' + job.paths.to);
  char text[20];
  std::snprintf(text, sizeof text, "%zx", hash);
  return name + text;
}

std::vector<SyncRecord> SyncDaemons::all() const {
  std::vector<SyncRecord> records;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_, error)) {
    if (entry.path().extension() != kRecord) continue;
    std::optional<SyncRecord> record = read_record(entry.path());
    if (!record || record->log.empty()) continue;
    const Result<proc::FileLock::State> state = proc::FileLock::probe(lock_of(*record));
    record->is_alive = state && *state == proc::FileLock::State::kHeld;
    records.push_back(std::move(*record));
  }
  std::ranges::sort(records, {}, [](const SyncRecord& record) { return record.log; });
  return records;
}

Result<proc::FileLock> SyncDaemons::take_place(const std::string& name) const {
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) return Error::from_errno("make " + directory_, errno);
  return proc::FileLock::take(directory_ + "/" + name + ".lock");
}

Result<void> SyncDaemons::write(const std::string& name, const SyncRecord& record) const {
  std::string text;
  views::JsonWriter writer(text);
  write_record(writer, record);
  const std::string path = directory_ + "/" + name + std::string(kRecord);
  const std::string fresh = path + ".new";
  std::ofstream(fresh, std::ios::trunc) << text << '\n';
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return Error::from_errno("write " + path, errno);
  return {};
}

void SyncDaemons::stop(const SyncRecord& record) const {
  if (record.is_alive && record.pid > 0) {
    ::kill(record.pid, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kStopTime;
    for (;;) {
      const Result<proc::FileLock::State> state = proc::FileLock::probe(lock_of(record));
      if (!state || *state == proc::FileLock::State::kFree) break;
      if (std::chrono::steady_clock::now() > deadline) {
        ::kill(record.pid, SIGKILL);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  std::error_code error;
  const std::string stem = lock_of(record).substr(0, lock_of(record).size() - std::string_view(".lock").size());
  for (const char* end : {".json", ".lock", ".log"}) fs::remove(stem + end, error);
}

std::string sync_list_json(const std::vector<SyncRecord>& records) {
  std::string text;
  views::JsonWriter writer(text);
  writer.begin_object();
  writer.key("daemons");
  writer.begin_array();
  for (const SyncRecord& record : records) write_record(writer, record);
  writer.end_array();
  writer.end_object();
  return text;
}

}  // namespace sennit::cli
