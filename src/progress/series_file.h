// Series of one attempt in a file: appended to while it runs, and written anew with fewer points whenever there are too
// many of them. docs/formats/series.md shows the bytes.
//
// A record is whole or it is the last one: whoever is killed while he writes leaves at most one that is ignored.
//
// Threads:   a writer one at a time; readers any, also while it is written.
// Errors:    what cannot be written is dropped: the task goes on. read_series: kNotFound, kCorrupt, as the file system.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "progress/series.h"

namespace sennit::progress {

// Of each series; half of it is what remains when the file is written anew.
inline constexpr std::size_t kMostPoints = 1000;

Result<std::vector<Series>> read_series(const std::string& path);

class SeriesFile {
 public:
  // The file, and the directories above it, are made by the first append.
  explicit SeriesFile(std::string path) : path_(std::move(path)) {}

  // The series as they are, to go on with after a restart. Nothing is there: nothing.
  std::vector<Series> load();
  void append(const std::vector<NamedPoint>& points);

 private:
  struct Known {
    std::string name;
    std::size_t points = 0;
  };
  bool open();
  std::size_t number_of(const std::string& name, std::string& out);
  bool is_full() const;
  void rewrite();
  void learn(const std::vector<Series>& series);

  std::string path_;
  UniqueFd file_;
  bool failed_ = false;
  std::vector<Known> known_;  // by their numbers in the file
};

}  // namespace sennit::progress
