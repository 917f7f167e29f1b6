#include <algorithm>

#include "storage/transfer_job.h"

namespace sennit::storage {

void Tally::begin_anew() {
  bytes_before_ += now_.bytes;
  moved_before_ += now_.transfers;
  now_ = {};
}

void Tally::finish_part(std::uint64_t files) {
  begin_anew();
  done_before_ += files;
}

Progress Tally::progress() const {
  return {.bytes = bytes_before_ + now_.bytes,
          .total_bytes = bytes_before_ + std::max(now_.total_bytes, now_.bytes),
          .files = std::min(total_files_, done_before_ + now_.transfers + now_.checks),
          .total_files = total_files_,
          .rate = now_.rate,
          .eta_s = now_.eta_s};
}

Moved Tally::moved() const {
  const std::uint64_t files = std::min(total_files_, moved_before_ + now_.transfers);
  return {.files = files, .bytes = bytes_before_ + now_.bytes, .unchanged = total_files_ - files};
}

}  // namespace sennit::storage
