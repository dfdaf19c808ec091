#pragma once

namespace penjing::cli {

// Lets OpenMP's threads sleep soon when they wait for each other. GCC's runtime spins for milliseconds by default, and
// on a computer that is busy with something else the spinning keeps the very thread off the processor that is waited
// for: a picture then takes fifty times as long. The runtime reads its settings before main(), so the program starts
// itself again with GOMP_SPINCOUNT set. Does nothing if the environment sets it or OMP_WAIT_POLICY already. Call it
// first.
void letWaitingThreadsSleep(char** argv);

}  // namespace penjing::cli
