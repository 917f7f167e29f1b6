// Names of places for data, what rclone prints, the names of objects on a server, and azure's connection strings.
// rooms: storage
// seeds: build/fuzz/seeds/values
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/azure_access.h"
#include "storage/failure.h"
#include "storage/listing.h"
#include "storage/location.h"
#include "storage/object_name.h"
#include "storage/rclone_log.h"
#include "storage/remote.h"

namespace storage = sennit::storage;

namespace {

constexpr sennit::Instant kNow = sennit::Instant::from_unix_us(1'800'000'000'000'000);

void read_place(std::string_view text) {
  const sennit::Result<storage::Location> location = storage::parse_location(text);
  if (!location) return;
  // What it is shown as names the same place.
  const sennit::Result<storage::Location> again = storage::parse_location(location->text());
  if (!again || again->text() != location->text() || again->profile() != location->profile()) std::abort();
  if (storage::has_dot_component(location->url.path)) std::abort();
  const storage::DataCredential key{.access_key_id = "id", .access_key = "c2VjcmV0"};
  const sennit::Result<storage::Remote> remote = storage::remote_of(*location, key, kNow);
  if (!remote) std::abort();
  if (!location->is_file() && !remote->root.starts_with("sennit:")) std::abort();
}

void read_name(std::string_view name) {
  if (!storage::unfetchable(name)) {
    if (storage::unsendable(name) || name.front() == '/' || storage::has_dot_component(name)) std::abort();
    if (storage::shown_name(name).empty()) std::abort();
  }
}

void read_output(std::string_view text) {
  const storage::LogLine line = storage::parse_log_line(text);
  if (line.message.size() > 4096) std::abort();
  const sennit::Error error = storage::explain({.exit_code = 1, .signal = 0, .text = line.message},
                                               storage::parse_location("s3://b").value(), {"cret"});
  if (error.message().find('\n') != std::string::npos) std::abort();
  static_cast<void>(storage::parse_listed_line(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_place(text);
  read_name(text);
  read_output(text);
  if (const auto connection = storage::parse_azure_connection(text)) {
    static_cast<void>(storage::signed_azure_url(*connection, kNow));
  }
  static_cast<void>(storage::url_signed_by(text, {.account = "a", .key = {}, .endpoint = {}}, kNow));
  return 0;
}
