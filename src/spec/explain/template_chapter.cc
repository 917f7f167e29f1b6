// Codes 150 to 199: templates, and the flags that give them values.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kTemplateSyntax,
     "template syntax",
     "The template cannot be read: a `{% if %}` without `{% endif %}`, a `{{` without its `}}`, a tag that does not "
     "exist. A `{#` begins a comment, also in the `${#list[@]}` of a shell.",
     {.file = R"(workflow:
  name: digits
  tasks:
  {% for i in range(3) %}
  - {name: "train-{{ i }}", image: "debian:12", command: [./train.sh]}
)"},
     "Close what was opened. Text that is not meant for the template goes between `{% raw %}` and `{% endraw %}`."},
    {Code::kTemplateUndefined,
     "undefined template variable",
     "The template uses a variable that nobody has set.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs }}"]}
)"},
     "Give it a value under `default-values` or with `--set`, or say what stands in for it: `{{ epochs|default(3) "
     "}}`."},
    {Code::kTemplateUnknownName,
     "unknown filter or test",
     "The template uses a filter (`|name`) or a test (`is name`) that does not exist.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ 'fast'|uper }}"]}
)"},
     "Correct its name. The filters and tests are those of Jinja2."},
    {Code::kTemplateValue,
     "impossible operation in a template",
     "The template does something impossible: divides by zero, adds a number to a text, takes a part of a map or list "
     "that is not there.",
     {.file = R"(default-values: {epochs: "3"}
workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs + 1 }}"]}
)"},
     "Make both sides of one kind, `epochs|int + 1`, or ask first: `{% if x is defined %}`."},
    {Code::kTemplateForbidden,
     "forbidden in a template",
     "The template reaches for something that templates may not touch, such as names that begin with an underscore.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ ''.__class__ }}"]}
)"},
     "Use the value itself, its filters and its public methods."},
    {Code::kTemplateLimit,
     "template limit reached",
     "The template does more than `limits.template_steps` or produces more than `limits.template_output`. Usually a "
     "loop that is larger than was meant.",
     {.file = R"(workflow:
  name: digits
  tasks:
  {% for i in range(100) %}
  - {name: "train-{{ i }}", image: "debian:12", command: [./train.sh]}
  {% endfor %}
)",
      .flags = "--config limits.template_steps=100"},
     "Make the loop smaller, or raise the limit in `config.yaml`."},
    {Code::kTemplateUnsupported,
     "not available in a template",
     "`include`, `import` and `extends` have nothing to load from: a workflow is one file.",
     {.file = R"(workflow:
  name: digits
  tasks:
  {% include "tasks.yaml" %}
)"},
     "Write the tasks into the file, or define a macro in it."},
    {Code::kBadSet,
     "malformed --set",
     "`--set`, `--set-string` and `--set-env` take `name=value`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs|default(3) }}"]}
)",
      .flags = "--set epochs"},
     "Write `--set epochs=3`; quotes are needed only around what the shell would take apart."},
    {Code::kBadDefaults,
     "default-values is not a map",
     "`default-values` must be a map of names and values.",
     {.file = R"(default-values: [epochs, 3]
workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs }}"]}
)"},
     "Write a line `name: value` for each variable."},
    {Code::kSetUnused,
     "--set without a template",
     "`--set` was given, but the file has no template, or no variable of that name, so it changes nothing. A warning "
     "in a tasks file, an error in a jobs file, which never has a template.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs|default(3) }}"]}
)",
      .flags = "--set rate=5"},
     "Correct the name, or write `{{ name }}` where the value belongs. A jobs file takes `${NAME}` from the "
     "environment."},
    {Code::kUnusedDefault,
     "default value that nothing uses",
     "A warning: `default-values` gives a value to a variable that the template does not mention, so `--set` of it "
     "would change nothing either. Often the name differs by a letter in the two places, or what used it is gone.",
     {.file = R"(default-values: {epochs: 3, rate: 0.1}
workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{ epochs }}"]}
)"},
     "Remove it, or write `{{ name }}` where it belongs."},
    {Code::kSetIsText,
     "--set takes a word for text",
     "A warning: `--set` knows numbers and text, so `false` is a text, and a text that is not empty counts as true in "
     "a condition. The template asks for this variable in one, or its default is true or false.",
     {.file = R"(default-values: {fast: true}
workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh{% if fast %}, --fast{% endif %}]
)",
      .flags = "--set fast=false"},
     "Set a number: `--set fast=0` is false, `--set fast=1` is true. `--set-string` takes the text without a warning."},
});

}  // namespace

const Chapter kTemplateChapter{"Templates",
                               "All mistakes in `{{ }}` are told at once, and so is what is wrong in the lines without "
                               "one; names and resources are "
                               "looked at when every value is there. A mistake in `{% %}` ends the reading.",
                               kExplanations};

}  // namespace sennit::spec
