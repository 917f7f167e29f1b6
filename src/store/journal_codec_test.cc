#include "store/journal_codec.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/fields.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

std::string hex_of(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string encoded(const Event& event) {
  std::string bytes;
  encode(event, bytes);
  return bytes;
}

std::filesystem::path golden_file() {
  return std::filesystem::path(__FILE__).parent_path() / "../../tests/golden/journal_v1.txt";
}

// name -> bytes; lines that begin with '#' are comments.
std::map<std::string, std::string> golden_records() {
  std::map<std::string, std::string> records;
  std::ifstream in(golden_file());
  std::string name;
  std::string hex;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    records[line.substr(0, space)] = from_hex(line.substr(space + 1));
  }
  return records;
}

TEST(JournalCodec, EveryKindComesBackAsWritten) {
  for (const auto& [name, event] : sample_events()) {
    const Result<Event> again = decode_event(encoded(event));
    ASSERT_TRUE(again.ok()) << name << ": " << again.error().message();
    EXPECT_EQ(*again, event) << name;
  }
}

TEST(JournalCodec, SamplesCoverEveryKind) {
  std::vector<bool> seen(std::variant_size_v<decltype(Event::what)>);
  for (const auto& [name, event] : sample_events()) seen[event.what.index()] = true;
  EXPECT_EQ(seen, std::vector<bool>(seen.size(), true));
}

// A record that a release wrote is read for ever. When this fails, the codec is wrong, not the file: only add to it.
TEST(JournalCodec, GoldenRecordsAreStillRead) {
  const auto records = golden_records();
  ASSERT_FALSE(records.empty()) << golden_file();
  for (const auto& [name, event] : sample_events()) {
    const auto at = records.find(name);
    ASSERT_NE(at, records.end()) << name << ' ' << hex_of(encoded(event));
    const Result<Event> read = decode_event(at->second);
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().message();
    EXPECT_EQ(*read, event) << name;
  }
}

TEST(JournalCodec, RecordsAreWrittenAsInTheGoldenFile) {
  const auto records = golden_records();
  for (const auto& [name, event] : sample_events()) {
    const auto at = records.find(name);
    EXPECT_EQ(at == records.end() ? "" : hex_of(at->second), hex_of(encoded(event))) << name;
  }
}

TEST(JournalCodec, FieldsOfALaterReleaseAreSkipped) {
  for (const auto& [name, event] : sample_events()) {
    std::string bytes = encoded(event);
    FieldWriter later(bytes);
    later.put(900, 17);
    later.put(901, std::string_view("new"));
    EXPECT_EQ(decode_event(bytes).value(), event) << name;
  }
}

TEST(JournalCodec, KindOfALaterReleaseIsCorrupt) {
  std::string bytes;
  FieldWriter(bytes).put(1, 99);
  const auto read = decode_event(bytes);
  EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(read.error().message(), "event kind 99 is of a later release");
}

TEST(JournalCodec, ImpossibleValuesAreCorrupt) {
  struct Case {
    std::uint32_t kind, tag;
    std::uint64_t value;
    const char* what;
  };
  const std::uint64_t past_u32 = std::uint64_t{1} << 32;
  for (const Case& c :
       {Case{2, 4, past_u32, "task"}, Case{2, 5, past_u32, "attempt number"}, Case{2, 6, past_u32, "host"},
        Case{3, 8, past_u32, "pid"}, Case{5, 9, past_u32, "group"}, Case{6, 10, 200, "stop reason"},
        Case{7, 11, kStatusCount, "status"}, Case{11, 11, kWorkflowStatusCount, "workflow status"}}) {
    std::string bytes;
    FieldWriter writer(bytes);
    writer.put(1, c.kind);
    writer.put(c.tag, c.value);
    const auto read = decode_event(bytes);
    ASSERT_FALSE(read.ok()) << c.what;
    EXPECT_EQ(read.error().message(), fmt::format("event record has an impossible {}", c.what));
  }
}

TEST(JournalCodec, NothingIsNoEvent) { EXPECT_EQ(decode_event("").error().code(), ErrorCode::kCorrupt); }

TEST(JournalCodec, DamagedBytesNeverCrash) {
  std::mt19937 random(20231114);
  for (const auto& [name, event] : sample_events()) {
    const std::string whole = encoded(event);
    for (std::size_t size = 0; size < whole.size(); ++size)
      (void)decode_event(std::string_view(whole).substr(0, size)).ok();
    for (int round = 0; round < 2000; ++round) {
      std::string bytes = whole;
      bytes[random() % bytes.size()] = static_cast<char>(random());
      bytes[random() % bytes.size()] = static_cast<char>(random());
      const auto read = decode_event(bytes);
      if (!read) continue;
      EXPECT_EQ(decode_event(encoded(*read)).value(), *read);
    }
  }
}

std::string blob_of(const std::vector<Event>& events) {
  std::string blob;
  for (const Event& event : events) append_to_blob(event, blob);
  return blob;
}

TEST(JournalBlob, HoldsEventsInOrder) {
  std::vector<Event> events;
  for (auto& [name, event] : sample_events()) events.push_back(event);
  const std::string blob = blob_of(events);
  auto reader = BlobReader::open(blob).value();
  for (const Event& event : events) EXPECT_EQ(reader.next().value(), event);
  EXPECT_TRUE(reader.at_end());
}

TEST(JournalBlob, LongRecordHasALongLength) {
  for (const std::size_t size : {100U, 110U, 120U, 128U, 129U, 20'000U, 3'000'000U}) {
    const Event event{WorkflowKey(1), at_second(0),
                      event::WorkflowMoved{WorkflowStatus::kFailed, std::string(size, 'x')}};
    const std::string blob = blob_of({nth_event(WorkflowKey(1), 1), event, nth_event(WorkflowKey(1), 2)});
    auto reader = BlobReader::open(blob).value();
    ASSERT_TRUE(reader.skip().ok());
    EXPECT_EQ(reader.next().value(), event) << size;
    EXPECT_EQ(reader.next().value(), nth_event(WorkflowKey(1), 2));
  }
}

TEST(JournalBlob, CutShortIsCorrupt) {
  const std::string blob = blob_of({nth_event(WorkflowKey(1), 1), nth_event(WorkflowKey(1), 2)});
  auto reader = BlobReader::open(std::string_view(blob).substr(0, blob.size() - 1)).value();
  ASSERT_TRUE(reader.next().ok());
  EXPECT_EQ(reader.next().error().code(), ErrorCode::kCorrupt);
}

TEST(JournalBlob, OtherVersionIsNamed) {
  EXPECT_EQ(BlobReader::open("\x02").error().message(), "journal record has version 2, this release reads 1");
  EXPECT_EQ(BlobReader::open("").error().code(), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sennit::store
