#include "agent/ctrl/stored_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "agent/message_log.h"
#include "logs/log_format.h"

namespace sennit::agent {
namespace {

constexpr std::string_view kMagic = "SNTAKEN1";
constexpr std::size_t kRecordBytes = 32;

void put_le(char* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (8 * i));
}

std::uint64_t get_le(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

// 0 if it is not there.
std::uint64_t size_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<void> cut(const std::string& path, std::uint64_t size) {
  if (size_of(path) <= size) return {};
  if (::truncate(path.c_str(), static_cast<off_t>(size)) != 0) return Error::from_errno("cut " + path, errno);
  return {};
}

// Drops the records of bytes that are not in the log, and a torn one.
Result<void> cut_index(const std::string& path, std::uint64_t log_size) {
  const std::uint64_t size = size_of(path);
  if (size < logs::kIndexHeaderBytes) return {};
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno("open " + path, errno);
  std::uint64_t count = (size - logs::kIndexHeaderBytes) / logs::kIndexRecordBytes;
  while (count > 0) {
    std::array<char, logs::kIndexRecordBytes> bytes;
    const std::uint64_t place = logs::kIndexHeaderBytes + (count - 1) * logs::kIndexRecordBytes;
    if (::pread(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(place)) != ssize_t{bytes.size()}) {
      return Error::from_errno("read " + path, errno);
    }
    if (logs::decode_record(bytes.data()).offset < log_size) break;
    --count;
  }
  return cut(path, logs::kIndexHeaderBytes + count * logs::kIndexRecordBytes);
}

}  // namespace

StoredOutput::StoredOutput(logs::LogPlaces places, UniqueFd record)
    : writer_(std::move(places)), record_(std::move(record)) {}

Result<StoredOutput> StoredOutput::open(logs::LogPlaces places, const std::string& record,
                                        std::shared_ptr<const logs::SecretMask> mask) {
  UniqueFd fd(::open(record.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno("open " + record, errno);
  StoredOutput output(places, std::move(fd));
  output.mask_ = std::move(mask);
  if (Result<void> recovered = output.recover(places); !recovered) return std::move(recovered).error().in(record);
  return output;
}

Result<void> StoredOutput::recover(const logs::LogPlaces& places) {
  std::array<char, kRecordBytes> bytes{};
  const ssize_t count = ::pread(record_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0) return Error::from_errno("read the record of what is stored", errno);
  log_before_ = size_of(places.log);
  if (count == 0) {
    save();
    return {};
  }
  if (count != ssize_t{kRecordBytes} || std::string_view(bytes.data(), kMagic.size()) != kMagic) {
    return Error(ErrorCode::kCorrupt, "this is no record of stored output, or one of a later release");
  }
  session_ = get_le(bytes.data() + 8);
  position_ = get_le(bytes.data() + 16);
  const std::uint64_t log_size = get_le(bytes.data() + 24);
  SENNIT_TRY(cut(places.log, log_size));
  log_before_ = std::min(log_before_, log_size);
  return cut_index(places.index, log_before_);
}

std::uint64_t StoredOutput::size() const { return std::max(log_before_, writer_.size()); }

void StoredOutput::save() const {
  std::array<char, kRecordBytes> bytes{};
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  put_le(bytes.data() + 8, session_);
  put_le(bytes.data() + 16, position_);
  // The writer knows the size once it has opened the log.
  put_le(bytes.data() + 24, size());
  if (::pwrite(record_.get(), bytes.data(), bytes.size(), 0) != ssize_t{bytes.size()}) {
    say(Level::kError, "{}", Error::from_errno("write what is stored of a task's output", errno).message());
  }
}

void StoredOutput::begin(std::uint64_t session) {
  if (session_ == session) return;
  session_ = session;
  position_ = 0;
  save();
}

void StoredOutput::write(const wire::Output& output) {
  // The streams have the same numbers in the log.
  const auto stream = static_cast<logs::Stream>(output.stream);
  if (!mask_ || mask_->empty()) {
    writer_.write(stream, output.at, output.bytes);
    position_ += output.bytes.size();
    return save();
  }
  if (masked_ && stream_ != output.stream) end_output(output.at);
  if (!masked_) masked_.emplace(*mask_);
  stream_ = output.stream;
  const std::size_t held = masked_->held();
  writer_.write(stream, output.at, masked_->take(output.bytes));
  position_ += held + output.bytes.size() - masked_->held();
  save();
}

void StoredOutput::end_output(Instant at) {
  if (!masked_) return;
  position_ += masked_->held();
  writer_.write(static_cast<logs::Stream>(stream_), at, masked_->end());
  masked_.reset();
  save();
}

void StoredOutput::skip(Instant at, std::uint64_t bytes) {
  end_output(at);
  position_ += bytes;
  writer_.write(
      logs::Stream::kNote, at,
      "\n[sennit] " + std::to_string(bytes) + " bytes of output are missing here: they were lost on their way\n");
  save();
}

void StoredOutput::note(Instant at, std::string_view line) {
  const std::string text = std::string(line).append("\n");
  writer_.write(logs::Stream::kNote, at, mask_ ? mask_->mask(text) : text);
  save();
}

logs::LogSummary StoredOutput::finish(Instant at) {
  end_output(at);
  writer_.finish(at);
  save();
  return writer_.summary();
}

}  // namespace sennit::agent
