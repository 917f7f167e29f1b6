#include "cli/input/secret_prompt.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/printable.h"
#include "cli/input/consent.h"

namespace sennit::cli {
namespace {

constexpr char kInterrupt = '\x03';
constexpr char kEnd = '\x04';
constexpr char kEraseLine = '\x15';

// The terminal hands over each byte and shows none, until this goes. Signals of the keyboard come as bytes too, so none
// can end the program with the terminal in this state.
class QuietTerminal {
 public:
  QuietTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  bool is_quiet() const { return changed_; }

 private:
  termios before_{};
  bool changed_ = false;
};

// Nothing: the terminal is gone.
bool read_byte(char& byte) {
  ssize_t size = 0;
  while ((size = ::read(STDIN_FILENO, &byte, 1)) < 0 && errno == EINTR) {
  }
  return size == 1;
}

void erase_last(std::string& line) {
  while (!line.empty() && (line.back() & '\xC0') == '\x80') line.pop_back();
  if (!line.empty()) line.pop_back();
}

Error cancelled() { return {ErrorCode::kCancelled, "nothing was given"}; }

Result<std::string> read_quiet_line() {
  std::string line;
  for (char byte = 0; read_byte(byte);) {
    if (byte == '\n' || byte == '\r') return line;
    if (byte == kInterrupt || byte == kEnd) return cancelled();
    if (byte == '\x7f' || byte == '\b') {
      erase_last(line);
    } else if (byte == kEraseLine) {
      line.clear();
    } else {
      line += byte;
    }
  }
  return cancelled();
}

Result<std::string> read_line() {
  std::string line;
  for (char byte = 0; read_byte(byte);) {
    if (byte == '\n') return line;
    line += byte;
  }
  return cancelled();
}

Result<void> write_question(Session& session, std::string_view question) {
  session.err().write(fmt::format("{}: ", printable(question)));
  return session.err().flush();
}

}  // namespace

Result<std::string> ask_for_value(Session& session, std::string_view question, Echo echo) {
  if (!can_ask(session)) {
    return Error(ErrorCode::kInvalid, fmt::format("{}: there is no terminal to ask at", question));
  }
  if (echo == Echo::kOn) {
    SENNIT_TRY(write_question(session, question));
    return read_line();
  }
  const QuietTerminal terminal;  // before the question: who answers at once is not shown either
  if (!terminal.is_quiet()) {
    return Error(ErrorCode::kIo, "the terminal cannot be kept from showing what is typed; use --payload-stdin");
  }
  SENNIT_TRY(write_question(session, question));
  Result<std::string> line = read_quiet_line();
  session.err().write("\n");
  return line;
}

}  // namespace sennit::cli
