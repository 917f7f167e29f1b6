#include "storage/dataset/notes_file.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

TEST(NotesFiles, AreMapsOfNamesToValues) {
  EXPECT_EQ(parse_notes("split: train\nrows: 12\nmodel: {layers: 3, sizes: [1, 2]}\n").value(),
            (Notes{{"split", "train"}, {"rows", "12"}, {"model.layers", "3"}, {"model.sizes", "1, 2"}}));
  EXPECT_EQ(parse_notes("{\"split\": \"train\"}").value(), (Notes{{"split", "train"}}));
  EXPECT_EQ(parse_notes("").value(), Notes{});
}

TEST(NotesFiles, ThatAreNoneAreErrors) {
  EXPECT_EQ(parse_notes("- a\n").error().message(), "a map of names to values was expected");
  const Result<Notes> broken = parse_notes("a: 1\nb: [\n");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message().starts_with("line ")) << broken.error().message();
}

}  // namespace
}  // namespace sennit::storage
