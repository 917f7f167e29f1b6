#include "spec/template/runtime.h"

#include <fmt/format.h>

#include "spec/template/fault.h"

namespace sennit::spec::tmpl {

Val Runtime::number(BigInt value) {
  if (const auto narrow = value.narrow()) return Val::integer(*narrow);
  return Val(new Big(heap_, std::move(value)));
}

Val Runtime::missing(std::string message, std::string name, ErrorKind kind) {
  return Val(new Undefined(heap_, Undefined::Mode::kStrict, kind, std::move(message), std::move(name), here_));
}

Val Runtime::lenient_undefined(std::string message) {
  return Val(new Undefined(heap_, Undefined::Mode::kLenient, ErrorKind::kUndefined, std::move(message), {}, here_));
}

// splitmix64: small, and the same on every machine.
std::uint64_t Runtime::random() {
  random_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = random_;
  z = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9U;
  z = (z ^ z >> 27U) * 0x94d049bb133111ebU;
  return z ^ z >> 31U;
}

void Runtime::fail_steps() const {
  fail(ErrorKind::kLimit, fmt::format("rendering takes more than {} steps (max_steps)", options_.max_steps));
}

void Runtime::fail_depth() {
  --depth_;  // the level that failed has no destructor to run
  fail(ErrorKind::kLimit, fmt::format("nested more than {} levels deep (max_depth)", options_.max_depth));
}

}  // namespace sennit::spec::tmpl
