// Requests and responses as plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/target.h"

namespace sennit::http {

struct Header {
  std::string name;
  std::string value;
};

// The value of the first header of that name (in any case), or null.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

struct Request {
  std::string method;  // "GET"
  Target target;
  std::vector<Header> headers;
  std::string body;

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers;  // beside Content-Type, Content-Length, Connection and Date

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
};

}  // namespace sennit::http
