#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <exception>

#include "io/read_file.h"
#include "penjing/image.h"

namespace penjing {
namespace {

constexpr std::size_t kLargestPicture = std::size_t{1} << 30;  // bytes of file
constexpr std::uint64_t kMostPixels = 100'000'000;

// Everything that the C code between setjmp and longjmp works on; nothing in there may need a destructor.
struct DecodeState {
    const std::vector<std::uint8_t>* file = nullptr;
    std::size_t position = 0;
    Image image;
    const char* problem = "is damaged";
    bool outOfMemory = false;
};

void takeBytes(png_structp png, png_bytep out, std::size_t size) {
    auto* state = static_cast<DecodeState*>(png_get_io_ptr(png));
    if (size > state->file->size() - state->position)
        png_error(png, "truncated");
    std::memcpy(out, state->file->data() + state->position, size);
    state->position += size;
}

[[noreturn]] void failQuietly(png_structp png, png_const_charp) {
    png_longjmp(png, 1);
}
void ignoreWarning(png_structp, png_const_charp) {}

// Asks libpng for 8-bit RGB whatever the file holds.
void requestRgb(png_structp png) {
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_strip_alpha(png);
}

bool makeRoom(DecodeState& state, png_uint_32 width, png_uint_32 height) {
    try {
        state.image.rgb.resize(static_cast<std::size_t>(width) * height * 3);
    } catch (const std::exception&) {
        state.outOfMemory = true;
        return false;
    }
    state.image.width = static_cast<int>(width);
    state.image.height = static_cast<int>(height);
    return true;
}

bool decodeWithLibpng(DecodeState& state) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, failQuietly, ignoreWarning);
    if (!png)
        return false;
    png_infop info = png_create_info_struct(png);
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, nullptr);
        return false;
    }
    png_set_read_fn(png, &state, takeBytes);
    png_set_user_limits(png, 65535, 65535);
    png_set_chunk_malloc_max(png, 8u << 20);
    png_read_info(png, info);
    const png_uint_32 width = png_get_image_width(png, info);
    const png_uint_32 height = png_get_image_height(png, info);
    if (static_cast<std::uint64_t>(width) * height > kMostPixels) {
        state.problem = "has more than 100 megapixels";
        png_error(png, "too large");
    }
    requestRgb(png);
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != static_cast<std::size_t>(width) * 3 || !makeRoom(state, width, height))
        png_error(png, "unexpected layout");
    for (int pass = 0; pass < passes; ++pass)
        for (png_uint_32 y = 0; y < height; ++y)
            png_read_row(png, state.image.rgb.data() + static_cast<std::size_t>(y) * width * 3, nullptr);
    png_destroy_read_struct(&png, &info, nullptr);
    return true;
}

}  // namespace

Result<Image> readPng(const std::filesystem::path& path) {
    const Result<std::vector<std::uint8_t>> file = readWholeFile(path, kLargestPicture);
    if (!file)
        return file.error();
    if (file->size() < 8 || png_sig_cmp(file->data(), 0, 8) != 0)
        return Error{ErrorCode::Usage, path.string() + ": is not a PNG"};
    DecodeState state;
    state.file = &*file;
    if (decodeWithLibpng(state))
        return std::move(state.image);
    if (state.outOfMemory)
        return Error{ErrorCode::Memory, path.string() + ": not enough memory to decode it"};
    return Error{ErrorCode::Usage, path.string() + ": " + state.problem};
}

}  // namespace penjing
