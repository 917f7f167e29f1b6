// The terminal on standard input, handed over to a program elsewhere: every key is a byte, nothing is echoed here.
//
// Threads: the main thread. Ownership: destroying it gives the terminal back as it was; so does the end of the process
// by exit(), not by a signal that kills.
#pragma once

#include <termios.h>

#include "views/views.h"

namespace sennit::cli {

class RawTerminal {
 public:
  RawTerminal();
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

// Whether keys and screen are a terminal's.
bool is_on_terminal();

// Of the terminal; zeroes if it does not say.
views::TerminalSizeView terminal_size();

}  // namespace sennit::cli
