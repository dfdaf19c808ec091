#pragma once

#include <stop_token>

#include "ops/ops.h"
#include "pack/pack.h"

namespace penjing {

// What the stages of one run share. Borrowed for the run.
struct StageContext {
    const Pack& pack;
    Ops& ops;
    Precision precision;
    std::stop_token stop;

    // Cancelled if a stop was requested.
    Status proceed() const {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled"};
        return {};
    }
};

}  // namespace penjing
