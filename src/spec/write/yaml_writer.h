// Writes a YAML document piece by piece, in one layout: the same values are always the same bytes.
//
// Lists stand in the column of their key, as the examples have them; a list of short texts stands in one line.
// Balance is the caller's: each begin_* has its end_*, and in a map each value its key() before it.
//
// Threads:   one writer per text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/write/yaml_scalar.h"

namespace sennit::spec {

class YamlWriter {
 public:
  YamlWriter(std::string& out, Braces braces) : out_(out), braces_(braces) {}

  void begin_map();
  void end_map();
  void begin_list();
  void end_list();

  void key(std::string_view name);
  void text(std::string_view value);
  // What YAML is to read as a number or as true or false.
  void bare(std::string_view value);
  // A list of texts, in one line if there is room.
  void texts(std::span<const std::string> values);
  void bares(std::span<const std::string> values);

  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void bare_field(std::string_view name, std::string_view value) {
    key(name);
    bare(value);
  }

  // Whether what was written last ends with line breaks of its own.
  bool ends_with_open_text() const { return open_text_; }

 private:
  enum class Position : std::uint8_t { kStart, kAfterKey, kAfterDash };
  struct Level {
    bool is_list = false;
    bool is_empty = true;
    Position opened = Position::kStart;
    std::size_t indent = 0;
  };

  void begin(bool is_list);
  void end(std::string_view empty);
  // Goes to where an item or a key of the innermost level is written.
  void next_entry();
  void next_item();
  void line(std::string_view scalar);
  std::size_t column() const;

  std::string& out_;
  Braces braces_;
  std::vector<Level> levels_;
  Position position_ = Position::kStart;
  bool open_text_ = false;
};

}  // namespace sennit::spec
