#include "cli/input/consent.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/printable.h"

namespace sennit::cli {
namespace {

// A line from standard input, which is a terminal: it hands over whole lines.
std::string read_line() {
  std::array<char, 256> buffer{};
  const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  return size <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace

bool can_ask(Session& session) { return ::isatty(STDIN_FILENO) == 1 && session.err().is_terminal(); }

Consent ask(Session& session, std::string_view question) {
  if (!can_ask(session)) return Consent::kNobodyToAsk;
  session.err().write(fmt::format("{} [y/N] ", printable(question)));
  ignore(session.err().flush(), "nobody sees the question then, and it is not answered with yes");
  const std::string answer = read_line();
  const std::string_view word = std::string_view(answer).substr(0, answer.find_last_not_of("\r\n ") + 1);
  return word == "y" || word == "Y" || word == "yes" || word == "Yes" ? Consent::kGiven : Consent::kRefused;
}

}  // namespace sennit::cli
