// Packed logs: any log is read from its packed form as it was, and any bytes in the place of a packed log are read or
// refused.
// rooms: logs
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "logs/line_pattern.h"
#include "logs/log_packer.h"
#include "logs/log_reader.h"
#include "logs/packed_format.h"

namespace {

using sennit::Instant;
using sennit::UniqueFd;
using sennit::logs::LogLine;
using sennit::logs::LogReader;

UniqueFd file_of(std::string_view bytes) {
  UniqueFd fd(::memfd_create("log", MFD_CLOEXEC));
  if (!bytes.empty() && ::write(fd.get(), bytes.data(), bytes.size()) != ssize_t(bytes.size())) std::abort();
  return fd;
}

std::string path_of(const UniqueFd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

// Records wherever a byte says so: every third byte of the text may begin one.
std::string index_of(std::string_view text, std::string_view dice) {
  std::string index(sennit::logs::kIndexMagic);
  std::int64_t at = 1'000'000;
  for (std::size_t i = 0; i < text.size() && !dice.empty();
       i += 1 + static_cast<unsigned char>(dice[i % dice.size()]) % 9) {
    const auto die = static_cast<unsigned char>(dice[i % dice.size()]);
    at += static_cast<std::int64_t>(die) * 100 - 2000;
    char record[sennit::logs::kIndexRecordBytes];
    sennit::logs::encode_record(
        {.offset = i, .stream = sennit::logs::stream_of(die % 3), .at = Instant::from_unix_us(at)}, record);
    index.append(record, sizeof record);
  }
  return index;
}

std::vector<std::string> lines_of(const LogReader& reader) {
  std::vector<std::string> lines;
  static_cast<void>(reader.lines(0, LogReader::kEnd, [&lines](const LogLine& line) {
    lines.push_back(std::to_string(line.offset) + ' ' + std::to_string(static_cast<int>(line.stream)) + ' ' +
                    std::to_string(line.at.unix_us()) + ' ' + std::string(line.text));
    return LogReader::Visit::kContinue;
  }));
  return lines;
}

void read_all(const LogReader& reader) {
  static const auto pattern =
      std::move(sennit::logs::LinePattern::parse("abc|[0-9]+x", sennit::logs::LetterCase::kIgnored)).value();
  lines_of(reader);
  static_cast<void>(reader.start_of_last_lines(3));
  static_cast<void>(reader.first_line_since(Instant::from_unix_us(1'000'000)));
  static_cast<void>(reader.time_at(7));
  static_cast<void>(pattern.skip(reader, 0, LogReader::kEnd, 1 << 20));
}

void expect_alike(const LogReader& raw, const LogReader& packed) {
  if (lines_of(raw) != lines_of(packed)) std::abort();
  for (const std::uint64_t count : {1U, 2U, 9U}) {
    if (*raw.start_of_last_lines(count) != *packed.start_of_last_lines(count)) std::abort();
  }
}

}  // namespace

// Two bytes say how much of the rest is text; the rest of it are dice for records and changes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view text = all.substr(0, data[0] | static_cast<std::size_t>(data[1]) << 8U);
  const std::string_view dice = all.substr(text.size());
  const UniqueFd log = file_of(text);
  const UniqueFd index = file_of(index_of(text, dice));
  const UniqueFd out = file_of({});
  const sennit::logs::PackOptions options{
      .block_bytes = 64, .group_blocks = 8, .filter_bits = 256, .least_filtered = 2};
  if (!pack_log(log.get(), index.get(), out.get(), options, [] { return true; })) std::abort();
  const auto raw = LogReader::open(path_of(log), path_of(index));
  const auto packed = LogReader::open("/nowhere", "/nowhere", path_of(out));
  if (!raw || !packed) std::abort();
  expect_alike(*raw, *packed);

  std::string bytes(static_cast<std::size_t>(::lseek(out.get(), 0, SEEK_END)), '\0');
  if (::pread(out.get(), bytes.data(), bytes.size(), 0) != ssize_t(bytes.size())) std::abort();
  for (std::size_t i = 0; i + 2 < dice.size(); i += 3) {
    const std::size_t at =
        (static_cast<unsigned char>(dice[i]) << 8U | static_cast<unsigned char>(dice[i + 1])) % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ dice[i + 2]);
  }
  // With a right checksum what the table says is believed as far as it fits together.
  const auto place = sennit::logs::find_table(
      std::string_view(bytes).substr(bytes.size() - sennit::logs::kPackedFootBytes), bytes.size());
  if (place) {
    std::string table = bytes.substr(bytes.size() - place->bytes);
    sennit::logs::seal_table(table);
    bytes.replace(bytes.size() - table.size(), table.size(), table);
  }
  const UniqueFd changed = file_of(bytes);
  const auto reader = LogReader::open("/nowhere", "/nowhere", path_of(changed));
  if (reader) read_all(*reader);
  return 0;
}
