// What a conversion leaves behind, each with its place in the file that is converted.
//
// Threads:   one.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "spec/convert/convert.h"

namespace sennit::spec {

// A field for which the other format has no words, and why.
struct NoWords {
  std::string_view field;
  std::string_view why;
};

class Losses {
 public:
  explicit Losses(const ConvertOptions& options);

  // A warning, SN801, at the field or, if it is not there, at `otherwise`.
  void lost(const FieldNotes& fields, std::string_view field, NotedPlace otherwise, std::string message,
            std::string instead = {});
  void lost_at(NotedPlace at, std::string message, std::string instead = {});
  // One for each of the fields that is there.
  void lost_if_there(const FieldNotes& fields, std::span<const NoWords> words, std::string_view owner);
  // An error, SN802: nothing will be written.
  void impossible(NotedPlace at, std::string message, std::string instead = {});
  void impossible(const FieldNotes& fields, std::string_view field, NotedPlace otherwise, std::string message,
                  std::string instead = {});

  bool is_possible() const { return possible_; }
  // How many are not among those that are taken.
  std::uint64_t more() const { return more_; }
  // By place.
  std::vector<Diagnostic> take();

 private:
  void add(bool error, NotedPlace at, std::string message, std::string instead);

  std::string file_;
  std::vector<std::string_view> lines_;
  std::size_t most_;
  std::vector<Diagnostic> diagnostics_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>> told_;
  std::uint64_t more_ = 0;
  bool possible_ = true;
};

bool has_field(const FieldNotes& fields, std::string_view field);

}  // namespace sennit::spec
