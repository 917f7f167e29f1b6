// The `sennit-user` program: see src/user/README.md.
#include "user/program.h"

int main(int argc, char** argv) { return sennit::user::run_program(argc, argv); }
