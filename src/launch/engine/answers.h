// What a container engine answers, as values. Pure.
//
// An engine is a program of others, and a registry behind it even more so: nothing is taken for granted but that it is
// JSON. What is missing is empty.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sennit::launch {

struct ImageFacts {
  std::string user;  // whom its programs run as; "": root
};

struct ContainerFacts {
  enum class Status : std::uint8_t { kMade, kRuns, kEnded };
  Status status = Status::kMade;
  std::int32_t exit_code = 0;
  bool out_of_memory = false;  // the kernel killed something of it for its limit
  std::string error;           // of the engine
  std::uint32_t pid = 0;       // of its first process, while it runs, where the engine is
  std::map<std::string, std::string> labels;
};

struct ListedContainer {
  std::string id;
  std::map<std::string, std::string> labels;
};

// Fail: kCorrupt.
Result<ImageFacts> parse_image(std::string_view json);
Result<ContainerFacts> parse_container(std::string_view json);
Result<std::vector<ListedContainer>> parse_list(std::string_view json);
Result<std::vector<std::string>> parse_names(std::string_view json);  // of networks

// Why a call was refused, in the engine's words; what was said, if that is not JSON.
std::string parse_refusal(std::string_view body);

// How far a pull has come, over all layers. Sizes are known bit by bit.
struct PullProgress {
  std::string status;  // "Downloading", as the engine has it
  std::uint32_t layers = 0;
  std::uint32_t complete = 0;
  Bytes done;
  Bytes total;
};

// The answer to a pull: JSON objects one after the other, in pieces as they come.
class PullAnswer {
 public:
  static constexpr std::size_t kMaxLine = 1024 * 1024;

  // Whether the progress has changed. Fails: kCorrupt, kExhausted (a line over kMaxLine).
  Result<bool> take(std::string_view bytes);
  const PullProgress& progress() const { return progress_; }
  // What the engine said went wrong; "": nothing so far. It answers 200 before it knows.
  const std::string& error() const { return error_; }
  // Last call: what has no line end behind it.
  Result<void> finish();

 private:
  Result<bool> take_line(std::string_view line);

  struct Layer {
    Bytes done;
    Bytes total;
    bool complete = false;
  };
  std::string pending_;
  std::map<std::string, Layer> layers_;
  PullProgress progress_;
  std::string error_;
};

}  // namespace sennit::launch
