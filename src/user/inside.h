// Starts a task's command in a place that has a world of its own, and says what became of it: inside of a sandbox.
//
//   sennit-user inside REPORT STDERR DIRECTORY PROGRAM [ARGUMENT...]
//
// REPORT is a socket: InsideReport records go out, and connections come in over it, each a channel into this place
// (user/channel.h). STDERR the command's standard error (ours, until then, is for those who
// made the place). In a pid namespace it is process 1: orphans fall to it, and all of them end with it.
//
// Signals that ask to end go on to the command's process group. When the command has ended, those it left have a
// moment to finish what they write.
#pragma once

namespace sennit::user {

// The arguments of `main`. Returns the exit status.
int run_inside(int argc, char** argv);

}  // namespace sennit::user
