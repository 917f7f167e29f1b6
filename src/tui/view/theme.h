// Which look stands for what, and which characters a terminal can show.
#pragma once

#include <array>

#include "tui/jobs/job.h"
#include "tui/terminal/look.h"

namespace sennit::tui {

struct Theme {
  bool ascii = false;
  Look plain;
  Look faint;
  Look strong;
  Look border;
  Look focus;  // the border of what keys go to
  Look bar;    // the first and the last line
  Look key;    // in that
  Look good;
  Look bad;
  Look warning;
  Look match;                     // of what is looked for
  Colour selected;                // a background
  std::array<Look, 6> standings;  // by Standing

  const Look& of(Standing standing) const { return standings[static_cast<std::size_t>(standing)]; }
};

Theme standard_theme(bool ascii);

}  // namespace sennit::tui
