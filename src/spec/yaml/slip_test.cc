#include "spec/yaml/slip.h"

#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

// Everything said about the lines below the image of a task: "7:5 message; expected".
std::string told(std::string_view lines) {
  const Loaded loaded = load(tasks_file("  - name: a\n    image: x\n" + std::string(lines)), test_options());
  std::string all;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (!all.empty()) all += "\n";
    all += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + " " + diagnostic.message + "; " +
           diagnostic.expected;
  }
  return all;
}

TEST(Slip, AColonOrASpaceIsMissing) {
  EXPECT_EQ(told("    command [y]\n"), "6:5 not valid YAML: a ':' is missing after 'command'; 'command: [y]'");
  EXPECT_EQ(told("    command:[y]\n  - {name: b, image: x, command: [y]}\n"),
            "6:5 not valid YAML: a space is missing after 'command:'; 'command: [y]'");
  EXPECT_EQ(told("    command:\n    - y\n    -z\n"), "8:5 not valid YAML: a space is missing after '-'; '- z'");
}

TEST(Slip, OneDoesNotHideTheNext) {
  EXPECT_EQ(told("    command [y]\n    arg: [z]\n  -name: b\n    image:x\n    command: [{{output}}/a, {{input:0}}]\n"),
            "6:5 not valid YAML: a ':' is missing after 'command'; 'command: [y]'\n"
            "7:5 unknown field 'arg' in a task; one of name, image, command, args, inputs, outputs, resource, "
            "environment, files, lead, credentials, exitActions, checkpoint, kpis, privileged, hostNetwork, "
            "volumeMounts, downloadType, cacheSize, tty, matrix\n"
            "8:3 not valid YAML: a space is missing after '-'; '- name: b'\n"
            "9:5 not valid YAML: a space is missing after 'image:'; 'image: x'\n"
            "10:15 not valid YAML: '{{output}}/a' needs quotes: YAML takes '{' for the beginning of a map; "
            "\"{{output}}/a\"\n"
            "10:29 not valid YAML: '{{input:0}}' needs quotes: YAML takes '{' for the beginning of a map; "
            "\"{{input:0}}\"\n"
            "10:29 '{{input:0}}' stays as it is: the task has no inputs; ");
}

TEST(Slip, IndentationIsToldOncePerBlock) {
  EXPECT_EQ(told("     command: [y]\n     args: [z]\n"),
            "6:6 not valid YAML: this line is indented more than 'image' above it; 4 spaces before it, not 5");
  EXPECT_EQ(told("   command: [y]\n"),
            "6:4 not valid YAML: this line is not indented like the lines above it; 4 spaces before it, not 3");
  EXPECT_EQ(told("    command: [y]\n   - name: b\n     image: x\n     command: [z]\n"),
            "7:4 not valid YAML: this item is not indented like the items above it; 2 spaces before it, not 3");
}

TEST(Slip, FieldsThatAreTornOffTheirTask) {
  const std::string text =
      "workflow:\n  name: wf\n  tasks:\n  - name: a\n  image: x\n  comand: [y]\n  - {name: b, image: x, command: "
      "[y]}\n";
  EXPECT_EQ(codes_of(text), "SN101 SN201");
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n  groups:\n  - name: g\n    tasks:\n    - name: a\n    image: x\n"
                     "    command: [y]\n"),
            "SN101");
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n  tasks: [{name: a, image: x, command: [y]}]\n  command: [y]\n"), "SN201");
}

TEST(Slip, BracketsAndQuotes) {
  EXPECT_EQ(told("    command: [y]]\n"),
            "6:17 not valid YAML: a ']' without its '['; as many closing brackets as opening ones");
  EXPECT_EQ(
      told("    command: [y\n    args: [z]\n"),
      "6:14 not valid YAML: the list that opens here is not closed; ',' between its items and ']' after the last");
  EXPECT_EQ(told("    command: [\"y]\n    args: [\"z\"]\n"),
            "6:15 not valid YAML: the quotes that open here are not closed in this line; the closing quote");
  EXPECT_EQ(told("    command: [\"a\"b]\n"),
            "6:18 not valid YAML: a ',' or a ']' is missing before this; "
            "', ' before the next; \\\" for a quote inside the text");
  EXPECT_EQ(told("    command: [y]\n    environment: {A: 1}\n    resource: a: b\n"),
            "8:15 there is no resource 'a: b'; one of default\n"
            "8:16 not valid YAML: a ': ' inside the value of 'resource'; resource: \"a: b\"");
}

TEST(Slip, BracketsAndQuotesThatALineLeavesOpen) {
  const std::string next = "  - {name: b, image: x, comand: [y]}\n";
  const auto codes = [&](std::string_view lines) {
    return codes_of(tasks_file("  - name: a\n    image: x\n" + std::string(lines) + next));
  };
  EXPECT_EQ(codes("    command: [y\n"), "SN101 SN201");
  EXPECT_EQ(codes("    command: [y, \"z]\n"), "SN101 SN201");
  EXPECT_EQ(codes("    command: [y]\n    inputs: [{task: b]\n"), "SN101 SN201");
  EXPECT_EQ(codes("    command: [y]\n    environment: {A: [b\n").substr(0, 5), "SN101");
}

TEST(Slip, AnItemWhoseFieldsStandRight) {
  EXPECT_EQ(told("    command: [y]\n   - name: b\n    image: x\n    command: [z]\n"),
            "7:4 not valid YAML: this item is not indented like the items above it; 2 spaces before it, not 3");
}

TEST(Slip, ValuesThatNeedQuotes) {
  EXPECT_EQ(told("    command: [@a, b]\n    args: *.txt\n"),
            "6:15 not valid YAML: this character cannot begin a value; \"@a\"\n"
            "7:11 not valid YAML: '*' and '&' at the beginning of a value name an anchor; \"*.txt\"\n"
            "7:11 'args' must be a list, not text; [\"*.txt\"]");
  EXPECT_EQ(told("    command: [\"a\\q\"]\n    arg: 5\n").substr(0, 38), "6:17 not valid YAML: unknown escape af");
}

TEST(Slip, TabsAndWhatIsAlignedWithAnItem) {
  EXPECT_EQ(told("\tcommand: [y]\n"), "6:1 not valid YAML: a tab indents this line; spaces: YAML does not take tabs");
  EXPECT_EQ(told("    command: [y]\n  -name: b\n   image: x\n   command: [z]\n"),
            "7:3 not valid YAML: a space is missing after '-'; '- name: b'");
}

TEST(Slip, TextThatWasMeantAsAMap) {
  EXPECT_EQ(told("    command: [y]\n    inputs:\n    - task:a\n"),
            "8:7 an input must be a map, not text; 'task: a', with a space");
}

TEST(Slip, TextOutsideItsBlock) {
  EXPECT_EQ(told("    command: [sh]\n    args:\n    - |\n    echo hi\n"),
            "9:5 not valid YAML: this line is not part of the text that the line above begins; "
            "more than 4 spaces before it");
  EXPECT_EQ(told("    command: [sh]\n    args: |2x\n      abc\n"),
            "7:13 not valid YAML: text behind the '|' or '>' that begins a block of text; "
            "the text on the lines below, indented");
}

}  // namespace
}  // namespace sennit::spec
