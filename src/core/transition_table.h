// A state machine as data, and its proof at compile time.
//
// A machine is an array of rules {from, event, verdict, to}; `from` is a set of states so that a rule reads as one
// line. `prove` expands the rules to every pair of state and event and returns false unless each pair is decided
// exactly once, every state can be reached and terminal states have no way out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace sennit::core {

enum class Verdict : std::uint8_t {
  kGo,      // the state changes
  kIgnore,  // a known race: a late or repeated report
  kBug,     // cannot happen
};

// A set of states of one machine.
template <class State>
class StateSet {
 public:
  constexpr StateSet() = default;
  // Not explicit, so that rules read as sentences.
  constexpr StateSet(State state) : bits_(bit(state)) {}  // NOLINT(google-explicit-constructor)
  constexpr StateSet(std::initializer_list<State> states) {
    for (const State state : states) bits_ |= bit(state);
  }
  constexpr bool contains(State state) const { return (bits_ & bit(state)) != 0; }
  constexpr StateSet operator|(StateSet other) const { return from_bits(bits_ | other.bits_); }

 private:
  static constexpr std::uint32_t bit(State state) { return std::uint32_t{1} << static_cast<unsigned>(state); }
  static constexpr StateSet from_bits(std::uint32_t bits) {
    StateSet set;
    set.bits_ = bits;
    return set;
  }
  std::uint32_t bits_ = 0;
};

template <class State, class Event>
struct Rule {
  StateSet<State> from;
  Event event;
  Verdict verdict;
  State to{};  // counts for kGo only
};

template <class State>
struct Move {
  Verdict verdict = Verdict::kBug;
  State to{};
};

// What `rules` say about one pair; with the number of rules that speak about it.
template <class State, class Event, std::size_t N>
constexpr std::pair<Move<State>, int> look_up(const std::array<Rule<State, Event>, N>& rules, State from, Event event) {
  std::pair<Move<State>, int> found{};
  for (const auto& rule : rules) {
    if (rule.event != event || !rule.from.contains(from)) continue;
    found.first = {rule.verdict, rule.to};
    ++found.second;
  }
  return found;
}

template <class State, std::size_t States, std::size_t Events>
using DenseTable = std::array<std::array<Move<State>, Events>, States>;

// The rules as an array indexed by state and event.
template <std::size_t States, std::size_t Events, class State, class Event, std::size_t N>
constexpr DenseTable<State, States, Events> expand(const std::array<Rule<State, Event>, N>& rules) {
  DenseTable<State, States, Events> table{};
  for (std::size_t s = 0; s < States; ++s) {
    for (std::size_t e = 0; e < Events; ++e) {
      table[s][e] = look_up(rules, static_cast<State>(s), static_cast<Event>(e)).first;
    }
  }
  return table;
}

// Every pair of a state in `states` and an event is decided, and by one rule only.
template <std::size_t Events, class State, class Event, std::size_t N>
constexpr bool each_pair_decided_once(const std::array<Rule<State, Event>, N>& rules, StateSet<State> states,
                                      std::size_t state_count) {
  for (std::size_t s = 0; s < state_count; ++s) {
    if (!states.contains(static_cast<State>(s))) continue;
    for (std::size_t e = 0; e < Events; ++e) {
      if (look_up(rules, static_cast<State>(s), static_cast<Event>(e)).second != 1) return false;
    }
  }
  return true;
}

// From `initial`, "go" rules lead to every state of `states` and to no other.
template <class State, class Event, std::size_t N>
constexpr bool each_state_reachable(const std::array<Rule<State, Event>, N>& rules, StateSet<State> states,
                                    std::size_t state_count, State initial) {
  StateSet<State> reached = initial;
  for (std::size_t round = 0; round < state_count; ++round) {
    for (const auto& rule : rules) {
      if (rule.verdict != Verdict::kGo) continue;
      for (std::size_t s = 0; s < state_count; ++s) {
        const State from = static_cast<State>(s);
        if (rule.from.contains(from) && reached.contains(from)) reached = reached | rule.to;
      }
    }
  }
  for (std::size_t s = 0; s < state_count; ++s) {
    const State state = static_cast<State>(s);
    if (states.contains(state) != reached.contains(state)) return false;
  }
  return true;
}

// No "go" rule leaves a terminal state.
template <class State, class Event, std::size_t N>
constexpr bool terminal_states_final(const std::array<Rule<State, Event>, N>& rules, StateSet<State> terminal,
                                     std::size_t state_count) {
  for (const auto& rule : rules) {
    if (rule.verdict != Verdict::kGo) continue;
    for (std::size_t s = 0; s < state_count; ++s) {
      const State from = static_cast<State>(s);
      if (rule.from.contains(from) && terminal.contains(from)) return false;
    }
  }
  return true;
}

}  // namespace sennit::core
