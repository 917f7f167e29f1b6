// The bytes of a response around its body. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "http/message.h"

namespace sennit::http {

// How the end of the body is told.
enum class Framing : unsigned char {
  kLength,   // Content-Length
  kChunked,  // HTTP/1.1 streams
  kClose,    // HTTP/1.0 streams: the end of the connection
  kNone,     // no body at all (204, 304)
};

enum class Afterwards : unsigned char { kKeepAlive, kClose };

struct ResponseHead {
  int status = 200;
  std::string_view content_type;
  const std::vector<Header>& headers;
  Framing framing = Framing::kLength;
  std::size_t length = 0;
  Afterwards afterwards = Afterwards::kKeepAlive;
  Instant date;
};

// Line ends within names and values are left out, so that no value can add a header of its own.
void append_head(std::string& out, const ResponseHead& head);

// One piece of a chunked body; an empty one would be its end and is left out.
void append_chunk(std::string& out, std::string_view bytes);
void append_last_chunk(std::string& out);

// Whether a response of this status has a body (and so a length).
bool has_body(int status);

// The JSON body of an error made by this room: {"error": {"code": ..., "message": ...}}.
std::string error_body(std::string_view code, std::string_view message);

}  // namespace sennit::http
