// Codes 101 to 149: the file as text and YAML.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kYamlSyntax,
     "not valid YAML",
     "The file is not YAML: a `:` or a space that is missing, a token such as `{{output}}` without quotes around its "
     "value, a line that is not indented like those above it, a bracket that is not closed, a tab where spaces belong. "
     "Where it is certain what was meant, the rest of the file is read as if it stood there, so that all mistakes are "
     "told at once; other slips end the reading.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh
    args: [--fast]
)"},
     "Write what the message says is missing. Indent with spaces, and put quotes around a value that begins with one "
     "of `{ [ & * ! | > ' \" % @` or has a `: ` or a ` #` in it."},
    {Code::kNotUtf8,
     "not UTF-8 text",
     "The file holds bytes that are not UTF-8 (shown as `?`), or is UTF-16.",
     {.file = "workflow:\n  name: digits\n  tasks:\n  - name: train\n    image: debian:12\n"
              "    command: [echo, \"caf\xE9\"]\n"},
     "Save it as UTF-8. Contents that are no text go into `files` with `base64: true`."},
    {Code::kFileTooLarge,
     "file too large",
     "The file is larger than `limits.file_size`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .flags = "--config limits.file_size=64"},
     "Give large contents as an input instead of writing them into the file, or raise the limit in `config.yaml`."},
    {Code::kTooDeep,
     "nested too deeply",
     "Lists and maps stand inside each other more deeply than `limits.yaml_depth`. No field of a workflow needs "
     "anything near it.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [[[[[[./train.sh]]]]]]
)",
      .flags = "--config limits.yaml_depth=8"},
     "Look for brackets that were opened by mistake."},
    {Code::kTooManyAliases,
     "aliases stand for too much",
     "Aliases (`*name`) stand for more nodes, all together, than `limits.yaml_aliases`. A few lines of aliases of "
     "aliases can stand for billions; that is what this limit is for.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: &run [./train.sh, --fast]
  - name: test
    image: debian:12
    command: *run
)",
      .flags = "--config limits.yaml_aliases=2"},
     "Write the values out, or build them with a template's loop. A file that honestly needs more can raise the "
     "limit."},
    {Code::kValueTooLong,
     "value too long",
     "One value is longer than `limits.scalar_size`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh, "0123456789012345678901234567890123456789"]
)",
      .flags = "--config limits.scalar_size=32"},
     "Give large contents as an input, or as a local file (`localpath`), or raise the limit."},
    {Code::kUnknownAnchor,
     "unknown anchor",
     "`*name` stands for nothing: there is no `&name` before it. A text that begins with a `*` is taken for one too.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: *run
)"},
     "Mark the value with `&name` further up, or put quotes around a text that begins with `*`."},
    {Code::kUnknownTag,
     "unknown tag",
     "A tag such as `!!python/object` is not one of YAML's own, or does not fit its value. A text that begins with "
     "`!` is taken for a tag too.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    environment:
      EPOCHS: !!int many
)"},
     "Remove the tag, or put quotes around a text that begins with `!`."},
    {Code::kBadKey,
     "not a key",
     "What stands before the colon cannot be a key here: a list, a map, or nothing.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    environment:
      [MODE]: fast
)"},
     "Write a name before the colon."},
    {Code::kDuplicateKey,
     "key given twice",
     "A key is given twice in one map. YAML readers keep the last one without a word; which one was meant? In a list "
     "of tasks or jobs, the `- ` before the next item may have been forgotten. A warning, except for `tasks`, "
     "`groups` and `jobs`, and for a second `name` in a task, group or job: then two of them became one map.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    environment:
      MODE: fast
      MODE: slow
)"},
     "Keep one of them."},
    {Code::kNoDialect,
     "neither a workflow nor jobs",
     "Neither `workflow:` nor `jobs:` stands at the top level, so this is not a workflow file. `workflow:` has to "
     "stand at the beginning of its line, without quotes.",
     {.file = R"(name: digits
tasks:
- name: train
  image: debian:12
  command: [./train.sh]
)"},
     "Put the tasks below `workflow:` (docs/tasks.md), or write a list of `jobs:` (docs/jobs.md)."},
    {Code::kUnknownSection,
     "unknown section",
     "A top-level key other than `workflow`, `default-values` and `version`. In a tasks file everything that starts a "
     "line with a word and a colon begins a section, also inside a block of text.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
default-value:
  epochs: 3
)"},
     "Correct its name, or indent the line if it belongs to what stands above."},
    {Code::kDuplicateSection,
     "section given twice",
     "A top-level section is given twice.",
     {.file = R"(default-values: {epochs: 3}
workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs }}"]}
default-values: {rate: 0.1}
)"},
     "Make one section of the two."},
    {Code::kManyDocuments,
     "more than one document",
     "The file holds more than one YAML document (`---`). One file is one workflow.",
     {.file = R"(name: digits
jobs:
- {name: train, verb: train, config: train.yaml}
---
name: letters
)"},
     "Make a file of each."},
    {Code::kIgnoredText,
     "text outside the sections",
     "A warning: text before the first section is not part of the workflow, and is ignored. A template's `{% set %}` "
     "there sets nothing.",
     {.file = R"({% set epochs = 3 %}
workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Move it below `workflow:`, or give variables their values under `default-values`."},
    {Code::kReadOtherwise,
     "read as something else",
     "A warning: a value without quotes is not read as it looks. YAML 1.1, which these files are written in, takes "
     "`yes`, `no`, `on` and `off` for true and false, `010` for the octal 8, `1:30` for 90 (base 60), `1_000` for "
     "1000 and `3.10` for 3.1. Where a text is wanted the program is given what was read: `True`, `8`, `90`, `3.1`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    environment:
      VERBOSE: yes
      PYTHON: 3.10
)"},
     "Put quotes around a text: `\"yes\"`, `\"3.10\"`. Write a number in the usual way: `8`, `90`; a time with its "
     "unit: `90m`."},
});

}  // namespace

const Chapter kTextChapter{"The file as text and YAML", "", kExplanations};

}  // namespace sennit::spec
