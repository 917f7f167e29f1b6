// Where the files of an attempt lie. The only place that knows; docs/formats/state.md shows the tree.
//
//   <runs_dir>/                 <state>/runs/<workflow id>, part of the WorkflowContext
//     <task>/                   its name; what cannot stand in a file name is escaped
//       <attempt number>/       0, 1, ...
//         log                   what the command wrote, raw
//         log.idx               which stream and when (docs/formats/log.md)
//         log.zst               both of them packed, in their place: large ones once the attempt is over
//         output/               {{output}}
//         input/                {{input}}, if the token is used
//         tmp/                  /tmp of a sandbox, while it runs
//         *.series              how far it was by its own word, and what it used (docs/formats/series.md)
//
// Nothing of it is made before an output byte or a token needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sennit::logs {

struct RunLayout {
  std::string dir;
  std::string log;
  std::string index;
  std::string packed;
  std::string output;
  std::string input;
  std::string tmp;
  std::string progress;  // series
  std::string usage;
  std::string gpus;
};

RunLayout run_layout(std::string_view runs_dir, std::string_view task, std::uint32_t number);

// "train/0/output": the output directory of an attempt, relative to runs_dir (StartOrder::input_dirs).
std::string relative_output_dir(std::string_view task, std::uint32_t number);

// A free-text name as one component of a path, different names as different components: letters, digits and any of
// "._-+=@," stay (a dot not at the front), bytes above ASCII too, all others become %XX. Names that would pass the 255
// bytes that file systems allow are cut and end in a hash of the whole.
std::string path_component(std::string_view name);

}  // namespace sennit::logs
