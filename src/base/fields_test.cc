#include "base/fields.h"

#include <gtest/gtest.h>

#include <limits>

namespace sennit {
namespace {

TEST(Fields, EveryKindComesBackAsWritten) {
  std::string bytes;
  FieldWriter writer(bytes);
  writer.put(1, std::uint64_t{300});
  writer.put_signed(2, -5);
  writer.put(3, "text");
  writer.put_always(4, "");
  writer.nest(5, [](FieldWriter& inner) { inner.put(1, "deep"); });

  FieldReader reader(bytes);
  Field field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 300U);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.as_signed(), -5);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.bytes, "text");
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.tag, 4U);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.bytes.substr(2), "deep");
  EXPECT_FALSE(reader.next(field));
  EXPECT_TRUE(reader.status().ok());
}

TEST(Fields, DefaultsTakeNoSpace) {
  std::string bytes;
  FieldWriter writer(bytes);
  writer.put(1, std::uint64_t{0});
  writer.put(2, "");
  writer.put_signed(3, 0);
  EXPECT_TRUE(bytes.empty());
}

TEST(Fields, SignedExtremesSurvive) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    std::string bytes;
    FieldWriter(bytes).put_signed(1, value);
    Field field;
    ASSERT_TRUE(FieldReader(bytes).next(field));
    EXPECT_EQ(field.as_signed(), value);
  }
}

TEST(Fields, EveryCutInTheMiddleIsCorrupt) {
  std::string bytes;
  FieldWriter(bytes).put(1, "some text");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    FieldReader reader(std::string_view(bytes).substr(0, cut));
    Field field;
    EXPECT_FALSE(reader.next(field));
    EXPECT_EQ(reader.status().error().code(), ErrorCode::kCorrupt) << "cut at " << cut;
  }
}

TEST(Fields, OverlongVarintIsRefused) {
  std::string_view bytes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
  std::uint64_t value = 0;
  EXPECT_FALSE(take_varint(bytes, value));
}

}  // namespace
}  // namespace sennit
