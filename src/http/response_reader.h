// Bytes to one response, the body in pieces as they come. Pure: Beast's parser behind an interface without its types.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "http/message.h"

namespace sennit::http {

class ResponseReader {
 public:
  enum class Body : unsigned char { kExpected, kNone };  // kNone: the answer to a HEAD

  ResponseReader(Body body, Bytes max_header);
  ~ResponseReader();
  ResponseReader(ResponseReader&&) noexcept;
  ResponseReader& operator=(ResponseReader&&) noexcept;

  // Takes bytes off the stream and returns how many. Bytes of an unfinished header are not taken and have to be given
  // again, with those that follow. Fails: kCorrupt (no HTTP), kExhausted (header over the limit).
  Result<std::size_t> feed(std::string_view bytes);

  // The connection has ended. Fails: kUnavailable if the response is not whole.
  Result<void> finish();

  bool has_header() const;
  bool is_done() const;
  bool keep_alive() const;  // once done: whether another request may follow on the connection

  int status() const;  // once there is a header
  // Once there is a header: status, content type and headers, without the body.
  Response header() const;
  // What has come of the body since the last call.
  std::string take_body();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sennit::http
