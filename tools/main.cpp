// raftsim, with the kinds of servers that come with it.
#include "tools/run_program.hpp"

int main(int argc, char** argv) { return raftsim::tools::run_program(argc, argv, raftsim::scenarios::own_kinds()); }
