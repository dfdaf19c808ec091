#pragma once

#include <exception>
#include <new>
#include <string>

#include "penjing/result.h"

namespace penjing::studio {

// Calls something that must not, but might, throw: exceptions become errors. For Result and Status.
template <typename Call>
auto guarded(const Call& call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory, "not enough memory"};
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Internal, exception.what()};
    } catch (...) {
        return Error{ErrorCode::Internal, "an exception of an unknown kind"};
    }
}

}  // namespace penjing::studio
