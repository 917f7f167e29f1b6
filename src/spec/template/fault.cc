#include "spec/template/fault.h"

#include <utility>

namespace sennit::spec::tmpl {

void fail(ErrorKind kind, std::string message, std::string name) {
  throw Fault{kind, std::move(message), std::move(name)};
}

void fail_at(std::size_t offset, ErrorKind kind, std::string message, std::string name) {
  throw Fault{kind, std::move(message), std::move(name), offset};
}

}  // namespace sennit::spec::tmpl
