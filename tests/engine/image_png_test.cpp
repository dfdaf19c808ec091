#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <cstring>

#include "image/png_text.h"
#include "pack_support.h"
#include "penjing/image.h"

namespace penjing {
namespace {

using test::FileBytes;
using test::TemporaryFolder;

Image gradient(int width, int height) {
    Image image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c) image.rgb.push_back(static_cast<std::uint8_t>(x * 7 + y * 13 + c * 50));
    return image;
}

Recipe someRecipe() {
    Recipe recipe;
    recipe.prompt = "a red apple";
    recipe.seed = 7;
    recipe.steps = 16;
    recipe.guidance = 3.0;
    recipe.width = 20;
    recipe.height = 10;
    recipe.shift = 2.0;
    recipe.modelName = "Seedling v0";
    recipe.modelHash = std::string(64, 'a');
    recipe.kernels = "scalar";
    recipe.precision = "int8";
    recipe.engineVersion = "0.1.0";
    recipe.pixelHash = std::string(64, 'b');
    return recipe;
}

// A PNG of 2 x 1 pixels in another layout, made by libpng's simple interface.
FileBytes otherPng(png_uint_32 format, const std::vector<std::uint8_t>& pixels, const void* colormap = nullptr) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = 2;
    image.height = 1;
    image.format = format;
    image.colormap_entries = colormap ? 2 : 0;
    png_alloc_size_t size = 100'000;
    FileBytes bytes(size);
    EXPECT_TRUE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, colormap)) << image.message;
    bytes.resize(size);
    return bytes;
}

TEST(Png, RoundTripsPixels) {
    const TemporaryFolder folder;
    for (const auto& [width, height] : {std::pair{1, 1}, {20, 10}, {257, 3}}) {
        const Image image = gradient(width, height);
        const auto bytes = encodePng(image, nullptr);
        ASSERT_TRUE(bytes.ok());
        test::writeFile(folder / "a.png", *bytes);
        const auto again = readPng(folder / "a.png");
        ASSERT_TRUE(again.ok()) << again.error().message;
        EXPECT_EQ(again->width, width);
        EXPECT_EQ(again->height, height);
        EXPECT_EQ(again->rgb, image.rgb);
        EXPECT_EQ(pixelHash(*again), pixelHash(image));
    }
}

TEST(Png, SameInputSameBytes) {
    const Recipe recipe = someRecipe();
    EXPECT_EQ(*encodePng(gradient(20, 10), &recipe), *encodePng(gradient(20, 10), &recipe));
}

TEST(Png, TextChunksStandBeforeThePixels) {
    const Recipe recipe = someRecipe();
    const auto bytes = encodePng(gradient(20, 10), &recipe);
    ASSERT_TRUE(bytes.ok());
    const std::string file(bytes->begin(), bytes->end());
    const std::size_t pixels = file.find("IDAT");
    for (const std::string chunk : {"tEXtparameters", "iTXtpenjing:recipe", "tEXtSoftware", "iTXtXML:com.adobe.xmp"}) {
        ASSERT_NE(file.find(chunk), std::string::npos) << chunk;
        EXPECT_LT(file.find(chunk), pixels) << chunk;
    }
    EXPECT_NE(file.find("trainedAlgorithmicMedia"), std::string::npos);
    EXPECT_EQ(file.find("created"), std::string::npos);
}

TEST(Png, ParametersAreInternationalWhereTheyMust) {
    Recipe recipe = someRecipe();
    recipe.prompt = "盆栽 🌲";
    const auto bytes = encodePng(gradient(2, 2), &recipe);
    ASSERT_TRUE(bytes.ok());
    const std::string file(bytes->begin(), bytes->end());
    EXPECT_NE(file.find("iTXtparameters"), std::string::npos);
    EXPECT_EQ(file.find("tEXtparameters"), std::string::npos);
}

TEST(Png, ReadsEveryColourType) {
    const TemporaryFolder folder;
    const std::uint8_t colours[6] = {10, 20, 30, 40, 50, 60};
    struct Case {
        FileBytes file;
        std::vector<std::uint8_t> rgb;
    };
    const std::vector<Case> cases{
        {otherPng(PNG_FORMAT_GRAY, {5, 250}), {5, 5, 5, 250, 250, 250}},
        {otherPng(PNG_FORMAT_RGBA, {1, 2, 3, 255, 4, 5, 6, 255}), {1, 2, 3, 4, 5, 6}},
        {otherPng(PNG_FORMAT_RGBA, {1, 2, 3, 255, 4, 5, 6, 7}), {1, 2, 3, 4, 5, 6}},
        {otherPng(PNG_FORMAT_RGB_COLORMAP, {1, 0}, colours), {40, 50, 60, 10, 20, 30}},
    };
    for (const Case& c : cases) {
        test::writeFile(folder / "a.png", c.file);
        const auto image = readPng(folder / "a.png");
        ASSERT_TRUE(image.ok()) << image.error().message;
        EXPECT_EQ(image->rgb, c.rgb);
    }
}

TEST(Png, RefusesWhatIsNotOne) {
    const TemporaryFolder folder;
    FileBytes png = *encodePng(gradient(20, 10), nullptr);
    FileBytes huge = png;
    for (const std::size_t i : {16, 17, 20, 21})  // width and height, 2^16 and more each
        huge[i] = 1;
    FileBytes truncated(png.begin(), png.begin() + static_cast<std::ptrdiff_t>(png.size() / 2));
    FileBytes damaged = png;
    damaged[png.size() - 20] ^= 0xff;
    for (const FileBytes& bytes :
         {FileBytes{}, FileBytes{1, 2, 3}, FileBytes(png.begin(), png.begin() + 8), huge, truncated, damaged}) {
        test::writeFile(folder / "a.png", bytes);
        const auto image = readPng(folder / "a.png");
        ASSERT_FALSE(image.ok());
        EXPECT_EQ(image.error().code, ErrorCode::Usage);
    }
    EXPECT_EQ(readPng(folder / "missing.png").error().code, ErrorCode::Usage);
}

TEST(Png, RefusesMoreThanAHundredMegapixels) {
    const TemporaryFolder folder;
    FileBytes png = *encodePng(gradient(20, 10), nullptr);
    // 20000 x 20000 with the right checksum, so that only the size can be refused.
    const std::uint8_t ihdr[17] = {'I', 'H', 'D', 'R', 0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20, 8, 2, 0, 0, 0};
    std::copy(std::begin(ihdr), std::end(ihdr), png.begin() + 12);
    std::uint32_t crc = 0xffffffff;
    for (const std::uint8_t byte : ihdr) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    crc = ~crc;
    for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    test::writeFile(folder / "a.png", png);
    const auto image = readPng(folder / "a.png");
    ASSERT_FALSE(image.ok());
    EXPECT_NE(image.error().message.find("100 megapixels"), std::string::npos) << image.error().message;
}

TEST(Png, EncodingChecksTheSize) {
    Image image = gradient(4, 4);
    image.width = 5;
    EXPECT_EQ(encodePng(image, nullptr).error().code, ErrorCode::Internal);
    EXPECT_FALSE(encodePng(Image{}, nullptr).ok());
}

TEST(Hashes, HaveTheirPublishedValues) {
    EXPECT_EQ(sha256Hex("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const TemporaryFolder folder;
    test::writeFile(folder / "abc", {'a', 'b', 'c'});
    EXPECT_EQ(*sha256OfFile(folder / "abc"), sha256Hex("abc", 3));
    const std::uint8_t bytes[11] = {1, 0, 0, 0, 1, 0, 0, 0, 9, 8, 7};
    EXPECT_EQ(pixelHash(Image{1, 1, {9, 8, 7}}), sha256Hex(bytes, sizeof bytes));
}

}  // namespace
}  // namespace penjing
