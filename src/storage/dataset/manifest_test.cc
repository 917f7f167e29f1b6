#include "storage/dataset/manifest.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

ManifestFile file(std::string path, std::string_view contents = "x") {
  return {.path = std::move(path), .size = contents.size(), .digest = digest_of(contents)};
}
std::string line(std::string_view path) { return format_manifest({.files = {file(std::string(path))}}); }

TEST(Digests, AreThoseOfTheStandard) {
  EXPECT_EQ(hex_of(digest_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(parse_digest(hex_of(digest_of("abc"))), digest_of("abc"));
  EXPECT_EQ(parse_digest("BA"), std::nullopt);
  EXPECT_EQ(parse_digest(std::string(64, 'g')), std::nullopt);
}

TEST(Manifests, AreReadAsTheyAreWritten) {
  Manifest manifest = manifest_of({file("b/new\nline"), file("a", "12345"), file("ünï ☃")}).value();
  manifest.files.front().mode = ManifestFile::Mode::kExecutable;
  const std::string text = format_manifest(manifest);
  EXPECT_TRUE(text.starts_with("{\"format\":1,\"files\":3,\"bytes\":7}\n{\"path\":\"a\",\"size\":5,\"sha256\":\""))
      << text;
  EXPECT_EQ(parse_manifest(text).value(), manifest);
  EXPECT_EQ(parse_manifest(format_manifest({})).value(), Manifest{});
}

TEST(Manifests, RefuseWhatLeadsOutOfADirectory) {
  for (const char* path : {"", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", ".", ".."}) {
    EXPECT_FALSE(parse_manifest(line(path))) << path;
  }
  EXPECT_TRUE(parse_manifest(line("..a/b..")));
  EXPECT_TRUE(parse_manifest(line("a\\..\\b")));
}

TEST(Manifests, RefuseTwoFilesInOnePlace) {
  EXPECT_EQ(manifest_of({file("a"), file("a")}).error().message(), "'a' is there twice");
  // In the order of bytes something else may come between a file and what lies below it.
  EXPECT_EQ(manifest_of({file("a"), file("a.txt"), file("a/b")}).error().message(),
            "'a' is both a file and a directory");
  EXPECT_TRUE(manifest_of({file("a"), file("a.txt"), file("ab/b")}));
  std::string text = format_manifest({.files = {file("a"), file("a.txt"), file("a/b")}});
  EXPECT_EQ(parse_manifest(text).error().code(), ErrorCode::kCorrupt);
}

TEST(Manifests, RefuseWhatWasCutOrChanged) {
  const std::string text = format_manifest(manifest_of({file("a"), file("b")}).value());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_manifest(std::string_view(text).substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_manifest(text + "\n"));
  EXPECT_FALSE(parse_manifest("{\"format\":2,\"files\":0,\"bytes\":0}\n"));
  EXPECT_FALSE(parse_manifest("{}\n"));
}

TEST(Manifests, MergeByPath) {
  const Manifest base = manifest_of({file("a", "1"), file("b", "1")}).value();
  const Manifest added = manifest_of({file("b", "2"), file("c", "2")}).value();
  EXPECT_EQ(merged(base, added).value(), manifest_of({file("a", "1"), file("b", "2"), file("c", "2")}).value());
  EXPECT_FALSE(merged(base, manifest_of({file("a/x")}).value()));
}

TEST(Manifests, DifferByPath) {
  using Kind = ManifestChange::Kind;
  const Manifest before = manifest_of({file("a", "1"), file("b", "1"), file("d", "1")}).value();
  const Manifest after = manifest_of({file("b", "22"), file("c", "3"), file("d", "1")}).value();
  EXPECT_EQ(changes_between(before, after),
            (std::vector<ManifestChange>{{.kind = Kind::kRemoved, .path = "a", .old_size = 1, .new_size = 0},
                                         {.kind = Kind::kChanged, .path = "b", .old_size = 1, .new_size = 2},
                                         {.kind = Kind::kAdded, .path = "c", .old_size = 0, .new_size = 1}}));
  EXPECT_TRUE(changes_between(before, before).empty());
}

}  // namespace
}  // namespace sennit::storage
