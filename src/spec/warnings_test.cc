// What is right and hardly meant: where a warning comes, and as often, where none does.
#include <map>

#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

std::string task_with(std::string_view fields) {
  return tasks_file("  - name: a\n    image: x:1\n    command: [run]\n" + std::string(fields));
}

std::string set_codes(std::string_view text, std::vector<std::string> sets) {
  LoadOptions options = test_options();
  options.sets = std::move(sets);
  return codes_of(text, options);
}

std::string advice_codes(std::string_view text) {
  LoadOptions options = test_options();
  options.advice = Advice::kGive;
  return codes_of(text, options);
}

struct FieldsAndCodes {
  std::string_view fields;
  std::string_view codes;
};

TEST(Warnings, TextsThatYamlReadsOtherwise) {
  constexpr auto kCases = std::to_array<FieldsAndCodes>({
      {"    environment: {A: yes}\n", "SN116"},
      {"    environment: {A: Off}\n", "SN116"},
      {"    environment: {A: true}\n", "SN116"},
      {"    environment: {A: True, B: False}\n", ""},
      {"    environment: {A: 3.10}\n", "SN116"},
      {"    environment: {A: 3.1, B: 7, C: -2, D: 1.5e+3}\n", "SN116"},  // 1500.0
      {"    environment: {A: 010}\n", "SN116"},
      {"    environment: {A: 1:30}\n", "SN116"},
      {"    environment: {A: 1_000}\n", "SN116"},
      {"    environment: {A: 0x10}\n", "SN116"},
      {"    environment: {A: 0, B: 12}\n", ""},
      {"    environment: {A: \"yes\", B: '010', C: \"1:30\"}\n", ""},
      {"    environment: {on: x}\n", "SN116"},
      {"    environment: {\"on\": x, 3: y}\n", ""},
      {"    args: [010, 1:30]\n", "SN116 SN116"},
      {"    args: [1, 2.5]\n", ""},
      {"    exitActions: {RESCHEDULE: 010}\n", "SN116"},
      {"    credentials: {c: {yes: key}}\n", "SN116"},
  });
  for (const auto& [fields, codes] : kCases) EXPECT_EQ(codes_of(task_with(fields)), codes) << fields;
}

TEST(Warnings, NumbersThatYamlReadsOtherwise) {
  constexpr auto kCases = std::to_array<FieldsAndCodes>({
      {"cpu: 010", "SN116"},
      {"cpu: 1:30", "SN116"},
      {"cpu: 10, gpu: 0, memory: 1Gi", ""},
      {"cpu: 0x10, gpu: 1_0", ""},  // nobody writes these by accident
      {"memory: 010", "SN116"},
  });
  for (const auto& [fields, codes] : kCases) {
    const std::string text = task_with("") + "  resources: {default: {" + std::string(fields) + "}}\n";
    EXPECT_EQ(codes_of(text), codes) << fields;
  }
  EXPECT_EQ(codes_of(task_with("") + "  timeout: {exec_timeout: 1:30}\n"), "SN116");
  EXPECT_EQ(codes_of(task_with("") + "  timeout: {exec_timeout: 90}\n"), "");
  EXPECT_EQ(codes_of("name: w\ntimeout: 1:30\njobs: [{name: a, verb: train, config: c}]\n"), "SN116");
}

TEST(Warnings, SayWhatTheProgramWillGet) {
  const Loaded loaded = load(task_with("    environment: {PYTHON: 3.10}\n"), test_options());
  EXPECT_EQ(diagnostics_of(loaded),
            "flow.yaml:7:27: warning[SN116]: the variable 'PYTHON' is '3.1': that is how YAML reads '3.10' without "
            "quotes\n"
            "      7 |     environment: {PYTHON: 3.10}\n"
            "        |                           ^~~~\n"
            "        = expected: quotes around it: \"3.10\"\n");
}

// Jobs files keep what stands there.
TEST(Warnings, JobsFilesTakeTextAsItIs) {
  EXPECT_EQ(codes_of("name: w\nenv: {A: yes, B: 3.10, C: 010}\njobs: [{name: a, verb: train, config: c}]\n"), "");
}

TEST(Warnings, DefaultsThatNothingUses) {
  const std::string task = task_with("    args: [\"{{ n }}\"]\n");
  EXPECT_EQ(codes_of("default-values: {n: 1}\n" + task), "");
  EXPECT_EQ(codes_of("default-values: {n: 1, m: 2}\n" + task), "SN160");
  EXPECT_EQ(codes_of("default-values: {m: 2}\n" + task_with("")), "SN160") << "without a template";
  EXPECT_EQ(codes_of("default-values: {}\n" + task_with("")), "");
  EXPECT_EQ(codes_of("default-values: {epoch: 2}\n" + task_with("    args: [\"{{ epochs|default(1) }}\"]\n")), "SN160")
      << "a part of a word is another word";
}

TEST(Warnings, DefaultsAreUsedInEveryKindOfTag) {
  for (const std::string_view use :
       {"{{ v }}", "{{v}}", "{{ f(v) if false else 1 }}", "{{ {'a': {'b': v}} }}", "{{ [\n      v] }}",
        "{% if v %}{% endif %}", "{% for x in v %}{% endfor %}", "{% set x = v.a %}", "{{ 1 }}{{ v[0] }}"}) {
    const std::string text = task_with("    environment: {A: '" + std::string(use) + "'}\n");
    LoadOptions options = test_options();
    std::string codes = codes_of("default-values: {v: {a: 1, 0: 2}}\n" + text, options);
    EXPECT_EQ(codes.find("SN160"), std::string::npos) << use << ": " << codes;
  }
}

// Each tag is looked at once, however long its line is.
TEST(Warnings, DefaultsAreLookedForInALongLine) {
  std::string line;
  for (int i = 0; i < 100'000; ++i) line += "{{ n }}";
  EXPECT_EQ(codes_of("default-values: {n: '', m: 1}\n" + task_with("    args: [\"" + line + "{{ m }}\"]\n")), "");
  EXPECT_EQ(codes_of("default-values: {n: '', m: 1}\n" + task_with("    args: [\"" + line + "\"]\n")), "SN160");
}

TEST(Warnings, AMisspeltDefaultIsOneMistake) {
  EXPECT_EQ(codes_of("default-values: {message: hi}\n" + task_with("    args: [\"{{ mesage }}\"]\n")), "SN151");
}

TEST(Warnings, OddNumbersAmongDefaults) {
  const std::string task = task_with("    args: [\"{{ n }}\"]\n");
  EXPECT_EQ(codes_of("default-values: {n: 010}\n" + task), "SN116");
  EXPECT_EQ(codes_of("default-values: {n: [1, {a: 1:30}]}\n" + task), "SN116");
  EXPECT_EQ(codes_of("default-values: {n: yes}\n" + task), "") << "a template's switch";
}

TEST(Warnings, SetOfAWordForASwitch) {
  const std::string asks = task_with("    args: [{% if fast %}a{% else %}b{% endif %}]\n");
  const std::string compares = task_with("    args: [{% if fast == 'false' %}a{% else %}b{% endif %}]\n");
  const std::string prints = task_with("    args: [\"{{ fast }}\"]\n");
  EXPECT_EQ(set_codes(asks, {"fast=false"}), "SN161");
  EXPECT_EQ(set_codes(asks, {"fast=No"}), "SN161");
  EXPECT_EQ(set_codes(asks, {"fast=0"}), "");
  EXPECT_EQ(set_codes(asks, {"fast=true"}), "") << "it is what it seems";
  EXPECT_EQ(set_codes(compares, {"fast=false"}), "");
  EXPECT_EQ(set_codes(prints, {"fast=false"}), "");
  EXPECT_EQ(set_codes("default-values: {fast: false}\n" + prints, {"fast=true"}), "SN161");
  EXPECT_EQ(set_codes("default-values: {fast: slow}\n" + prints, {"fast=true"}), "");
}

TEST(Warnings, GroupsOfOne) {
  const auto group = [](std::string_view fields, std::string_view tasks) {
    return "workflow:\n  name: wf\n  groups:\n  - name: g\n" + std::string(fields) + "    tasks:\n" +
           std::string(tasks);
  };
  const std::string one = "    - {name: a, image: x, command: [run]}\n";
  const std::string two = one + "    - {name: b, image: x, command: [run], lead: true}\n";
  EXPECT_EQ(codes_of(group("    barrier: false\n", one)), "SN209");
  EXPECT_EQ(codes_of(group("    ignoreNonleadStatus: false\n", one)), "SN209");
  EXPECT_EQ(codes_of(group("", one)), "");
  EXPECT_EQ(codes_of(group("    barrier: false\n", two)), "");
  const std::string looped =
      "    {% for i in range(n) %}\n    - {name: \"a{{ i }}\", image: x, command: [run]}\n    {% endfor %}\n";
  EXPECT_EQ(codes_of("default-values: {n: 1}\n" + group("    barrier: false\n", looped)), "")
      << "another number makes it matter";
}

TEST(Warnings, ExitCodesOfTwoActions) {
  const auto codes = [](std::string_view actions) {
    return codes_of(task_with("    exitActions: {" + std::string(actions) + "}\n"));
  };
  EXPECT_EQ(codes("COMPLETE: 0-10, FAIL: 5"), "SN416");
  EXPECT_EQ(codes("COMPLETE: 1, FAIL: '2,3', RESCHEDULE: 3-9"), "SN416");
  EXPECT_EQ(codes("COMPLETE: 0-10, FAIL: 11-20"), "");
  EXPECT_EQ(codes("COMPLETE: '1,1-5'"), "") << "within one action it makes no difference";
  EXPECT_EQ(codes("COMPLETE: 10-1"), "SN209");
}

TEST(Warnings, ModeOfJobs) {
  const auto codes = [](std::string_view mode) {
    return codes_of("name: w\nresources: {mode: " + std::string(mode) +
                    "}\njobs: [{name: a, verb: train, config: c}]\n");
  };
  EXPECT_EQ(codes("local"), "");
  EXPECT_EQ(codes("mixed"), "SN209");
}

TEST(Advice, ImagesWithoutAVersionOnceEach) {
  const auto codes = [](std::string_view image) {
    return advice_codes(tasks_file("  - {name: a, image: \"" + std::string(image) + "\", command: [run]}\n"));
  };
  for (const std::string_view loose : {"debian", "debian:latest", "a/b", "host:5000/b", "host.io/b:latest"}) {
    EXPECT_EQ(codes(loose), "SN417") << loose;
  }
  for (const std::string_view fixed : {"debian:12", "host:5000/b:1", "debian@sha256:00", "debian:latest@sha256:00"}) {
    EXPECT_EQ(codes(fixed), "") << fixed;
  }
  EXPECT_EQ(advice_codes(tasks_file("  - {name: a, image: x, command: [r]}\n  - {name: b, image: x, command: [r]}\n")),
            "SN417");
}

// a -> b   c
TEST(Advice, ATaskApart) {
  const auto task = [](std::string_view name, std::string_view rest) {
    return "  - {name: " + std::string(name) + ", image: x:1, command: [run]" + std::string(rest) + "}\n";
  };
  const std::string pair = task("a", "") + task("b", ", inputs: [{task: a}]");
  EXPECT_EQ(advice_codes(tasks_file(pair + task("c", ""))), "SN313");
  EXPECT_EQ(advice_codes(tasks_file(task("c", "") + pair)), "SN313");
  EXPECT_EQ(advice_codes(tasks_file(pair)), "");
  EXPECT_EQ(advice_codes(tasks_file(task("a", ""))), "") << "alone is not apart";
  EXPECT_EQ(advice_codes(tasks_file(task("a", "") + task("b", "") + task("c", ""))), "") << "all beside each other";
  EXPECT_EQ(advice_codes(tasks_file(pair + task("c", "") + task("d", ""))), "") << "two are a habit";
  EXPECT_EQ(advice_codes(tasks_file(pair + task("c", ", outputs: [{url: \"s3://b/c\"}]"))), "");
  EXPECT_EQ(advice_codes(tasks_file(pair + task("c", ", inputs: [{url: \"s3://b/c\"}]"))), "");
  EXPECT_EQ(advice_codes(tasks_file(pair + task("c", ", args: [\"{{output}}\"]"))), "") << "its results are kept";
}

TEST(Advice, IsGivenOnlyWhereItIsWanted) {
  EXPECT_EQ(codes_of(tasks_file("  - {name: a, image: debian, command: [run]}\n")), "");
}

// More warnings than are shown are no mistakes.
TEST(Warnings, DoNotCountAsFurtherMistakes) {
  std::string tasks;
  for (int i = 0; i < 150; ++i) {
    tasks += "  - {name: a" + std::to_string(i) + ", image: x, command: [run], environment: {A: yes}}\n";
  }
  const Loaded loaded = load(tasks_file(tasks), test_options());
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.diagnostics.size(), 100U);
  EXPECT_EQ(loaded.more, 0U);
}

}  // namespace
}  // namespace sennit::spec
