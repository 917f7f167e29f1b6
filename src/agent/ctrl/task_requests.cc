#include "agent/ctrl/task_requests.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>

#include "base/version.h"

namespace sennit::agent {
namespace {

constexpr std::uint32_t kUsage = 2;  // as outside of a task
constexpr std::size_t kPiece = 64 * 1024;

constexpr std::string_view kHelp =
    "sennit inside a task: asks for what belongs to its own workflow\n"
    "\n"
    "  sennit status [-o json]    the phases of this task and their times\n"
    "  sennit logs [-n LINES]     what this task has written so far\n"
    "  sennit data ...            upload, download, list, delete, check\n"
    "  sennit help | --version\n";

// "12" of "-n 12", "-n12", "--tail 12" or "--tail=12"; all of them by default.
struct LogWords {
  std::optional<std::uint64_t> lines;
  std::string wrong;
};

LogWords parse_log_words(const std::vector<std::string>& words) {
  LogWords parsed;
  for (std::size_t i = 1; i < words.size() && parsed.wrong.empty(); ++i) {
    std::string_view word = words[i];
    std::string_view value;
    if (word == "-n" || word == "--tail") {
      if (i + 1 < words.size()) value = words[++i];
    } else if (word.starts_with("--tail=")) {
      value = word.substr(7);
    } else if (word.starts_with("-n")) {
      value = word.substr(2);
    } else {
      parsed.wrong = fmt::format("'{}' is not known here; `sennit help` lists what is", word);
      break;
    }
    std::uint64_t lines = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), lines);
    if (value.empty() || error != std::errc() || stop != value.data() + value.size()) {
      parsed.wrong = fmt::format("{} needs a number of lines", word);
    }
    parsed.lines = lines;
  }
  return parsed;
}

// Where the last `lines` lines before `end` begin. Reads backwards.
std::uint64_t start_of_lines(int fd, std::uint64_t end, std::uint64_t lines) {
  if (lines == 0) return end;
  std::string piece(kPiece, '\0');
  std::uint64_t found = 0;
  for (std::uint64_t place = end; place > 0;) {
    const std::uint64_t count = std::min<std::uint64_t>(place, kPiece);
    place -= count;
    if (::pread(fd, piece.data(), count, static_cast<off_t>(place)) != static_cast<ssize_t>(count)) return end;
    for (std::uint64_t i = count; i-- > 0;) {
      // The newline at the very end closes the last line.
      if (piece[i] == '\n' && place + i + 1 != end && ++found == lines) return place + i + 1;
    }
  }
  return 0;
}

}  // namespace

void Answerer::refuse(std::string_view why) {
  err(fmt::format("sennit: {}\n", why));
  end(1);
}

UserLink::Room Answerer::say(wire::Answer::Part part, std::string_view text) {
  return link_.answer(id_, {.part = part, .text = std::string(text), .code = 0});
}

TaskRequests::TaskRequests(UserLink& link, Offers offers) : link_(link), offers_(std::move(offers)) {}
TaskRequests::~TaskRequests() = default;

void TaskRequests::on_request(RequestId id, const wire::Request& request) {
  Answerer answerer(link_, id);
  const std::vector<std::string>& words = request.words;
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    answerer.out(kHelp);
    return answerer.end(0);
  }
  if (words[0] == "status") return status(words, answerer);
  if (words[0] == "logs") return logs(words, answerer);
  if (words[0] == "data") {
    if (offers_.data != nullptr) return offers_.data->on_data_request(words, request.directory, answerer);
    return answerer.refuse("data is not offered to tasks here: this ctrl has no access to a storage");
  }
  answerer.err(fmt::format("sennit: '{}' is not offered inside a task\n\n{}", words[0], kHelp));
  answerer.end(kUsage);
}

void TaskRequests::status(const std::vector<std::string>& words, Answerer answerer) {
  const bool json = words.size() == 3 && words[1] == "-o" && words[2] == "json";
  if (words.size() > 1 && !json) {
    answerer.err("sennit: status takes nothing but -o json\n");
    return answerer.end(kUsage);
  }
  if (!offers_.status) return answerer.refuse("the status is not offered to tasks here");
  const Result<std::string> text = offers_.status(json);
  if (!text) return answerer.refuse(text.error().message());
  answerer.out(*text);
  answerer.end(0);
}

void TaskRequests::logs(const std::vector<std::string>& words, Answerer answerer) {
  const LogWords parsed = parse_log_words(words);
  if (!parsed.wrong.empty()) {
    answerer.err(fmt::format("sennit: {}\n", parsed.wrong));
    return answerer.end(kUsage);
  }
  if (offers_.log.empty()) return answerer.refuse("logs are not offered to tasks here");
  UniqueFd file(::open(offers_.log.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return answerer.end(0);  // nothing was written yet
  if (!file) return answerer.refuse(Error::from_errno("open the log of this task", errno).message());
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) {
    return answerer.refuse(Error::from_errno("look at the log of this task", errno).message());
  }
  // What this answer itself adds to the log is left out.
  const auto end = static_cast<std::uint64_t>(info.st_size);
  const std::uint64_t next = parsed.lines ? start_of_lines(file.get(), end, *parsed.lines) : 0;
  readings_[answerer.id()] = {.file = std::move(file), .next = next, .end = end};
  go_on(answerer.id());
}

// As much as the connection takes, so that a log of any size needs little memory.
void TaskRequests::go_on(RequestId id) {
  const auto it = readings_.find(id);
  if (it == readings_.end()) return;
  Reading& reading = it->second;
  Answerer answerer(link_, id);
  std::string piece;
  while (reading.next < reading.end) {
    piece.resize(std::min<std::uint64_t>(kPiece, reading.end - reading.next));
    const ssize_t count = ::pread(reading.file.get(), piece.data(), piece.size(), static_cast<off_t>(reading.next));
    if (count <= 0) break;  // it was cut meanwhile
    reading.next += static_cast<std::uint64_t>(count);
    if (answerer.out(std::string_view(piece).substr(0, static_cast<std::size_t>(count))) == UserLink::Room::kFull) {
      return;
    }
  }
  readings_.erase(it);
  answerer.end(0);
}

void TaskRequests::on_drained(RequestId id) { go_on(id); }

void TaskRequests::on_gone(RequestId id) {
  readings_.erase(id);
  if (offers_.data != nullptr) offers_.data->on_data_request_gone(id);
}

}  // namespace sennit::agent
