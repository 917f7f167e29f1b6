// The program behind its names. docs/inside.md describes it.
#pragma once

namespace sennit::user {

// `sennit` and `osmo` by the name that it was called by; else by the first word, and without one `run`.
// Returns the exit code; 2 for words that mean nothing.
int run_program(int argc, char** argv);

}  // namespace sennit::user
