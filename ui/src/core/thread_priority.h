#pragma once

namespace penjing::studio {

// Makes the calling thread, and those it starts from now on, give way to the rest of the computer.
void lowerThreadPriority();

}  // namespace penjing::studio
