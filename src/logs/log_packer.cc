#include "logs/log_packer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "base/write_all.h"
#include "logs/log_file.h"
#include "logs/log_index.h"
#include "logs/packed_format.h"
#include "logs/trigrams.h"

namespace sennit::logs {
namespace {

constexpr int kLevel = 3;

// The filters of a group of blocks, turned round: for each bit those of all blocks side by side, so that a search reads
// a few bytes for a trigram in all of them.
class FilterGroup {
 public:
  FilterGroup(std::uint32_t blocks, std::uint32_t bits) : row_bytes_(blocks / 8), bits_(bits) {}

  void add(const TrigramFilter& filter) {
    if (rows_.empty()) rows_.resize(std::size_t{row_bytes_} * bits_);
    const std::uint32_t block = blocks_++;
    filter.each_bit([&](std::uint32_t bit) {
      rows_[std::size_t{bit} * row_bytes_ + block / 8] |= static_cast<char>(1U << (block % 8));
    });
  }
  std::uint32_t blocks() const { return blocks_; }

  std::string take() {
    const std::size_t used = (blocks_ + 7) / 8;
    std::string out = aside_header(used * bits_);
    out.reserve(out.size() + used * bits_);
    for (std::size_t bit = 0; bit < bits_; ++bit) out.append(rows_, bit * row_bytes_, used);
    drop();
    return out;
  }
  void drop() {
    std::fill(rows_.begin(), rows_.end(), '\0');
    blocks_ = 0;
  }

 private:
  std::uint32_t row_bytes_;
  std::uint32_t bits_;
  std::uint32_t blocks_ = 0;
  std::string rows_;
};

class Packing {
 public:
  Packing(int log, int index, int out, const PackOptions& options)
      : log_(log),
        out_(out),
        options_(options),
        records_(index),
        filter_(options.filter_bits),
        group_(options.group_blocks, options.filter_bits),
        context_(ZSTD_createCCtx()) {
    table_.group_blocks = options.group_blocks;
    table_.filter_bits = options.filter_bits;
  }

  Result<void> run(const std::function<bool()>& go_on) {
    SENNIT_CHECK(context_ != nullptr);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    SENNIT_ASSIGN(table_.text_bytes, size_of(log_));
    SENNIT_TRY(write(aside_header(kPackedMagic.size()).append(kPackedMagic)));
    while (text_at_ < table_.text_bytes) {
      if (!go_on()) return Error(ErrorCode::kCancelled, "told to stop");
      SENNIT_TRY(add_block());
      if (group_.blocks() == options_.group_blocks) SENNIT_TRY(end_group());
    }
    if (group_.blocks() > 0) SENNIT_TRY(end_group());
    return write(encode_table(table_, file_at_));
  }

 private:
  struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  Result<void> write(std::string_view bytes) {
    SENNIT_TRY(write_all(out_, bytes, "write the packed log"));
    file_at_ += bytes.size();
    return {};
  }

  Result<std::string> compressed(std::string_view text) {
    std::string frame(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress2(context_.get(), frame.data(), frame.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0) return Error(ErrorCode::kInternal, ZSTD_getErrorName(size));
    frame.resize(size);
    return frame;
  }

  // Text from where the last block ended, up to a block and the two bytes behind it.
  Result<void> read_text() {
    const std::uint64_t left = table_.text_bytes - text_at_;
    text_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, std::uint64_t{options_.block_bytes} + 2)));
    SENNIT_ASSIGN(const std::size_t n, read_at(log_, text_at_, text_.data(), text_.size()));
    if (n != text_.size()) return Error(ErrorCode::kConflict, "the log became shorter");
    return {};
  }

  std::size_t block_end() const {
    if (text_.size() <= options_.block_bytes) return text_.size();
    const std::size_t newline = text_.rfind('\n', options_.block_bytes - 1);
    return newline != std::string::npos && newline >= options_.block_bytes / 2 ? newline + 1 : options_.block_bytes;
  }

  Result<void> add_block() {
    SENNIT_TRY(read_text());
    const std::string_view text = std::string_view(text_).substr(0, block_end());
    PackedBlock block{.text_at = text_at_, .file_at = file_at_};
    block.text_bytes = static_cast<std::uint32_t>(text.size());
    block.newlines_before = table_.newlines;
    std::vector<IndexRecord> inner = take_records(block);
    const bool open = !text.ends_with('\n');
    if (open) block.stream_and_open |= PackedBlock::kOpenEnd;
    const std::string_view looked_at = open ? std::string_view(text_).substr(0, text.size() + 2) : text;
    if (folds_into_ascii(looked_at)) block.stream_and_open |= PackedBlock::kNoFilter;
    filter_.clear();
    filter_.add(looked_at);
    group_.add(filter_);
    SENNIT_ASSIGN(const std::string frame, compressed(text));
    block.frame_bytes = static_cast<std::uint32_t>(frame.size());
    SENNIT_TRY(write(frame));
    if (!inner.empty()) {
      SENNIT_ASSIGN(const std::string packed, compressed(encode_records(inner, block)));
      block.record_bytes = static_cast<std::uint32_t>(kAsideHeaderBytes + packed.size());
      SENNIT_TRY(write(aside_header(packed.size()).append(packed)));
    }
    table_.newlines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    text_at_ += text.size();
    table_.blocks.push_back(block);
    return {};
  }

  // Those of the block behind its first byte, one for each place: the last one that is said of it.
  std::vector<IndexRecord> take_records(PackedBlock& block) {
    while (next_ < records_.count() && records_[next_].offset <= block.text_at) take_record();
    block.stream_and_open = static_cast<std::uint32_t>(current_.stream);
    block.first = current_.at;
    std::vector<IndexRecord> inner;
    while (next_ < records_.count() && records_[next_].offset < block.text_end()) {
      take_record();
      if (!inner.empty() && inner.back().offset == current_.offset) inner.pop_back();
      inner.push_back(current_);
    }
    block.latest = latest_;
    return inner;
  }

  void take_record() {
    current_ = records_[next_++];
    latest_ = std::max(latest_, current_.at);
  }

  Result<void> end_group() {
    const bool worth_it = group_.blocks() >= options_.least_filtered;
    table_.filters.push_back(worth_it ? file_at_ + kAsideHeaderBytes : 0);
    if (worth_it) return write(group_.take());
    group_.drop();
    return {};
  }

  int log_;
  int out_;
  const PackOptions& options_;
  IndexRecords records_;
  std::size_t next_ = 0;
  IndexRecord current_;
  Instant latest_;
  TrigramFilter filter_;
  FilterGroup group_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  PackedTable table_;
  std::string text_;
  std::uint64_t text_at_ = 0;
  std::uint64_t file_at_ = 0;
};

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

// A file that goes with its descriptor until it gets a name. Where a file system knows no such thing it has one that
// says so, and that a later try takes away.
struct Unnamed {
  UniqueFd fd;
  std::string name;
  ~Unnamed() {
    if (!name.empty()) ::unlink(name.c_str());
  }

  Result<void> open(const std::string& packed) {
    fd.reset(::open(directory_of(packed).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd) return {};
    if (errno != EOPNOTSUPP && errno != EISDIR) return Error::from_errno("make the packed log", errno);
    name = packed + ".part";
    ::unlink(name.c_str());
    fd.reset(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return Error::from_errno("make " + name, errno);
    return {};
  }

  // Never over one that is there.
  Result<void> give_name(const std::string& packed) const {
    const std::string from = name.empty() ? "/proc/self/fd/" + std::to_string(fd.get()) : name;
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, packed.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
    return Error::from_errno("name " + packed, errno);
  }
};

std::uint64_t disk_bytes(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_blocks) * 512 : 0;
}

}  // namespace

Result<void> pack_log(int log, int index, int out, const PackOptions& options, const std::function<bool()>& go_on) {
  return Packing(log, index, out, options).run(go_on);
}

Result<std::uint64_t> replace_by_packed(const PackedPlaces& places, const PackOptions& options,
                                        const std::function<bool()>& go_on) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  const UniqueFd log(::open(places.log.c_str(), kFlags));
  if (!log && errno == ENOENT) return std::uint64_t{0};
  if (!log) return Error::from_errno("open " + places.log, errno);
  if (::access(places.packed.c_str(), F_OK) == 0) return std::uint64_t{0};
  const UniqueFd index(::open(places.index.c_str(), kFlags));
  const std::uint64_t before = disk_bytes(places.log) + disk_bytes(places.index);
  Unnamed file;
  SENNIT_TRY(file.open(places.packed));
  SENNIT_TRY(pack_log(log.get(), index.get(), file.fd.get(), options, go_on));
  if (::fsync(file.fd.get()) != 0) return Error::from_errno("flush " + places.packed, errno);
  const Result<void> named = file.give_name(places.packed);
  if (!named && named.error().code() == ErrorCode::kNotFound) return std::uint64_t{0};  // its run was removed meanwhile
  if (!named) return named.error();
  const UniqueFd directory(::open(directory_of(places.packed).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0)
    return Error::from_errno("flush the name of " + places.packed, errno);
  // The log first: a reader that finds it gone looks for the packed one, and one that finds it takes it with its index.
  if (::unlink(places.log.c_str()) != 0 && errno != ENOENT) return Error::from_errno("remove " + places.log, errno);
  ::unlink(places.index.c_str());
  const std::uint64_t after = disk_bytes(places.packed);
  return before > after ? before - after : 0;
}

}  // namespace sennit::logs
