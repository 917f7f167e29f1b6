#include "spec/grammar.h"

#include <gtest/gtest.h>

#include "spec/suggest.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

TEST(Grammar, Names) {
  for (const char* good : {"a", "A-b", "a_b", "a--b", "a1"}) EXPECT_TRUE(is_name(good)) << good;
  for (const char* bad : {"", "a-", "a_", "1a", "-a", "a.b", "a b", "ä", "a\n"}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_TRUE(is_task_reference("wf-1:b"));
  EXPECT_FALSE(is_task_reference("a:b:c"));
  EXPECT_TRUE(is_reserved_task_name("Osmo_ctrl"));
  EXPECT_FALSE(is_reserved_task_name("osmo-init"));
}

TEST(Grammar, Labels) {
  for (const char* good : {"team", "a.b/c", "osmo.workflow_id", "A"}) EXPECT_TRUE(is_label_key(good)) << good;
  for (const char* bad : {"", "A.b/c", "a/b/c", "-a", "/a", "a/"}) EXPECT_FALSE(is_label_key(bad)) << bad;
  EXPECT_TRUE(is_label_key(std::string(63, 'a')));
  EXPECT_FALSE(is_label_key(std::string(64, 'a')));
  EXPECT_FALSE(is_label_value(""));
}

TEST(Grammar, Images) {
  for (const char* good : {"alpine:3", "repo/app", "host.io/app", "localhost/app", "registry:5000/app:1",
                           "host.io/app@md5:ff", "a__b/c-d.e", "5"}) {
    EXPECT_TRUE(is_image(good)) << good;
  }
  for (const char* bad : {"", "app:", "app/", "http://host.io/app", "app@sha256", "App", "a b"}) {
    EXPECT_FALSE(is_image(bad)) << bad;
  }
}

TEST(Grammar, StorageUrls) {
  for (const char* good : {"s3://b", "s3://b/x//", "gs://b/x", "tos://h/b", "azure://a/c", "swift://h/a/c/x"}) {
    EXPECT_TRUE(is_storage_url(good)) << good;
  }
  for (const char* bad :
       {"", "s3://", "S3://b", "s3:/b", "s3://b//x", "s3://b/*", "tos://h", "swift://h/a", "http://h/x"}) {
    EXPECT_FALSE(is_storage_url(bad)) << bad;
  }
}

TEST(Grammar, ExitCodes) {
  using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  EXPECT_EQ(parse_exit_codes("3,10-20"), (Ranges{{3, 3}, {10, 20}}));
  EXPECT_EQ(parse_exit_codes("007"), (Ranges{{7, 7}}));
  EXPECT_EQ(parse_exit_codes("0-999999999999"), (Ranges{{0, 4294967295}}));
  for (const char* bad : {"", "1, 2", "-1", "1-2-3", "1,,2", "1-", "*"}) EXPECT_FALSE(parse_exit_codes(bad)) << bad;
}

TEST(Grammar, FilePaths) {
  for (const char* good : {"/a", "rel/p", "/osmo/data/output/x", "/a/../osmo/x"})
    EXPECT_TRUE(is_usable_file_path(good));
  for (const char* bad : {"", "/", "/osmo/x", "osmo/x", "//osmo//x"}) EXPECT_FALSE(is_usable_file_path(bad)) << bad;
}

TEST(Values, Durations) {
  EXPECT_EQ(parse_duration("8h"), Micros(std::chrono::hours(8)));
  EXPECT_EQ(parse_duration("1500ms"), Micros(1'500'000));
  EXPECT_EQ(parse_duration(" 5h"), Micros(std::chrono::hours(5)));
  EXPECT_EQ(parse_duration("5 h"), Micros(std::chrono::hours(5)));
  EXPECT_EQ(parse_duration("-5h"), Micros(std::chrono::hours(-5)));
  EXPECT_EQ(parse_duration("P1DT2H"), Micros(std::chrono::hours(26)));
  EXPECT_EQ(parse_duration("PT1.5S"), Micros(1'500'000));
  for (const char* bad : {"", "30", "1.5h", "10h5m", "1w", "P", "PT", "P1W", "PT5D", "5H", "99999999999d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Values, Quantities) {
  EXPECT_EQ(parse_quantity("4Gi"), gibibytes(4));
  EXPECT_EQ(parse_quantity("4G"), gibibytes(4));
  EXPECT_EQ(parse_quantity("1.5Gi"), mebibytes(1536));
  EXPECT_EQ(parse_quantity("16"), Bytes(16));
  for (const char* bad : {"", "4gi", "4 Gi", "4GB", "1Pi", "-4Gi", ".5Gi", "1e3"})
    EXPECT_FALSE(parse_quantity(bad)) << bad;
}

TEST(Suggest, FindsSlipsOnly) {
  const std::string_view words[] = {"image", "inputs", "outputs", "command", "depends_on"};
  EXPECT_EQ(nearest("imge", words), "image");
  EXPECT_EQ(nearest("Input", words), "inputs");
  EXPECT_EQ(nearest("comand", words), "command");
  EXPECT_EQ(nearest("depend-on", words), "depends_on");
  EXPECT_EQ(nearest("xyz", words), "");
  constexpr std::string_view kEqual[] = {"gpu", "cpus"};
  EXPECT_EQ(nearest("cpu", kEqual), "cpus") << "it only goes on where the word ends";
  EXPECT_EQ(nearest("cmd", words), "command");
  EXPECT_EQ(nearest("img", words), "image");
  EXPECT_EQ(nearest("", words), "");
}

TEST(Values, DigitsOfAnyScriptCountAsInPython) {
  EXPECT_EQ(parse_duration("\u0663h"), std::chrono::hours(3));
  EXPECT_EQ(parse_duration("P\u0661D"), std::chrono::hours(24));
  EXPECT_EQ(parse_quantity("\uff14Ki"), Bytes(4096));
  EXPECT_EQ(parse_exit_codes("\u0661-\u0663")->front(), (std::pair<std::uint32_t, std::uint32_t>(1, 3)));
  EXPECT_EQ(parse_duration("\u00b2h"), std::nullopt) << "a superscript is no digit";
}

}  // namespace
}  // namespace sennit::spec
