#pragma once

#include <nettle/sha2.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace penjing {

// SHA-256 of bytes that come in pieces.
class Sha256 {
public:
    Sha256() { sha256_init(&state_); }

    void update(std::span<const std::byte> bytes) {
        sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
    }

    // Lower-case hex of everything so far; starts over.
    std::string finish();

private:
    sha256_ctx state_;
};

std::string sha256Of(std::span<const std::byte> bytes);

}  // namespace penjing
