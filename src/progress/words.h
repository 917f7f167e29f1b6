// Words with a number behind them: "Step 100/1000", "train_loss=0.25", "lr: 2e-05". Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "progress/readings.h"

namespace sennit::progress {

// Whether the word may be the end of a longer name ("global_step", "train/loss"), and what the number is called then.
enum class Prefixed : std::uint8_t { kNo, kSameName, kOwnName };

enum class NumberKind : std::uint8_t { kInteger, kReal };

struct WordRow {
  std::array<std::string_view, 4> words;  // as they are written, case and all; "": no further one
  NumberKind number = NumberKind::kReal;
  Prefixed prefixed = Prefixed::kNo;
  std::string_view name;   // of the number
  std::string_view total;  // the name of a second one, behind "/" or "of"; "": none is looked for
};

// Adds what `rows` find in `line`; several may. A total of nothing, or less than the number itself, is none.
void read_words(std::string_view line, std::span<const WordRow> rows, Readings& readings);

// The first "3/32", else the first "45%": for programs of which nothing is known. A date is no fraction.
void read_fraction(std::string_view line, Readings& readings);

}  // namespace sennit::progress
