#include "progress/series_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/write_all.h"

namespace sennit::progress {
namespace {

constexpr std::string_view kMagic = "SNSERIE1";
constexpr std::size_t kRecordBytes = 72;
constexpr std::size_t kMostSeries = 256;
constexpr std::uint16_t kNameRecord = 1;
constexpr std::uint16_t kPointRecord = 2;
// No file of ours is as large.
constexpr std::uint64_t kLargestFile = 64 * 1024 * 1024;

template <class Number>
void put(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i));
}
void put(std::string& out, double value) { put(out, std::bit_cast<std::uint64_t>(value)); }

template <class Number>
Number get(std::string_view record, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(record[at + i])) << (8 * i);
  }
  return static_cast<Number>(value);
}
double get_double(std::string_view record, std::size_t at) {
  return std::bit_cast<double>(get<std::uint64_t>(record, at));
}

void put_name(std::string& out, std::size_t number, std::string_view name) {
  const std::size_t begin = out.size();
  put(out, kNameRecord);
  put(out, static_cast<std::uint16_t>(number));
  put(out, static_cast<std::uint32_t>(name.size()));
  out.append(name);
  out.resize(begin + kRecordBytes, '\0');
}

void put_point(std::string& out, std::size_t number, const Point& point) {
  put(out, kPointRecord);
  put(out, static_cast<std::uint16_t>(number));
  put(out, point.count);
  put(out, point.finite);
  put(out, std::uint32_t{0});
  put(out, static_cast<std::uint64_t>(point.first_at.unix_us()));
  put(out, static_cast<std::uint64_t>(point.at.unix_us()));
  for (const double value : {point.step, point.last, point.mean, point.min, point.max}) put(out, value);
}

Point point_of(std::string_view record) {
  Point point;
  point.count = get<std::uint32_t>(record, 4);
  point.finite = get<std::uint32_t>(record, 8);
  point.first_at = Instant::from_unix_us(get<std::int64_t>(record, 16));
  point.at = Instant::from_unix_us(get<std::int64_t>(record, 24));
  point.step = get_double(record, 32);
  point.last = get_double(record, 40);
  point.mean = get_double(record, 48);
  point.min = get_double(record, 56);
  point.max = get_double(record, 64);
  return point;
}

Result<std::string> read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return Error::from_errno("open " + path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return Error::from_errno("read " + path, errno);
  if (static_cast<std::uint64_t>(info.st_size) > kLargestFile)
    return Error(ErrorCode::kCorrupt, path + " is too large");
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error::from_errno("read " + path, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  bytes.resize(size);
  return bytes;
}

Result<void> take_record(std::string_view record, std::vector<Series>& series) {
  const auto kind = get<std::uint16_t>(record, 0);
  const auto number = get<std::uint16_t>(record, 2);
  if (kind == kNameRecord) {
    const auto length = get<std::uint32_t>(record, 4);
    if (number != series.size() || length > kRecordBytes - 8 || series.size() >= kMostSeries) {
      return Error(ErrorCode::kCorrupt, "a name out of order");
    }
    series.push_back({std::string(record.substr(8, length)), {}});
  } else if (kind == kPointRecord) {
    if (number >= series.size()) return Error(ErrorCode::kCorrupt, "a point of no series");
    series[number].points.push_back(point_of(record));
  }
  return {};  // what a later release adds is passed over
}

// Of all series by time, so that the end of the file is the latest.
std::string bytes_of(const std::vector<Series>& series) {
  std::string out(kMagic);
  std::vector<std::pair<Instant, std::pair<std::size_t, const Point*>>> order;
  for (std::size_t i = 0; i < series.size(); ++i) {
    put_name(out, i, series[i].name);
    for (const Point& point : series[i].points) order.push_back({point.at, {i, &point}});
  }
  std::ranges::stable_sort(order, {}, [](const auto& one) { return one.first; });
  for (const auto& [at, one] : order) put_point(out, one.first, *one.second);
  return out;
}

}  // namespace

Result<std::vector<Series>> read_series(const std::string& path) {
  SENNIT_ASSIGN(const std::string bytes, read_file(path));
  if (bytes.size() < kMagic.size()) return std::vector<Series>();  // it is just being made
  std::string_view rest(bytes);
  if (!rest.starts_with(kMagic))
    return Error(ErrorCode::kCorrupt, path + " holds no series, or those of a later release");
  rest.remove_prefix(kMagic.size());
  std::vector<Series> series;
  for (; rest.size() >= kRecordBytes; rest.remove_prefix(kRecordBytes)) {
    if (Result<void> taken = take_record(rest.substr(0, kRecordBytes), series); !taken) {
      return std::move(taken).error().in(path);
    }
  }
  return series;
}

std::vector<Series> SeriesFile::load() {
  Result<std::vector<Series>> series = read_series(path_);
  if (!series) {
    // What cannot be read is in the way of what is to come.
    if (series.error().code() == ErrorCode::kCorrupt) ::unlink(path_.c_str());
    return {};
  }
  learn(*series);
  return std::move(*series);
}

void SeriesFile::learn(const std::vector<Series>& series) {
  known_.clear();
  for (const Series& one : series) known_.push_back({one.name, one.points.size()});
}

bool SeriesFile::open() {
  if (file_) return true;
  if (failed_) return false;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  file_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  struct stat info {};
  failed_ = !file_ || ::fstat(file_.get(), &info) != 0;
  if (failed_) return false;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size < kMagic.size()) {
    failed_ = ::ftruncate(file_.get(), 0) != 0 || !write_all(file_.get(), kMagic, "write " + path_);
    return !failed_;
  }
  const std::uint64_t torn = (size - kMagic.size()) % kRecordBytes;
  const Result<std::vector<Series>> series = read_series(path_);
  failed_ = !series || (torn != 0 && ::ftruncate(file_.get(), static_cast<off_t>(size - torn)) != 0);
  if (!failed_) learn(*series);
  return !failed_;
}

std::size_t SeriesFile::number_of(const std::string& name, std::string& out) {
  const auto found = std::ranges::find(known_, name, &Known::name);
  if (found != known_.end()) return static_cast<std::size_t>(found - known_.begin());
  if (known_.size() >= kMostSeries || name.size() > kRecordBytes - 8) return kMostSeries;
  known_.push_back({name, 0});
  put_name(out, known_.size() - 1, name);
  return known_.size() - 1;
}

bool SeriesFile::is_full() const {
  return std::ranges::any_of(known_, [](const Known& one) { return one.points >= kMostPoints; });
}

void SeriesFile::append(const std::vector<NamedPoint>& points) {
  if (points.empty() || !open()) return;
  std::string bytes;
  for (const auto& [name, point] : points) {
    const std::size_t number = number_of(name, bytes);
    if (number == kMostSeries) continue;
    put_point(bytes, number, point);
    ++known_[number].points;
  }
  // Half a record would shift all that follow: a file that could not be written is not written to again.
  failed_ = !write_all(file_.get(), bytes, "write " + path_);
  if (failed_) file_.reset();
  if (!failed_ && is_full()) rewrite();
}

void SeriesFile::rewrite() {
  Result<std::vector<Series>> series = read_series(path_);
  if (!series) return;
  for (Series& one : *series) one.points = thinned(one.points, kMostPoints / 2);
  const std::string fresh = path_ + ".new";
  UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file || !write_all(file.get(), bytes_of(*series), "write " + fresh) ||
      ::rename(fresh.c_str(), path_.c_str()) != 0) {
    ::unlink(fresh.c_str());
    failed_ = true;  // bounded is what it is to be
    return file_.reset();
  }
  file_ = std::move(file);
  learn(*series);
}

}  // namespace sennit::progress
