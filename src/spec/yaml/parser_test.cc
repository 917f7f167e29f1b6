#include "spec/yaml/parser.h"

#include <gtest/gtest.h>

#include <string>

namespace sennit::spec {
namespace {

// The tree as text: "{a: [1, x]}".
std::string shown(const Node& node) {
  if (node.is_scalar()) return std::string(node.text);
  std::string out = node.is_sequence() ? "[" : "{";
  for (const Node& child : Children(node)) {
    if (out.size() > 1) out += ", ";
    if (child.key != nullptr) out += std::string(child.key->text) + ": ";
    out += shown(child);
  }
  return out + (node.is_sequence() ? "]" : "}");
}

struct Read {
  std::string tree;
  std::string codes;
};

Read read(std::string_view text) {
  const Limits limits;
  Reporter reporter("f", 100);
  SourceView view(text);
  reporter.look_at(view);
  YamlParser parser(text, limits, reporter);
  Read result;
  if (const auto root = parser.root()) {
    if (const Node* node = parser.tree(*root)) result.tree = shown(*node);
    parser.finish();
  }
  for (const Diagnostic& diagnostic : reporter.take()) result.codes += diagnostic.code + " ";
  return result;
}

TEST(YamlParser, ReadsTrees) {
  EXPECT_EQ(read("a: [1, {b: c}]\nd: |\n  x\n").tree, "{a: [1, {b: c}], d: x\n}");
  EXPECT_EQ(read("").tree, "");
  EXPECT_EQ(read("--- x\n...\n").tree, "x");
}

TEST(YamlParser, AliasesShareAndKeepTheirOwnSiblings) {
  EXPECT_EQ(read("- &a [1, 2]\n- *a\n- 3\n- *a\n").tree, "[[1, 2], [1, 2], 3, [1, 2]]");
  EXPECT_EQ(read("x: &a {k: v}\ny: *a\nz: [*a, *a]\n").tree, "{x: {k: v}, y: {k: v}, z: [{k: v}, {k: v}]}");
}

TEST(YamlParser, MergeKeysFillInWhatIsNotThere) {
  EXPECT_EQ(read("b: &b {x: 1, y: 2}\nm: {<<: *b, y: 3}\n").tree, "{b: {x: 1, y: 2}, m: {x: 1, y: 3}}");
  EXPECT_EQ(read("m: {<<: [{x: 1}, {x: 2, y: 2}]}\n").tree, "{m: {x: 1, y: 2}}") << "the first of a list wins";
  EXPECT_EQ(read("m: {<<: {x: 1}, z: 0, <<: {x: 2}}\n").tree, "{m: {x: 2, z: 0}}") << "but the last of several keys";
  EXPECT_EQ(read("m: {<<: 5}\n").codes, "SN101 ");
}

TEST(YamlParser, OfEqualKeysTheLastCountsWithAWarning) {
  const Read result = read("{a: 1, b: 2, a: 3}");
  EXPECT_EQ(result.tree, "{a: 3, b: 2}");
  EXPECT_EQ(result.codes, "SN110 ");
}

TEST(YamlParser, ManyEqualKeysInALargeMap) {
  std::string text = "{";
  for (int i = 0; i < 2000; ++i) text += "k" + std::to_string(i % 100) + ": " + std::to_string(i) + ", ";
  const Read result = read(text + "}");
  EXPECT_NE(result.tree.find("k99: 1999"), std::string::npos);
}

TEST(YamlParser, RefusesWhatPyYamlRefuses) {
  EXPECT_EQ(read("a: *nobody\n").codes, "SN107 ");
  EXPECT_EQ(read("a: &a [*a]\n").codes, "SN107 ");
  EXPECT_EQ(read("a: !local x\n").codes, "SN108 ");
  EXPECT_EQ(read("a: !!int x\n").codes, "SN108 ");
  EXPECT_EQ(read("? [a]\n: b\n").codes, "SN109 ");
  EXPECT_EQ(read("a: 1\n---\nb: 2\n").codes, "SN114 ");
  EXPECT_EQ(read("a: \xff\n").codes, "SN102 ");
  EXPECT_EQ(read(std::string_view("a: \0\n", 5)).codes, "SN101 ");
}

TEST(YamlParser, TagsThatDoNotFitAreIgnoredAfterAWord) {
  const Read result = read("[!!int x, !a {b: c}, d]\n");
  EXPECT_EQ(result.tree, "[x, {b: c}, d]");
  EXPECT_EQ(result.codes, "SN108 SN108 ");
}

TEST(YamlParser, TagsThatFit) {
  EXPECT_EQ(read("[!!str 5, !!int 7, !!binary aGVsbG8=, !!map {a: b}, ! x]\n").tree, "[5, 7, hello, {a: b}, x]");
}

TEST(YamlParser, StreamsItemByItem) {
  const Limits limits;
  Reporter reporter("f", 100);
  const std::string_view text = "head: 1\nitems:\n- a\n- {b: c}\n- &x [d]\n- *x\n<<: {head: 2, tail: 3}\n";
  YamlParser parser(text, limits, reporter);
  MapCursor map(parser, *parser.root());
  std::string seen;
  while (const auto entry = map.next()) {
    seen += std::string(entry->key->text) + "=";
    if (!entry->value.is_sequence()) {
      seen += shown(*parser.tree(entry->value)) + " ";
      continue;
    }
    ListCursor list(parser, entry->value);
    while (const auto item = list.next()) {
      const Arena::Mark mark = parser.mark();
      seen += shown(*parser.tree(*item)) + ";";
      parser.release(mark);
    }
    seen += " ";
  }
  EXPECT_EQ(seen, "head=1 items=a;{b: c};[d];[d]; tail=3 ");
  EXPECT_FALSE(parser.failed());
}

}  // namespace
}  // namespace sennit::spec
