// What a command accepts, as data: parsed by parser.h, shown by help and reference, offered by completion.
//
// Threads: plain values. Ownership: `target` points into the command, which outlives its declaration; texts are
// literals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sennit::cli {

// What the shell may offer for a value.
enum class Completes : std::uint8_t { kNothing, kFile, kWorkflow, kFileOrWorkflow, kTask, kPool, kCredential };

// Where a parsed value goes. A flag sets its bool; lists grow with each use.
using Target = std::variant<bool*, std::string*, std::optional<std::string>*, std::optional<std::uint64_t>*,
                            std::vector<std::string>*>;

struct Option {
  std::string_view names;  // "-f,--follow"; the short one first
  std::string_view value;  // what stands for the value in help: "N"; "" for a flag
  std::string_view help;   // one line, without a full stop
  Target target;
  std::vector<std::string_view> choices = {};  // the only values; in any case
  Completes completes = Completes::kNothing;
  // One use may take several values (`--set a=1 b=2`): words with a '=' that follow are values too.
  enum class Takes : std::uint8_t { kOne, kAssignments } takes = Takes::kOne;
  enum class Shown : std::uint8_t { kYes, kNo } shown = Shown::kYes;
};

struct Positional {
  std::string_view name;  // "FILE"
  std::string_view help;
  Target target;  // std::string*: required; optional: may be left out; vector: one or more, or any number
  std::vector<std::string_view> choices = {};
  Completes completes = Completes::kNothing;
  enum class List : std::uint8_t { kOneOrMore, kAnyNumber } list = List::kOneOrMore;
};

// Of -o: every command can write tables and JSON, some can write YAML.
enum class Formats : std::uint8_t { kUsual, kYamlToo };

struct Declaration {
  std::vector<Positional> positionals;
  std::vector<Option> options;
  Formats formats = Formats::kUsual;
};

// The names of an option, one by one: {"-f", "--follow"}.
std::vector<std::string_view> names_of(const Option& option);
// Its longest name.
std::string_view long_name_of(const Option& option);

}  // namespace sennit::cli
