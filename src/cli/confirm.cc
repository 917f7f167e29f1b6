#include "cli/confirm.h"

#include <unistd.h>

#include <iostream>
#include <string>

#include "base/printable.h"

namespace sennit::cli {

bool can_ask(Session& session) { return ::isatty(STDIN_FILENO) == 1 && session.err().is_terminal(); }

Answer ask(Session& session, std::string_view question) {
  session.err().write(printable(question));
  session.err().write(" [y/N] ");
  ignore(session.err().flush(), "there is nowhere to tell that stderr is broken");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes" ? Answer::kYes : Answer::kNo;
}

}  // namespace sennit::cli
