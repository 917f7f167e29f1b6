#include <gtest/gtest.h>

#include "drawing/dot.h"
#include "drawing/escape.h"
#include "drawing/flow_builder.h"
#include "drawing/json.h"
#include "drawing/mermaid.h"
#include "drawing/svg.h"

namespace sennit::drawing {
namespace {

FlowBuilder robots() {
  return FlowBuilder().task("prepare").group("sim", {"world", "robot"}, {"prepare"}).task("report", {"sim"});
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(Escape, NamesStayNames) {
  EXPECT_EQ(xml_text("<a & 'b' \"c\">"), "&lt;a &amp; &#39;b&#39; &quot;c&quot;&gt;");
  EXPECT_EQ(xml_text("a\x01\xff"), "a\\x01\\xff");
  EXPECT_EQ(dot_string("a\"b\\N\n"), R"("a\"b\\N\\n")");
  EXPECT_EQ(mermaid_string("`a` #1 \"x\" <b>"), "\"#96;a#96; #35;1 #34;x#34; #60;b#62;\"");
}

TEST(Dot, GroupsAreClusters) {
  EXPECT_EQ(to_dot(robots().build()), R"(digraph "flow" {
  compound=true;
  node [shape=box, fontname="monospace"];
  graph [fontname="monospace"];
  t0 [label="prepare"];
  subgraph cluster_1 {
    label="sim";
    t1 [label="world"];
    t2 [label="robot"];
  }
  t3 [label="report"];
  t0 -> t1 [lhead=cluster_1];
  t1 -> t3 [ltail=cluster_1];
}
)");
}

TEST(Dot, RunHasColours) {
  const Flow flow = FlowBuilder().run("flow-1", "FAILED").task("a", {}, "FAILED").build();
  const std::string dot = to_dot(flow);
  EXPECT_TRUE(dot.starts_with("digraph \"flow-1\" {"));
  EXPECT_NE(dot.find(R"(t0 [label="a", color=firebrick, fontcolor=firebrick, tooltip="a: FAILED"];)"),
            std::string::npos);
}

TEST(Mermaid, GroupsAreSubgraphs) {
  EXPECT_EQ(to_mermaid(robots().build()), R"(flowchart TD
  t0["prepare"]
  subgraph g1["sim"]
    t1["world"]
    t2["robot"]
  end
  t3["report"]
  t0 --> g1
  g1 --> t3
)");
}

TEST(Mermaid, RunHasClassesOfWhatOccurs) {
  const std::string text = to_mermaid(FlowBuilder().run("flow-1", "RUNNING").task("a", {}, "RUNNING").build());
  EXPECT_NE(text.find("t0[\"a\"]:::running\n"), std::string::npos);
  EXPECT_NE(text.find("classDef running "), std::string::npos);
  EXPECT_EQ(text.find("classDef failed "), std::string::npos);
}

TEST(Json, HasEverythingWithItsPlace) {
  const Result<std::string> json = to_json(FlowBuilder().task("a").task("b", {"a"}).build());
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*json,
            R"({"name":"flow","id":null,"status":null,"width":5,"height":7,)"
            R"("groups":[{"name":"a-group","named":false,"status":null,"level":0,"x":0,"y":0,"width":5,"height":3},)"
            R"({"name":"b-group","named":false,"status":null,"level":1,"x":0,"y":4,"width":5,"height":3}],)"
            R"("nodes":[{"name":"a","group":"a-group","lead":true,"status":null,"x":0,"y":0,"width":5,"height":3},)"
            R"({"name":"b","group":"b-group","lead":true,"status":null,"x":0,"y":4,"width":5,"height":3}],)"
            R"("edges":[{"from":"a-group","to":"b-group"}],"layers":[["a-group"],["b-group"]],)"
            R"("wires":[{"segments":[[2,3,2,3]],"tails":[[2,3]],"heads":[[2,3]]}]})");
}

TEST(Svg, HasABoxAndATitleForEachTask) {
  const Result<std::string> svg = to_svg(robots().build(), Detail::kReadable);
  ASSERT_TRUE(svg.ok());
  EXPECT_TRUE(svg->starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
  EXPECT_TRUE(svg->ends_with("</svg>\n"));
  EXPECT_EQ(count(*svg, "<g class=\"task"), 4U);
  EXPECT_EQ(count(*svg, "<g class=\"frame"), 1U);
  EXPECT_EQ(count(*svg, "<path class=\"head"), 2U);
  EXPECT_NE(svg->find("<title>prepare</title>"), std::string::npos);
  EXPECT_NE(svg->find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_EQ(svg->find("http", 30), std::string::npos) << "it must not ask for anything from elsewhere";
}

TEST(Svg, NamesCannotEndTheirElement) {
  const Result<std::string> svg = to_svg(FlowBuilder().task("</title><script>").build(), Detail::kReadable);
  ASSERT_TRUE(svg.ok());
  EXPECT_EQ(svg->find("<script>"), std::string::npos);
}

TEST(Svg, ManyEqualSiblingsShareABoxUnlessAskedFor) {
  FlowBuilder flow;
  flow.run("flow-1", "RUNNING");
  for (int i = 0; i < 100; ++i) flow.task("t-" + std::to_string(i), {}, i < 60 ? "COMPLETED" : "RUNNING");
  const std::string svg = *to_svg(flow.build(), Detail::kReadable);
  EXPECT_EQ(count(svg, "<g class=\"task"), 1U);
  EXPECT_NE(svg.find("<title>100 tasks: t-0 to t-99, 40 running, 60 completed</title>"), std::string::npos);
  EXPECT_EQ(count(*to_svg(flow.build(), Detail::kFull), "<g class=\"task"), 100U);
}

}  // namespace
}  // namespace sennit::drawing
