#include "cli/arguments/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <optional>

#include "spec/suggest.h"

namespace sennit::cli {
namespace {

Error wrong(std::string message) { return Error(ErrorCode::kInvalid, std::move(message)); }

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

// The declared option that has this name ("--set" or "-o"), or null.
const Option* option_named(const Declaration& declaration, std::string_view name) {
  for (const Option& option : declaration.options) {
    for (const std::string_view known : names_of(option)) {
      if (known == name) return &option;
    }
  }
  return nullptr;
}

std::string unknown_option(const Declaration& declaration, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  spec::Nearest near(name);
  for (const Option& option : declaration.options) {
    if (option.shown == Option::Shown::kNo) continue;
    for (const std::string_view known : names_of(option)) {
      if (known.size() > 2) near.consider(known);
    }
  }
  std::string message = fmt::format("unknown option '{}'", name);
  if (!near.result().empty()) message += fmt::format("; did you mean '{}'?", near.result());
  return message;
}

std::string list_of(const std::vector<std::string_view>& choices) {
  return fmt::format("{}", fmt::join(choices, ", "));
}

Result<void> check_choice(std::string& value, const std::vector<std::string_view>& choices, std::string_view what) {
  if (choices.empty()) return {};
  for (const std::string_view choice : choices) {
    if (spec::edit_distance(value, choice, 0) == 0) {  // the same but for case
      value = choice;
      return {};
    }
  }
  const std::string near = spec::nearest(value, choices);
  std::string message = fmt::format("{} cannot be '{}'; it is one of {}", what, value, list_of(choices));
  if (!near.empty()) message += fmt::format("; did you mean '{}'?", near);
  return wrong(std::move(message));
}

Result<void> check_choices(const Target& target, const std::vector<std::string_view>& choices, std::string_view what) {
  if (auto* const* text = std::get_if<std::string*>(&target); text != nullptr && !(*text)->empty()) {
    return check_choice(**text, choices, what);
  }
  if (auto* const* text = std::get_if<std::optional<std::string>*>(&target); text != nullptr && **text) {
    return check_choice(***text, choices, what);
  }
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&target); list != nullptr) {
    for (std::string& value : **list) SENNIT_TRY(check_choice(value, choices, what));
  }
  return {};
}

std::optional<std::uint64_t> parse_number(std::string text) {
  std::erase(text, '_');
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return {};
  return std::stoull(text);
}

// Hands one option to CLI11. Texts are kept as written (an empty value is one), numbers are read by us.
void add_option(CLI::App& app, const Option& option, std::string& failure) {
  using Values = std::vector<std::string>;
  const std::string names(option.names);
  const auto add = [&](std::function<void(const Values&)> store, CLI::MultiOptionPolicy repeated) {
    app.add_option_function<Values>(names, store)->expected(1)->allow_extra_args(false)->multi_option_policy(repeated);
  };
  const auto add_text = [&](auto* target) {
    add([target](const Values& values) { *target = values.back(); }, CLI::MultiOptionPolicy::TakeLast);
  };
  const auto read_number = [&failure, &option](const std::string& text) {
    const std::optional<std::uint64_t> number = parse_number(text);
    if (!number) failure = fmt::format("{} wants a whole number, not '{}'", long_name_of(option), text);
    return number;
  };
  std::visit(
      Overloaded{[&](bool* target) { app.add_flag(names, *target); }, [&](std::string* target) { add_text(target); },
                 [&](std::optional<std::string>* target) { add_text(target); },
                 [&](std::optional<std::uint64_t>* target) {
                   add([target, read_number](const Values& values) { *target = read_number(values.back()); },
                       CLI::MultiOptionPolicy::TakeLast);
                 },
                 [&](std::vector<std::string>* target) {
                   add([target](const Values& values) { *target = values; }, CLI::MultiOptionPolicy::TakeAll);
                 }},
      option.target);
}

Result<void> store_positionals(const Declaration& declaration, std::vector<std::string> words) {
  auto next = words.begin();
  for (const Positional& positional : declaration.positionals) {
    const bool there = next != words.end();
    if (auto* const* text = std::get_if<std::string*>(&positional.target)) {
      if (!there) return wrong(fmt::format("{} is missing: {}", positional.name, positional.help));
      **text = *next++;
    } else if (auto* const* maybe = std::get_if<std::optional<std::string>*>(&positional.target)) {
      if (there) **maybe = *next++;
    } else if (auto* const* list = std::get_if<std::vector<std::string>*>(&positional.target)) {
      if (!there && positional.list == Positional::List::kOneOrMore) {
        return wrong(fmt::format("{} is missing: {}", positional.name, positional.help));
      }
      (*list)->assign(next, words.end());
      next = words.end();
    }
    SENNIT_TRY(check_choices(positional.target, positional.choices, positional.name));
  }
  if (next != words.end()) return wrong(fmt::format("unexpected word '{}'", *next));
  return {};
}

bool is_option_word(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

// CLI11 leaves what it does not know in the order of the words; everything behind a lone `--` is no option.
Result<std::vector<std::string>> take_options(const Declaration& declaration, std::vector<std::string> words) {
  std::vector<std::string> after;
  if (const auto end = std::find(words.begin(), words.end(), "--"); end != words.end()) {
    after.assign(end + 1, words.end());
    words.erase(end, words.end());
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::string failure;
  for (const Option& option : declaration.options) add_option(app, option, failure);
  std::reverse(words.begin(), words.end());  // as CLI11 wants its arguments
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return wrong(error.what());
  }
  if (!failure.empty()) return wrong(std::move(failure));
  std::vector<std::string> rest = app.remaining();
  for (const std::string& word : rest) {
    if (is_option_word(word)) return wrong(unknown_option(declaration, word));
  }
  rest.insert(rest.end(), after.begin(), after.end());
  return rest;
}

}  // namespace

std::vector<std::string> spread_assignments(const Declaration& declaration, std::span<const std::string> words) {
  std::vector<std::string> spread;
  const Option* open = nullptr;  // the multi-value option that the next words may belong to
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      spread.insert(spread.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
      return spread;
    }
    if (!is_option_word(word)) {
      const bool belongs = open != nullptr && word.find('=') != std::string::npos;
      spread.push_back(belongs ? fmt::format("{}={}", long_name_of(*open), word) : word);
      if (!belongs) open = nullptr;
      continue;
    }
    const std::size_t equals = word.find('=');
    const Option* option = option_named(declaration, std::string_view(word).substr(0, equals));
    open = option != nullptr && option->takes == Option::Takes::kAssignments ? option : nullptr;
    const bool takes_next = option != nullptr && !option->value.empty() && equals == std::string::npos;
    if (takes_next && word.starts_with("--") && at + 1 < words.size() && !words[at + 1].empty()) {
      spread.push_back(fmt::format("{}={}", word, words[++at]));  // so that a value may begin with a dash
      continue;
    }
    spread.push_back(word);
    if (takes_next && at + 1 < words.size()) spread.push_back(words[++at]);
  }
  return spread;
}

Result<void> parse_words(const Declaration& declaration, std::span<const std::string> words) {
  SENNIT_ASSIGN(std::vector<std::string> rest, take_options(declaration, spread_assignments(declaration, words)));
  for (const Option& option : declaration.options) {
    SENNIT_TRY(check_choices(option.target, option.choices, long_name_of(option)));
  }
  return store_positionals(declaration, std::move(rest));
}

}  // namespace sennit::cli
