// Bytes to requests, within bounds. Pure: Beast's parser behind an interface without its types.
//
// Ownership: its own. Errors: a Refusal, with the status that says it to the client; the stream is of no use then.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "http/message.h"

namespace sennit::http {

struct Refusal {
  int status = 400;
  std::string code;  // of the JSON error
  std::string message;
};

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::vector<Header> headers;
  std::string body;
  bool keep_alive = true;  // the client lets us keep the connection
  bool is_http_1_0 = false;
};

class RequestReader {
 public:
  struct Limits {
    Bytes header;
    Bytes body;
  };
  explicit RequestReader(Limits limits);
  ~RequestReader();

  // Takes bytes off the stream and returns how many; stops behind a whole request. Bytes of an unfinished header are
  // not taken and have to be given again, with those that follow.
  std::size_t feed(std::string_view bytes);

  enum class Stage : unsigned char { kHeader, kBody, kDone, kRefused };
  Stage stage() const;
  const Refusal& refusal() const;  // at kRefused

  // True once per request, after its header, if the client waits to hear that it may send the body.
  bool take_expectation();

  // At kDone: the request; the next one can be fed then.
  ReceivedRequest take();

 private:
  struct Parser;
  void begin();

  Limits limits_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sennit::http
