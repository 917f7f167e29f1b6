#include "logs/line_pattern.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "logs/trigrams.h"

namespace sennit::logs {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
constexpr std::int64_t kMemory = 16 << 20;  // of the automaton
// So many blocks are looked up at once: few where the next one that is worth a look is near, and more with each step.
constexpr std::size_t kFewBlocks = 1;
constexpr std::size_t kManyBlocks = 8192;
constexpr int kShortest = 3;  // of a text that a filter knows

RE2::Options options_for(LetterCase letters) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(letters == LetterCase::kAsWritten);
  options.set_max_mem(kMemory);
  return options;
}

// Whether a pattern of lines can be looked for in many lines at once. Not where it says something about the edges of a
// line: a line also begins where the other stream wrote, and a line that is drawn again at its last drawing.
bool speaks_of_edges(std::string_view pattern) {
  for (const std::string_view edge : {"^", "$", "\\b", "\\B", "\\A", "\\z", "\\C"}) {
    if (pattern.find(edge) != std::string_view::npos) return true;
  }
  // Flags may turn around what is set for many lines; groups and (?i) do not.
  for (std::size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 2)) {
    const std::string_view flags = pattern.substr(at + 2);
    if (!flags.starts_with(':') && !flags.starts_with("P<") && !flags.starts_with("i)") && !flags.starts_with("i:")) {
      return true;
    }
  }
  return false;
}

}  // namespace

struct LinePattern::Impl {
  explicit Impl(const std::string& text, LetterCase letters) : line(text, options_for(letters)), filtered(kShortest) {}

  RE2 line;
  std::unique_ptr<RE2> chunk;  // found in many lines at once wherever `line` is in one; null: not to be had
  re2::FilteredRE2 filtered;   // which texts a line needs to match
  std::vector<std::string> needed;
};

LinePattern::LinePattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LinePattern::~LinePattern() = default;
LinePattern::LinePattern(LinePattern&&) noexcept = default;
LinePattern& LinePattern::operator=(LinePattern&&) noexcept = default;

Result<LinePattern> LinePattern::parse(std::string_view text, LetterCase letters) {
  const std::string pattern(text);
  auto impl = std::make_unique<Impl>(pattern, letters);
  if (!impl->line.ok()) return Error(ErrorCode::kInvalid, impl->line.error());
  if (!speaks_of_edges(text)) {
    RE2::Options options = options_for(letters);
    options.set_dot_nl(true);
    impl->chunk = std::make_unique<RE2>(pattern, options);
    if (!impl->chunk->ok()) impl->chunk.reset();
  }
  int id = 0;
  if (impl->filtered.Add(pattern, options_for(letters), &id) == RE2::NoError) impl->filtered.Compile(&impl->needed);
  return LinePattern(std::move(impl));
}

bool LinePattern::matches(std::string_view line) const {
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), impl_->line);
}

// Of blocks of a packed log, those whose filters have enough of what a line needs.
Result<std::vector<bool>> LinePattern::promising(const PackedLog& log, std::size_t first, std::size_t count) const {
  std::vector<std::vector<bool>> has;
  for (const std::string& text : impl_->needed) {
    const std::vector<std::uint32_t> bits = trigram_bits(text, log.table().filter_bits);
    SENNIT_ASSIGN(std::vector<bool> blocks, log.blocks_with(bits, first, count));
    has.push_back(std::move(blocks));
  }
  // Lines that cross from a block into the next one may have what they need in either.
  const std::vector<PackedBlock>& blocks = log.table().blocks;
  for (std::vector<bool>& of_text : has) {
    for (std::size_t begin = 0; begin < count;) {
      std::size_t last = begin;
      bool any = of_text[begin];
      while (last + 1 < count && blocks[first + last].ends_within_line()) any |= of_text[++last];
      for (; begin <= last; ++begin) of_text[begin] = any;
    }
  }
  std::vector<bool> found(count, true);
  std::vector<int> there;
  std::vector<int> possible;
  for (std::size_t block = 0; block < count; ++block) {
    there.clear();
    for (std::size_t text = 0; text < has.size(); ++text) {
      if (has[text][block]) there.push_back(static_cast<int>(text));
    }
    possible.clear();
    impl_->filtered.AllPotentials(there, &possible);
    found[block] = !possible.empty();
  }
  return found;
}

// From the block of `offset` to the first one that is worth a look. It is the beginning of a line, or in the middle of
// one that crosses no further.
Result<std::uint64_t> LinePattern::skip_blocks(const PackedLog& log, std::uint64_t offset, std::uint64_t end) const {
  const std::vector<PackedBlock>& blocks = log.table().blocks;
  for (std::size_t ahead = kFewBlocks; offset < end; ahead = std::min(ahead * 8, kManyBlocks)) {
    // Whole runs of blocks: from one that begins with a line to one that ends with one, if there is such an end.
    const std::size_t first = log.block_at(offset);
    std::size_t count = std::min(ahead, blocks.size() - first);
    while (first + count < blocks.size() && blocks[first + count - 1].ends_within_line()) ++count;
    SENNIT_ASSIGN(const std::vector<bool> worth, promising(log, first, count));
    const auto found = std::ranges::find(worth, true);
    if (found == worth.begin()) return offset;
    const std::size_t next = first + static_cast<std::size_t>(found - worth.begin());
    offset = next < blocks.size() ? blocks[next].text_at : log.size();
    if (found != worth.end()) break;
  }
  return std::min(offset, end);
}

Result<std::uint64_t> LinePattern::skip(const LogReader& log, std::uint64_t offset, std::uint64_t end,
                                        std::uint64_t most) const {
  SENNIT_ASSIGN(const std::uint64_t written, log.size());
  end = std::min(end, written);
  const std::uint64_t begin = offset;
  while (offset < end && offset - begin < most) {
    if (log.packed() != nullptr && !impl_->needed.empty()) {
      SENNIT_ASSIGN(const std::uint64_t next, skip_blocks(*log.packed(), offset, end));
      if (next > offset) {
        offset = next;
        continue;
      }
    }
    if (!impl_->chunk) return offset;
    const PackedLog* packed = log.packed();
    // Of a packed log the rest of a block, or two: more is not unpacked for it.
    const std::uint64_t piece =
        packed == nullptr
            ? kChunk
            : std::max<std::uint64_t>(kChunk, packed->table().blocks[packed->block_at(offset)].text_end() - offset);
    SENNIT_ASSIGN(const std::string text, log.read(offset, std::min(piece, end - offset)));
    const std::size_t last = text.rfind('\n');
    if (last == std::string::npos || text.find('\r') != std::string::npos) return offset;
    const re2::StringPiece whole(text.data(), last + 1);
    re2::StringPiece match;
    if (impl_->chunk->Match(whole, 0, whole.size(), RE2::UNANCHORED, &match, 1)) {
      const auto at = static_cast<std::size_t>(match.data() - text.data());
      const std::size_t line = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
      return offset + (line == std::string::npos ? 0 : line + 1);
    }
    offset += last + 1;
  }
  return offset;
}

std::string_view last_drawn(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t drawn = line.rfind('\r');
  return drawn == std::string_view::npos ? line : line.substr(drawn + 1);
}

}  // namespace sennit::logs
