#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <exception>

#include "image/infotext.h"
#include "image/recipe_json.h"
#include "penjing/image.h"

namespace penjing {
namespace {

// IPTC's mark for pictures that a trained model made.
constexpr const char* kXmp =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
    "<rdf:Description rdf:about=\"\" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" "
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\"/>"
    "</rdf:RDF></x:xmpmeta>";

struct TextEntry {
    const char* keyword;
    std::string text;
};

// Everything that the C code between setjmp and longjmp works on; nothing in there may need a destructor.
struct EncodeState {
    const Image* image = nullptr;
    std::vector<TextEntry> texts;
    std::vector<png_text> chunks;
    std::vector<std::uint8_t> bytes;
    bool outOfMemory = false;
};

bool isAscii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::vector<TextEntry> textsOf(const Recipe& recipe) {
    return {{"parameters", writeInfotext(recipe)},
            {"penjing:recipe", recipeToJson(recipe)},
            {"Software", "Penjing " + recipe.engineVersion},
            {"XML:com.adobe.xmp", kXmp}};
}

png_text chunkOf(TextEntry& entry) {
    // Readers look for these two as iTXt; the others are tEXt where Latin-1 can hold them.
    const std::string_view keyword = entry.keyword;
    const bool international = keyword == "penjing:recipe" || keyword == "XML:com.adobe.xmp" || !isAscii(entry.text);
    png_text chunk{};
    chunk.compression = international ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    chunk.key = const_cast<char*>(entry.keyword);
    chunk.text = entry.text.data();
    if (international)
        chunk.itxt_length = entry.text.size();
    else
        chunk.text_length = entry.text.size();
    return chunk;
}

void appendBytes(png_structp png, png_bytep data, std::size_t size) {
    auto* state = static_cast<EncodeState*>(png_get_io_ptr(png));
    try {
        state->bytes.insert(state->bytes.end(), data, data + size);
    } catch (const std::exception&) {
        state->outOfMemory = true;
    }
    if (state->outOfMemory)  // outside the handler, because png_error jumps
        png_error(png, "out of memory");
}

[[noreturn]] void failQuietly(png_structp png, png_const_charp) {
    png_longjmp(png, 1);
}
void ignoreWarning(png_structp, png_const_charp) {}

bool encodeWithLibpng(EncodeState& state) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, failQuietly, ignoreWarning);
    if (!png)
        return false;
    png_infop info = png_create_info_struct(png);
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    const Image& image = *state.image;
    const auto width = static_cast<png_uint_32>(image.width);
    const auto height = static_cast<png_uint_32>(image.height);
    png_set_write_fn(png, &state, appendBytes, nullptr);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    if (!state.chunks.empty())
        png_set_text(png, info, state.chunks.data(), static_cast<int>(state.chunks.size()));
    png_write_info(png, info);
    for (png_uint_32 y = 0; y < height; ++y)
        png_write_row(png, image.rgb.data() + static_cast<std::size_t>(y) * width * 3);
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return true;
}

}  // namespace

Result<std::vector<std::uint8_t>> encodePng(const Image& image, const Recipe* recipe) {
    const bool fits = image.width > 0 && image.height > 0 &&
                      image.rgb.size() == static_cast<std::size_t>(image.width) * image.height * 3;
    if (!fits)
        return Error{ErrorCode::Internal, "a picture's pixels do not fit its size"};
    try {
        EncodeState state;
        state.image = &image;
        if (recipe)
            state.texts = textsOf(*recipe);
        for (TextEntry& entry : state.texts) state.chunks.push_back(chunkOf(entry));
        if (encodeWithLibpng(state))
            return std::move(state.bytes);
        if (!state.outOfMemory)
            return Error{ErrorCode::Internal, "the PNG library refused the picture"};
    } catch (const std::exception&) {
    }
    return Error{ErrorCode::Memory, "not enough memory to encode the picture"};
}

}  // namespace penjing
