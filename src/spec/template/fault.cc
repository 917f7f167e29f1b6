#include "spec/template/fault.h"

#include <algorithm>
#include <utility>

namespace sennit::spec::tmpl {

namespace {

constexpr std::size_t kMostFaults = 100;
constexpr std::size_t kMostNoted = 10'000;  // in loops: each costs some microseconds

}  // namespace

void FaultList::add(Fault fault) {
  const bool known = std::ranges::any_of(
      faults_, [&](const Fault& other) { return other.offset == fault.offset && other.message == fault.message; });
  if (!known) faults_.push_back(std::move(fault));
}

void FaultList::note(Fault fault) {
  if (fault.kind == ErrorKind::kLimit || faults_.size() + 1 >= kMostFaults || ++noted_ > kMostNoted) {
    spoil();
    throw fault;
  }
  add(std::move(fault));
}

void fail(ErrorKind kind, std::string message, std::string name) {
  throw Fault{kind, std::move(message), std::move(name)};
}

void fail_at(std::size_t offset, ErrorKind kind, std::string message, std::string name) {
  throw Fault{kind, std::move(message), std::move(name), offset};
}

}  // namespace sennit::spec::tmpl
