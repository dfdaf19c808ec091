#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace penjing {

// Little-endian values out of bytes that may end anywhere: after the first read beyond the end, ok() is false and
// everything reads as 0.
class GgufReader {
public:
    explicit GgufReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }

    template <typename T>
    T number() {
        T value{};
        if (const std::byte* at = take(sizeof(T)))
            std::memcpy(&value, at, sizeof(T));
        return value;
    }
    // A length in 64 bits and that many bytes.
    std::string_view text(std::size_t longest) {
        const auto length = number<std::uint64_t>();
        if (length > longest)
            ok_ = false;
        const std::byte* at = ok_ ? take(static_cast<std::size_t>(length)) : nullptr;
        return at ? std::string_view(reinterpret_cast<const char*>(at), static_cast<std::size_t>(length))
                  : std::string_view();
    }
    void skip(std::uint64_t count) {
        if (count > left())
            ok_ = false;
        else
            position_ += static_cast<std::size_t>(count);
    }

private:
    const std::byte* take(std::size_t count) {
        if (!ok_ || count > left()) {
            ok_ = false;
            return nullptr;
        }
        const std::byte* at = bytes_.data() + position_;
        position_ += count;
        return at;
    }

    std::span<const std::byte> bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace penjing
