#include "logs/log_format.h"

namespace sennit::logs {
namespace {

// Little-endian whatever the machine, so that a state directory can move to another one.
void put_u64(std::uint64_t value, char* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (8 * i));
}

std::uint64_t take_u64(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

}  // namespace

Stream stream_of(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(Stream::kNote) ? static_cast<Stream>(number) : Stream::kNote;
}

void encode_record(const IndexRecord& record, char* out) {
  put_u64(record.offset << 8 | static_cast<std::uint64_t>(record.stream), out);
  put_u64(static_cast<std::uint64_t>(record.at.unix_us()), out + 8);
}

IndexRecord decode_record(const char* bytes) {
  const std::uint64_t place = take_u64(bytes);
  return {.offset = place >> 8,
          .stream = stream_of(place & 0xff),
          .at = Instant::from_unix_us(static_cast<std::int64_t>(take_u64(bytes + 8)))};
}

}  // namespace sennit::logs
