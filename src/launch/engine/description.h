// A container, as a container engine wants it described.
//
// Nothing secret is in it: whoever may ask the engine may read all of it. The command and its variables come by
// data.sock (docs/formats/user.md).
//
// Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "model/resources.h"

namespace sennit::launch {

struct BindMount {
  std::string source;  // on the host
  std::string target;
  bool read_only = true;
  friend bool operator==(const BindMount&, const BindMount&) = default;
};

struct ContainerDescription {
  std::string image;
  std::string hostname;            // "": the engine's choice
  std::string user;                // "": the image's
  std::vector<std::string> entry;  // what runs in it, first
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<BindMount> mounts;
  std::vector<std::pair<std::string, std::string>> hosts;  // name and address, beside what DNS knows
  std::string network;                                     // "": the engine's own; "host": the host's
  std::vector<std::string> aliases;                        // in `network`
  ResourceLimits limits;
  GpuSet gpus;               // devices that it gets
  bool gpus_by_cdi = false;  // by the names of the Container Device Interface: Podman
  Bytes shared_memory;       // 0: the engine's own
  bool privileged = false;
};

std::string to_json(const ContainerDescription& container);

}  // namespace sennit::launch
