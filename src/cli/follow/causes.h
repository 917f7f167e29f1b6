// What tasks failed of: those that failed alike are one cause. Pure.
//
// Alike means with the same status, exit code and message, whatever numbers and which task's name that has in it.
// Bounded: so many causes, and the first names of each; what comes beyond is counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "views/views.h"

namespace sennit::cli {

class Causes {
 public:
  static constexpr std::size_t kMostCauses = 50;
  static constexpr std::size_t kMostNames = 5;

  struct Cause {
    std::string status;
    std::optional<std::int32_t> exit_code;
    std::string message;  // of the first
    std::uint64_t tasks = 0;
    std::vector<std::string> names;  // of the first ones
  };

  // A task's end.
  void add(const views::EventView& ended);
  void clear();

  // The most frequent first, and of equal ones the first that was seen.
  std::vector<const Cause*> by_tasks() const;
  // How many failed of anything else.
  std::uint64_t others() const { return others_; }

 private:
  std::vector<Cause> causes_;                 // as they were seen
  std::map<std::string, std::size_t> index_;  // by what makes them alike
  std::uint64_t others_ = 0;
};

}  // namespace sennit::cli
