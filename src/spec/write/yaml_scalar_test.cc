#include "spec/write/yaml_scalar.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "spec/reporter.h"
#include "spec/tasks/sections.h"
#include "spec/write/yaml_writer.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

struct Row {
  std::string_view text;
  std::string_view want;
};

TEST(YamlScalar, QuotesWhereYamlWouldReadSomethingElse) {
  const auto rows = std::to_array<Row>({
      {"alpine:3", "alpine:3"},
      {"echo > {{output}}/x", "echo > {{output}}/x"},
      {"-c", "-c"},
      {"--set a=b", "--set a=b"},
      {"é 日本 🙂", "é 日本 🙂"},
      {"0o10", "0o10"},
      {"", R"("")"},
      {"yes", R"("yes")"},
      {"Off", R"("Off")"},
      {"null", R"("null")"},
      {"~", R"("~")"},
      {"1_000", R"("1_000")"},
      {"010", R"("010")"},
      {"1:30", R"("1:30")"},
      {"1.5", R"("1.5")"},
      {".inf", R"(".inf")"},
      {"2026-11-21", R"("2026-11-21")"},
      {"<<", R"("<<")"},
      {"=", R"("=")"},
      {"a: b", R"("a: b")"},
      {"a:", R"("a:")"},
      {"a #b", R"("a #b")"},
      {"a#b", "a#b"},
      {" a", R"(" a")"},
      {"a ", R"("a ")"},
      {"- a", R"("- a")"},
      {"-", R"("-")"},
      {"--- a", R"("--- a")"},
      {"...", R"("...")"},
      {"[a]", R"("[a]")"},
      {"*a", R"("*a")"},
      {"@a", R"("@a")"},
      {"{{output}}", R"("{{output}}")"},
      {"say \"it\": now", R"('say "it": now')"},
      {"it's: \\n", R"('it''s: \n')"},
      {"a\tb", R"("a\tb")"},
      {"a\nb", R"("a\nb")"},
      {"a\r\n", R"("a\r\n")"},
      {"\x01\x7F", R"("\x01\x7F")"},
      {"\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\xEF\xBB\xBF", R"("\N\L\P\uFEFF")"},
      {"\xEF\xBF\xBE", R"("\uFFFE")"},
      {"a\xFF\n", "!!binary Yf8K"},
  });
  for (const Row& row : rows) {
    EXPECT_EQ(inline_scalar(row.text, ScalarPlace::kBlock, Braces::kProtected), row.want) << row.text;
  }
}

TEST(YamlScalar, FewerTextsStandPlainInBrackets) {
  EXPECT_EQ(inline_scalar("a, b", ScalarPlace::kBlock, Braces::kPlain), "a, b");
  EXPECT_EQ(inline_scalar("a, b", ScalarPlace::kFlow, Braces::kPlain), R"("a, b")");
  EXPECT_EQ(inline_scalar("a[0]", ScalarPlace::kFlow, Braces::kPlain), R"("a[0]")");
  EXPECT_EQ(inline_scalar("s3://b", ScalarPlace::kFlow, Braces::kPlain), R"("s3://b")");
}

TEST(YamlScalar, NoTextBecomesATemplate) {
  const auto rows = std::to_array<Row>({
      {"{{ x }}", R"("\x7B{ x }}")"},
      {"{% if %}{# no #}", R"("\x7B% if %}\x7B# no #}")"},
      {"{{output}} {{ x }}", R"("{{output}} \x7B{ x }}")"},
      {"{{{output}}}", R"("\x7B{{output}}}")"},
      {"{{input}} {{", R"("{{input}} \x7B{")"},
      {"{{host:\"a\"}}{%", R"("{{host:\"a\"}}\x7B%")"},
      {"{\"a\": {\"b\": 1}}", R"('{"a": {"b": 1}}')"},
      {"{\n{", R"("{\n{")"},
  });
  for (const Row& row : rows) {
    EXPECT_EQ(inline_scalar(row.text, ScalarPlace::kBlock, Braces::kProtected), row.want) << row.text;
  }
  EXPECT_EQ(inline_scalar("a {{ x }}", ScalarPlace::kBlock, Braces::kPlain), "a {{ x }}");
}

TEST(YamlScalar, BlocksShowEveryLineAsItIs) {
  const auto rows = std::to_array<Row>({
      {"a\nb", "|-\n    a\n    b\n"},
      {"a\nb\n", "|\n    a\n    b\n"},
      {"a\n\nb\n\n\n", "|+\n    a\n\n    b\n\n\n"},
      {"  a\nb\n", "|2\n      a\n    b\n"},
      {"\na", "|2-\n\n    a\n"},
      {"\ta\n", "|2\n    \ta\n"},
      {"# a: b\n---\n", "|\n    # a: b\n    ---\n"},
  });
  for (const Row& row : rows) {
    ASSERT_TRUE(is_block_text(row.text, Braces::kProtected)) << row.text;
    std::string out;
    append_block_scalar(out, row.text, 4);
    EXPECT_EQ(out, row.want);
  }
}

TEST(YamlScalar, TextsWithoutBlock) {
  for (const std::string_view text :
       {"a", "", "\n", "\n\n", "a \nb", "a\t\n", "a\nb ", "a\rb\n", "a\n\x01", "a\n\xC2\x85"}) {
    EXPECT_FALSE(is_block_text(text, Braces::kProtected)) << text;
  }
  EXPECT_FALSE(is_block_text("a\n{{ x }}\n", Braces::kProtected));
  EXPECT_TRUE(is_block_text("a\n{{ x }}\n", Braces::kPlain));
  EXPECT_TRUE(is_block_text("a\n{{output}}\n", Braces::kProtected));
}

// Any text, as a key and as a value in every place, comes back as itself, as text, and is no template.
class Documents {
 public:
  explicit Documents(std::uint64_t seed) : random_(seed) {}

  std::string text() {
    static constexpr auto kPieces = std::to_array<std::string_view>({"a",
                                                                     "b",
                                                                     " ",
                                                                     "\n",
                                                                     "\n",
                                                                     "\t",
                                                                     ":",
                                                                     "#",
                                                                     "-",
                                                                     "{",
                                                                     "{{",
                                                                     "}}",
                                                                     "%",
                                                                     "'",
                                                                     "\"",
                                                                     "\\",
                                                                     ",",
                                                                     "[",
                                                                     "]",
                                                                     "?",
                                                                     "!",
                                                                     "&",
                                                                     "*",
                                                                     "|",
                                                                     ">",
                                                                     "0",
                                                                     "1",
                                                                     ".",
                                                                     "é",
                                                                     "日",
                                                                     "🙂",
                                                                     "\r",
                                                                     "~",
                                                                     "=",
                                                                     "\xFF",
                                                                     "<<",
                                                                     "yes",
                                                                     "null",
                                                                     "\x01",
                                                                     "\xC2\x85",
                                                                     "{{output}}",
                                                                     "{{input}}",
                                                                     "@",
                                                                     "`",
                                                                     "e",
                                                                     "_",
                                                                     "+",
                                                                     "x",
                                                                     "\xE2\x80\xA8",
                                                                     "\xEF\xBB\xBF",
                                                                     "---",
                                                                     "...",
                                                                     "{#",
                                                                     "#}",
                                                                     "{{input:0}}"});
    std::string out;
    for (std::uint64_t left = random_() % 9; left > 0; --left) out += kPieces[random_() % kPieces.size()];
    if (random_() % 50 == 0) out.append(200, 'k');
    return out;
  }

 private:
  std::mt19937_64 random_;
};

void expect_text(const Node& node, std::string_view want, std::string_view document) {
  EXPECT_TRUE(node.is_text()) << document;
  EXPECT_EQ(node.text, want) << document;
}

void expect_to_come_back(Braces braces, const std::string& key, const std::vector<std::string>& texts) {
  std::string out;
  YamlWriter yaml(out, braces);
  yaml.begin_map();
  yaml.key("items");
  yaml.begin_list();
  yaml.begin_map();
  yaml.key(key);
  yaml.texts(texts);
  yaml.field("_last", texts[0]);
  yaml.end_map();
  yaml.end_list();
  yaml.end_map();
  EXPECT_EQ(out.find(" \n"), std::string::npos) << out;
  bool has_input = key.find("{{input}}") != std::string::npos;
  for (const std::string& text : texts) has_input = has_input || text.find("{{input}}") != std::string::npos;
  if (braces == Braces::kProtected && !has_input) {
    EXPECT_FALSE(needs_rendering(out)) << out;
  }

  static const Limits kLimits;
  Reporter reporter("", 10);
  SourceView view(out);
  reporter.look_at(view);
  YamlParser parser(out, kLimits, reporter);
  const std::optional<YamlValue> root = parser.root();
  ASSERT_TRUE(root) << out;
  const Node* node = parser.tree(*root);
  ASSERT_TRUE(node != nullptr && node->first != nullptr && node->first->first != nullptr) << out;
  const Node& list = *node->first->first->first;
  expect_text(*list.key, key, out);
  ASSERT_EQ(list.count, texts.size()) << out;
  std::size_t at = 0;
  for (const Node& item : Children(list)) expect_text(item, texts[at++], out);
  expect_text(*list.next, texts[0], out);
}

TEST(YamlScalar, AnyTextComesBackAsItself) {
  const char* given = std::getenv("SENNIT_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  std::printf("SENNIT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Documents documents(seed);
  for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) {
    const std::string key = documents.text();
    std::vector<std::string> texts;
    for (int n = 0; n <= i % 3; ++n) texts.push_back(documents.text());
    expect_to_come_back(i % 2 == 0 ? Braces::kProtected : Braces::kPlain, key, texts);
  }
}

}  // namespace
}  // namespace sennit::spec
