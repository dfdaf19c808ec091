#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace penjing {

// Pinned numbers: scripts see them as exit codes (exitCode below) and in JSON. Never renumber.
enum class ErrorCode : int {
    Internal = 1,      // a defect of this program
    Usage = 2,         // a bad argument or request
    ModelFile = 3,     // the pack is missing, damaged, or not what it says
    Memory = 4,        // the run cannot fit, or an allocation failed
    WriteFailed = 5,   // the result could not be written
    Cancelled = 130,   // stopped by its user
};

// What went wrong, in one line without a trailing newline, fit to be shown to a user.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

inline int exitCode(const Error& error) { return static_cast<int>(error.code); }

// A value or the reason there is none. Engine functions do not throw.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

// Success, or the reason why not.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_; }
    bool ok() const { return !error_; }
    const Error& error() const { return *error_; }

private:
    std::optional<Error> error_;
};

}  // namespace penjing

// Returns the error of a Status or Result expression from the enclosing function.
#define PENJING_TRY(expression)                                    \
    do {                                                           \
        if (auto penjingStatus_ = (expression); !penjingStatus_)   \
            return penjingStatus_.error();                         \
    } while (false)
