// An attempt as a container: what its image is shown of the host, and what is made for that beforehand.
//
// What it says is docs/architecture.md's column "container". Inputs are the producers' directories, bound read-only, as
// in a sandbox. Files and secrets lie in the attempt's private directory, which is in memory where there is some to be
// had, and are bound one by one.
//
// Threads: any; blocks on the file system.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "launch/engine/description.h"
#include "model/order.h"
#include "model/task_body.h"

namespace sennit::launch {

inline constexpr std::string_view kInstanceLabel = "sennit.instance";
inline constexpr std::string_view kAttemptLabel = "sennit.attempt";

// What the engine knows an attempt by. The same whoever asks: a container is made once.
std::string container_name(const StartOrder& order);
std::string instance_label(InstanceId instance);
// Of its group; "": it has no peers.
std::string group_network(const StartOrder& order);

struct ContainerSurroundings {
  std::string private_dir;  // of the attempt; the owner's alone
  std::string inside;       // sennit-user
  bool pretended_gpus = false;
  bool is_podman = false;
  std::string image_user;  // "": root
};

// Makes the directories and writes the files. `body`: its tokens are replaced.
// Fails: kInvalid (a path where nothing can be put), kConflict (a link lies where the attempt writes), kExhausted, kIo.
Result<ContainerDescription> describe_container(const WorkflowContext& context, const StartOrder& order,
                                                const TaskBody& body, const ContainerSurroundings& around);

// One more of the same image, as root, that gives what the task wrote to `user` ("1000:1000").
ContainerDescription describe_giving(const WorkflowContext& context, const StartOrder& order, const std::string& image,
                                     const std::string& inside, const std::string& user);

// Whether there is anything in the attempt's output and checkpoints that does not belong to this process's user.
bool has_foreign_files(const WorkflowContext& context, const StartOrder& order);

// The directory that is /osmo/data/socket in it.
std::string socket_directory(const WorkflowContext& context, const StartOrder& order);

// Where a checkpoint of a container lies on the host: a directory of the attempt's, shown at the path that the task
// writes to, so that it can be sent while the container runs.
struct CheckpointPlace {
  std::string root;    // its own
  std::string name;    // of the directory below it: the last part of the path
  std::string target;  // the path, without the "/*" that leaves the last part out of what is sent
};
// `path`: with its tokens replaced. Fails: kInvalid (nothing can be put there).
Result<CheckpointPlace> checkpoint_place(const std::string& attempt_dir, std::size_t index, const std::string& path);

// Whether the image is fetched although one of that name is there, as Kubernetes has it: without a tag, or with
// ":latest".
bool is_pulled_always(std::string_view image);

}  // namespace sennit::launch
