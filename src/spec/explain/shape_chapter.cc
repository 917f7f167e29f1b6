// Codes 201 to 299: the shape of the file.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kUnknownField,
     "unknown field",
     "The key is not one of those that this place knows; most often a slip of the pen. Keys are never ignored "
     "silently.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    imge: debian:12
    command: [./train.sh]
)"},
     "Correct its name; the message lists those that are known here. It may also be indented too much or too little, "
     "and so belong to something else. `sennit schema` makes an editor offer the right ones."},
    {Code::kMissingField,
     "missing field",
     "A key that this place needs is not there.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
)"},
     "Add it. If it is there, look at its indentation."},
    {Code::kWrongType,
     "wrong type",
     "The value is of another type than this key takes: a text where a list is wanted, a map where a number is.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: ./train.sh
)"},
     "Write a value of the type that the message names. `yes`, `no`, `on`, `off`, numbers and dates are texts only in "
     "quotes."},
    {Code::kUnknownValue,
     "not one of the allowed values",
     "The value is not one of the words that this key takes; the message lists them.",
     {.file = R"(name: digits
resources: {allocation: static}
jobs:
- {name: train, verb: train, config: train.yaml}
)"},
     "Take one of the words."},
    {Code::kEmpty,
     "empty",
     "A list or text that must hold something is empty.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: []
)"},
     "Fill it. If the template made it, its loop had nothing to go through."},
    {Code::kExclusive,
     "fields that exclude each other",
     "Two keys that exclude each other are both given, such as `tasks` and `groups`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
  groups:
  - name: rest
    tasks:
    - {name: test, image: "debian:12", command: [./test.sh]}
)"},
     "Keep one of them, or make an item of each."},
    {Code::kOutOfRange,
     "number out of range",
     "The number is smaller or larger than this key allows.",
     {.file = R"(workflow:
  name: digits
  resources:
    default: {cpu: -1}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Take one in the range that the message names."},
    {Code::kBadRegex,
     "not a regular expression",
     "The text is not a regular expression, in RE2's syntax: no look-around and no back-references, which is why "
     "matching takes linear time.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: make, image: "debian:12", command: [./make.sh]}
  - name: train
    image: debian:12
    command: [./train.sh]
    inputs: [{task: make, regex: "*.csv"}]
)"},
     "Write a regular expression, not a shell's pattern: `.*\\.csv`."},
    {Code::kNoEffect,
     "has no effect",
     "A warning: what is written here is understood, and does nothing in this place: a `barrier` in a group of one "
     "task, a `pool` in the file, a range of exit codes that counts down.",
     {.file = R"(workflow:
  name: digits
  groups:
  - name: all
    barrier: false
    tasks:
    - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Remove it, or say what was meant in the way that the message names."},
});

}  // namespace

const Chapter kShapeChapter{"The shape of the file", "", kExplanations};

}  // namespace sennit::spec
