// The terminal that the user sits at, taken over and given back.
//
// From open() until it ends the screen is ours: the alternate one, without echo and cursor, with the mouse. It is given
// back as it was on every way out: the destructor, exit(), a signal that ends us, a crash, and while we are suspended.
//
// Output never blocks: what the terminal does not take waits here, and nothing new is drawn meanwhile.
//
// Threads:   the main thread. Ownership: one at a time.
// Errors:    open() fails with kInvalid (no terminal), kIo.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::tui {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

class Terminal {
 public:
  static Result<std::unique_ptr<Terminal>> open();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // To wait on: what was typed, and whether output goes on.
  int fd() const;
  TerminalSize size() const;

  // What was typed by now. Fails: kUnavailable (the terminal has gone).
  Result<std::string> read();

  // Queues the bytes and sends what the terminal takes.
  void write(std::string_view bytes);
  void send();
  bool is_writing() const;  // bytes wait for it

  // Gives the screen back, stands still as on Ctrl-Z, and takes it again once we go on: at once where there is no shell
  // to go back to.
  void suspend();

  // Gives the screen to `command` (a shell in a task, an editor) until it returns.
  template <class Command>
  void lend(const Command& command) {
    leave();
    command();
    enter();
  }

 private:
  class Impl;
  explicit Terminal(std::unique_ptr<Impl> impl);
  void leave();
  void enter();
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::tui
