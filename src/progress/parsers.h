// How progress is read from a line of output: one table, with the lines that show what each row of it does. The lines
// are its tests and its documentation (docs/formats/progress.md).
//
// The verb of a job chooses. A line is an object, a bar, or text with words in it, tried in this order; several words
// of one line may count.
//
// Threads: any. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "progress/readings.h"

namespace sennit::progress {

// What kind of program writes.
enum class Kind : std::uint8_t {
  kCommand,  // a task with a command of its own
  kTraining,
  kEvaluation,
  kInference,
  kOtherVerb,
};

// Of a job's verb; "": a command.
Kind kind_of(std::string_view verb);
std::string_view to_string(Kind kind);

// "step=100 total=1000"; what a line gives, in the order in which it does; "": nothing.
struct Sample {
  std::string_view line;
  std::string_view readings;
};

struct Parser {
  std::string_view name;
  std::string_view verbs;  // for people
  std::uint8_t kinds = 0;  // a bit for each Kind
  std::span<const Sample> samples;

  bool is_for(Kind kind) const { return (kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
};

std::span<const Parser> parsers();

// Adds what a line says. It has no control characters but tabs (output_reader.h). `scratch` must live as long as the
// readings.
void read_line(std::string_view line, Kind kind, std::string& scratch, Readings& readings);

// A line of the file $SENNIT_PROGRESS: an object, of which every number counts.
void read_told(std::string_view line, std::string& scratch, Readings& readings);

}  // namespace sennit::progress
