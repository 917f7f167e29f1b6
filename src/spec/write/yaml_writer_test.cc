#include "spec/write/yaml_writer.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(YamlWriter, ListsStandInTheColumnOfTheirKey) {
  std::string out;
  YamlWriter yaml(out, Braces::kPlain);
  yaml.begin_map();
  yaml.key("tasks");
  yaml.begin_list();
  for (const std::string name : {"a", "b"}) {
    yaml.begin_map();
    yaml.field("name", name);
    yaml.key("args");
    yaml.begin_list();
    yaml.text("one\ntwo\n");
    yaml.text("x");
    yaml.end_list();
    yaml.end_map();
  }
  yaml.end_list();
  yaml.bare_field("n", "1");
  yaml.end_map();
  EXPECT_EQ(out,
            "tasks:\n"
            "- name: a\n"
            "  args:\n"
            "  - |\n"
            "    one\n"
            "    two\n"
            "  - x\n"
            "- name: b\n"
            "  args:\n"
            "  - |\n"
            "    one\n"
            "    two\n"
            "  - x\n"
            "n: 1\n");
}

TEST(YamlWriter, EmptyListsAndMaps) {
  std::string out;
  YamlWriter yaml(out, Braces::kPlain);
  yaml.begin_map();
  yaml.key("map");
  yaml.begin_map();
  yaml.end_map();
  yaml.key("list");
  yaml.begin_list();
  yaml.begin_map();
  yaml.end_map();
  yaml.begin_list();
  yaml.text("nested");
  yaml.end_list();
  yaml.end_list();
  yaml.end_map();
  EXPECT_EQ(out, "map: {}\nlist:\n- {}\n- - nested\n");
}

TEST(YamlWriter, ShortTextsShareALine) {
  std::string out;
  YamlWriter yaml(out, Braces::kPlain);
  yaml.begin_map();
  yaml.key("short");
  yaml.texts(std::vector<std::string>{"sh", "-c", "echo a, b"});
  yaml.key("long");
  yaml.texts(std::vector<std::string>{"echo", std::string(100, 'x')});
  yaml.key("lines");
  yaml.texts(std::vector<std::string>{"a\nb"});
  yaml.key("none");
  yaml.texts({});
  yaml.end_map();
  EXPECT_EQ(out, "short: [sh, -c, \"echo a, b\"]\nlong:\n- echo\n- " + std::string(100, 'x') +
                     "\nlines:\n- |-\n  a\n  b\nnone: []\n");
}

TEST(YamlWriter, LongKeysHaveAQuestionMark) {
  std::string out;
  YamlWriter yaml(out, Braces::kPlain);
  yaml.begin_map();
  yaml.key("env");
  yaml.begin_map();
  yaml.field(std::string(129, 'k'), "v");
  yaml.field(std::string(128, 'k'), "v");
  yaml.end_map();
  yaml.end_map();
  EXPECT_EQ(out, "env:\n  ? " + std::string(129, 'k') + "\n  : v\n  " + std::string(128, 'k') + ": v\n");
}

TEST(YamlWriter, KnowsWhetherTheLastValueEndsWithALineBreak) {
  std::string out;
  YamlWriter yaml(out, Braces::kPlain);
  yaml.begin_map();
  yaml.field("a", "x\ny\n");
  EXPECT_TRUE(yaml.ends_with_open_text());
  yaml.field("b", "x\ny");
  EXPECT_FALSE(yaml.ends_with_open_text());
  yaml.end_map();
}

}  // namespace
}  // namespace sennit::spec
