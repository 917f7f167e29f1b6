#include "store/state_layout.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/check.h"

namespace sennit::store {
namespace {

constexpr std::string_view kServerSocket = "server.sock";
constexpr std::string_view kAgentSocket = "agent.sock";

std::string join(const std::string& directory, std::string_view name) { return fmt::format("{}/{}", directory, name); }

// The terminating zero counts.
bool fits_socket(const std::string& path) { return path.size() < sizeof(sockaddr_un::sun_path); }

std::string hash_of(const std::string& text) {
  SENNIT_CHECK(sodium_init() >= 0);
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::string hex;
  for (std::size_t i = 0; i < 8; ++i) hex += fmt::format("{:02x}", hash[i]);
  return hex;
}

std::string socket_dir_of(const std::string& root) {
  if (fits_socket(join(root, kServerSocket)) && fits_socket(join(root, kAgentSocket))) return root;
  return fmt::format("/tmp/sennit-{}/{}", ::geteuid(), hash_of(root));
}

// An empty variable counts as not set, as the XDG rules say.
Result<std::optional<std::string>> directory_variable(const VariableLookup& lookup, std::string_view name) {
  std::optional<std::string> value = lookup(name);
  if (!value || value->empty()) return std::optional<std::string>();
  if (value->front() != '/') {
    return Error(ErrorCode::kInvalid, fmt::format("{} must be an absolute path, not '{}'", name, *value));
  }
  return value;
}

// "/a//b/../c/" and "/a/c" are one directory, and must have one socket.
std::string normal(const std::string& path) {
  std::string text = std::filesystem::path(path).lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

struct Place {
  std::string_view what;
  std::string_view below_home;
  std::string_view xdg;
  std::string_view below_xdg;
  std::string_view below_user;
};

Result<std::string> locate(const VariableLookup& lookup, const Place& place) {
  SENNIT_ASSIGN(const auto home, directory_variable(lookup, "SENNIT_HOME"));
  if (home) return normal(join(*home, place.below_home));
  SENNIT_ASSIGN(const auto xdg, directory_variable(lookup, place.xdg));
  if (xdg) return normal(join(*xdg, place.below_xdg));
  SENNIT_ASSIGN(const auto user, directory_variable(lookup, "HOME"));
  if (user) return normal(join(*user, place.below_user));
  return Error(ErrorCode::kNotFound,
               fmt::format("no place for {}: neither SENNIT_HOME, {} nor HOME is set", place.what, place.xdg));
}

}  // namespace

Result<std::string> locate_state_dir(const VariableLookup& lookup) {
  return locate(lookup, {.what = "the state",
                         .below_home = "state",
                         .xdg = "XDG_STATE_HOME",
                         .below_xdg = "sennit",
                         .below_user = ".local/state/sennit"});
}

Result<std::string> locate_dataset_dir(const VariableLookup& lookup) {
  return locate(lookup, {.what = "datasets",
                         .below_home = "datasets",
                         .xdg = "XDG_DATA_HOME",
                         .below_xdg = "sennit/datasets",
                         .below_user = ".local/share/sennit/datasets"});
}

Result<std::string> locate_cache_dir(const VariableLookup& lookup) {
  return locate(lookup, {.what = "a cache",
                         .below_home = "cache",
                         .xdg = "XDG_CACHE_HOME",
                         .below_xdg = "sennit",
                         .below_user = ".cache/sennit"});
}

StateLayout layout_of(const std::string& state_dir) {
  StateLayout layout;
  layout.root = normal(state_dir);
  layout.socket_dir = socket_dir_of(layout.root);
  layout.server_socket = join(layout.socket_dir, kServerSocket);
  layout.agent_socket = join(layout.socket_dir, kAgentSocket);
  layout.server_lock = join(layout.root, "server.lock");
  layout.agent_lock = join(layout.root, "agent.lock");
  layout.store = join(layout.root, "store.db");
  layout.key = join(layout.root, "key");
  layout.instance = join(layout.root, "instance");
  layout.server_log = join(layout.root, "server.log");
  layout.agent_log = join(layout.root, "agent.log");
  layout.runs = join(layout.root, "runs");
  layout.spool = join(layout.root, "spool");
  return layout;
}

}  // namespace sennit::store
