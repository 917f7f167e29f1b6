#include "agent/ctrl/container_maker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "launch/container.h"
#include "loop/unix_socket.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kBetweenLines = std::chrono::seconds(2);
constexpr Micros kSoon = std::chrono::milliseconds(10);  // how often to look for the end of what is short

std::string value_in(const GivenCredential& given, const std::string& key) {
  const auto found = given.payload.find(key);
  return found == given.payload.end() ? std::string() : found->second;
}

std::string auth_of(const GivenCredential& given) {
  const std::string registry = value_in(given, "registry");
  return launch::registry_auth(value_in(given, "username"), value_in(given, "auth"), registry);
}

std::string describe(const launch::PullProgress& progress) {
  std::string text;
  if (progress.done != Bytes()) text = readable(progress.done);
  if (progress.total != Bytes()) text += fmt::format(" of {}", readable(progress.total));
  if (!text.empty()) text += ", ";
  return text + fmt::format("{} of {} layers", progress.complete, progress.layers);
}

// Two that ask Docker at the same moment for a network of one name get two of them, and nobody can use either. Held by
// one ctrl of the workflow at a time, for a call or two. No task's directory begins with a dot.
UniqueFd lock_networks(const TaskOrder& order) {
  const std::string path = order.context.runs_dir + "/.networks";
  UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  while (lock && ::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return lock;
}

}  // namespace

ContainerMaker::ContainerMaker(const TaskOrder& order, const ContainerOptions& options, launch::Engine& engine, Say say)
    : order_(order), options_(options), engine_(engine), say_(std::move(say)), code_(exit_codes::kStartError) {}

Result<void> ContainerMaker::make(ContainerRun::Command command) {
  SENNIT_ASSIGN(const std::optional<launch::ContainerFacts> there, engine_.find(launch::container_name(order_.order)));
  if (there) {
    if (there->status != launch::ContainerFacts::Status::kMade) return {};
    return engine_.start(launch::container_name(order_.order));
  }
  if (command == ContainerRun::Command::kOrdered) return Error(ErrorCode::kNotFound, "its container has gone");
  SENNIT_ASSIGN(const launch::ImageFacts image, find_image());
  return make_and_start(image);
}

Result<launch::ImageFacts> ContainerMaker::find_image() {
  const std::string& name = order_.body.image;
  code_ = exit_codes::kImagePull;
  SENNIT_ASSIGN(std::optional<launch::ImageFacts> image, engine_.image(name));
  if (image && !launch::is_pulled_always(name)) return std::move(*image);
  const Result<void> pulled = pull();
  if (!pulled) {
    const bool cancelled = pulled.error().code() == ErrorCode::kCancelled;
    // A laptop without a network goes on with what it has.
    if (!image || cancelled) return pulled.error();
    say_(fmt::format("{} could not be pulled, and the one that is here is used: {}", name, pulled.error().message()));
    return std::move(*image);
  }
  SENNIT_ASSIGN(image, engine_.image(name));
  if (!image) return Error(ErrorCode::kNotFound, "the image " + name + " is not there after it was pulled");
  return std::move(*image);
}

// With each credential that is for it, and at last without.
Result<void> ContainerMaker::pull() {
  Result<void> pulled = Error(ErrorCode::kInternal, "not tried");
  for (const GivenCredential& given : order_.order.registry) {
    pulled = pull_once(auth_of(given));
    if (pulled || pulled.error().code() == ErrorCode::kCancelled) return pulled;
  }
  if (order_.order.registry.empty()) return pull_once("");
  return pulled;
}

Result<void> ContainerMaker::pull_once(const std::string& auth) {
  const std::string& name = order_.body.image;
  const SystemClock clock;
  const Micros begun = clock.boot();
  Micros said = begun;
  say_("pulling " + name);
  const auto on_progress = [&](const launch::PullProgress& progress) {
    if (clock.boot() - said < kBetweenLines) return;
    said = clock.boot();
    say_(fmt::format("pulling {}: {}", name, describe(progress)));
  };
  Result<void> pulled = engine_.pull(name, auth, on_progress);
  if (!pulled) return std::move(pulled).error().in("pull the image " + name);
  say_(fmt::format("pulled {} in {:.1f} s", name, static_cast<double>((clock.boot() - begun).count()) / 1e6));
  return {};
}

Result<void> ContainerMaker::make_and_start(const launch::ImageFacts& image) {
  code_ = exit_codes::kStartError;
  const std::string name = launch::container_name(order_.order);
  SENNIT_ASSIGN(const launch::ContainerDescription described,
                launch::describe_container(order_.context, order_.order, order_.body,
                                           {.private_dir = options_.private_dir,
                                            .inside = options_.inside,
                                            .pretended_gpus = options_.pretended_gpus,
                                            .is_podman = engine_.is_podman(),
                                            .image_user = image.user}));
  const std::string network = launch::group_network(order_.order);
  const bool has_network = !network.empty() && described.network == network;
  Result<void> done;
  // Whoever leaves the network last removes it, perhaps just before we are in it: then once more.
  for (int tries = 0; tries < 3; ++tries) {
    if (has_network) SENNIT_TRY(make_network(network));
    done = engine_.make(name, to_json(described));
    if (done || done.error().code() == ErrorCode::kConflict) done = engine_.start(name);
    if (done || !has_network) break;
    const Result<void> removed = engine_.remove(name);
    if (!removed) break;
  }
  if (!done) return std::move(done).error().in("start a container of " + order_.body.image);
  return {};
}

Result<void> ContainerMaker::make_network(const std::string& name) {
  const UniqueFd lock = lock_networks(order_);
  const std::string label(launch::kInstanceLabel);
  const std::string instance = launch::instance_label(order_.order.attempt.instance);
  SENNIT_ASSIGN(const std::vector<std::string> there, engine_.networks(label, instance));
  if (std::ranges::find(there, name) != there.end()) return {};
  Result<void> made = engine_.make_network(name, label, instance);
  if (made) return {};
  return std::move(made).error().in("make a network for its group, by which its tasks find each other");
}

Result<void> remove_network(const TaskOrder& order, launch::Engine& engine) {
  const std::string network = launch::group_network(order.order);
  if (network.empty()) return {};
  const UniqueFd lock = lock_networks(order);
  const Result<void> removed = engine.remove_network(network);
  if (!removed && removed.error().code() != ErrorCode::kConflict) return removed.error();
  return {};  // others of the group are still in it
}

Result<void> take_over_output(const TaskOrder& order, const ContainerOptions& options, launch::Engine& engine) {
  if (::geteuid() == 0 || !launch::has_foreign_files(order.context, order.order)) return {};
  // In the containers of an engine that runs as us, root is us.
  SENNIT_ASSIGN(const UniqueFd connection, loop::connect_unix(options.engine, loop::Listener::kAnyone));
  SENNIT_ASSIGN(const loop::Peer peer, loop::peer_of(connection));
  const std::string user = peer.is_us() ? "0:0" : fmt::format("{}:{}", ::geteuid(), ::getegid());
  const std::string name = launch::container_name(order.order) + "-own";
  const launch::ContainerDescription described =
      launch::describe_giving(order.context, order.order, order.body.image, options.inside, user);
  SENNIT_TRY(engine.remove(name));
  SENNIT_TRY(engine.make(name, to_json(described)));
  Result<void> done = engine.start(name);
  if (done) {
    const Result<launch::ContainerFacts> end = engine.wait(name, kSoon);
    if (!end) done = end.error();
    if (end && end->exit_code != 0)
      done = Error(ErrorCode::kIo, "it ended with code " + std::to_string(end->exit_code));
  }
  SENNIT_TRY(engine.remove(name));
  if (!done) return std::move(done).error().in("give the task's output to this user");
  return {};
}

}  // namespace sennit::agent
