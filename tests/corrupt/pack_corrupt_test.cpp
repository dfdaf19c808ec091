// Model files that are not what they should be: each is refused with one line that says what is wrong.
#include <gtest/gtest.h>

#include <random>

#include "pack/pack.h"
#include "pack/pack_contents.h"
#include "pack_support.h"

namespace penjing {
namespace {

using test::FileBytes;

Result<PackContents> parse(const FileBytes& file) {
    return parsePack(std::as_bytes(std::span(file)));
}

void expectRefused(const FileBytes& file, const std::string& expected) {
    const auto contents = parse(file);
    ASSERT_FALSE(contents.ok()) << expected;
    EXPECT_EQ(contents.error().code, ErrorCode::ModelFile);
    EXPECT_NE(contents.error().message.find(expected), std::string::npos) << contents.error().message;
    EXPECT_EQ(contents.error().message.find('\n'), std::string::npos);
    EXPECT_LT(contents.error().message.size(), 400u);
}

void expectEditRefused(const std::string& from, const std::string& to, const std::string& expected) {
    const FileBytes& pack = test::tinyPackBytes();
    expectRefused(test::withHeader(pack, test::replacedOnce(test::headerOf(pack), from, to)), expected);
}

// A safetensors file with this header and `zeros` bytes of data.
FileBytes fileWithHeader(const std::string& header, std::size_t zeros) {
    FileBytes file = test::withHeader(FileBytes(8, 0), header);
    file.insert(file.end(), zeros, 0);
    return file;
}

TEST(CorruptPack, TheUntouchedFileIsAccepted) {
    EXPECT_TRUE(parse(test::tinyPackBytes()).ok());
}

TEST(CorruptPack, TruncatedAnywhere) {
    const FileBytes& pack = test::tinyPackBytes();
    std::vector<std::size_t> lengths{0,
                                     1,
                                     7,
                                     8,
                                     9,
                                     64,
                                     1000,
                                     test::dataBeginOf(pack) - 1,
                                     test::dataBeginOf(pack),
                                     test::dataBeginOf(pack) + 1,
                                     pack.size() - 64,
                                     pack.size() - 1};
    for (std::size_t i = 1; i < 50; ++i) lengths.push_back(pack.size() * i / 50);
    for (const std::size_t length : lengths) {
        const FileBytes file(pack.begin(), pack.begin() + static_cast<std::ptrdiff_t>(length));
        const auto contents = parse(file);
        ASSERT_FALSE(contents.ok()) << length;
        EXPECT_EQ(contents.error().code, ErrorCode::ModelFile);
    }
}

TEST(CorruptPack, TruncatedFileOnDiskNamesTheFile) {
    const test::TemporaryFolder folder;
    FileBytes file = test::tinyPackBytes();
    file.resize(file.size() / 2);
    test::writeFile(folder / "half.penjing", file);
    const auto pack = Pack::open(folder / "half.penjing");
    ASSERT_FALSE(pack.ok());
    EXPECT_NE(pack.error().message.find("half.penjing"), std::string::npos);
    EXPECT_NE(pack.error().message.find("truncated"), std::string::npos);
}

TEST(CorruptPack, HeaderLength) {
    FileBytes file = test::tinyPackBytes();
    file[7] = 0xff;
    expectRefused(file, "header claims");
    file = test::tinyPackBytes();
    file[3] = 0x03;  // 48 MiB: below the limit, beyond the end
    expectRefused(file, "inside its header");
    file = test::tinyPackBytes();
    file[0] = static_cast<std::uint8_t>(file[0] - 64);
    expectRefused(file, "");
}

TEST(CorruptPack, BytesAfterTheEnd) {
    FileBytes file = test::tinyPackBytes();
    file.resize(file.size() + 64);
    expectRefused(file, "after the last tensor");
}

TEST(CorruptPack, RandomBytes) {
    std::mt19937 random(5);
    for (int round = 0; round < 200; ++round) {
        FileBytes file(random() % 5000);
        for (auto& byte : file) byte = static_cast<std::uint8_t>(random());
        EXPECT_FALSE(parse(file).ok());
    }
}

TEST(CorruptPack, RandomDamageToTheHeaderIsRefusedOrHarmless) {
    std::mt19937 random(6);
    const FileBytes& pack = test::tinyPackBytes();
    const std::size_t end = test::dataBeginOf(pack);
    for (int round = 0; round < 500; ++round) {
        FileBytes file = pack;
        file[random() % end] = static_cast<std::uint8_t>(random());
        const auto contents = parse(file);
        if (!contents) {
            EXPECT_EQ(contents.error().code, ErrorCode::ModelFile);
        }
    }
}

TEST(CorruptPack, DeepAndLargeJson) {
    expectRefused(fileWithHeader("{\"a\":" + std::string(50, '[') + std::string(50, ']') + "}", 0), "deep");
    expectRefused(fileWithHeader(std::string(1 << 20, '['), 0), "deep");
    std::string many = "{\"a\":[0";
    for (int i = 0; i < 1'100'000; ++i) many += ",0";
    expectRefused(fileWithHeader(many + "]}", 0), "values");
}

TEST(CorruptPack, HeaderStructure) {
    expectRefused(fileWithHeader("[]", 0), "not a JSON object");
    expectRefused(fileWithHeader("{\"a\":1}", 0), "exactly dtype");
    expectRefused(fileWithHeader("{\"a\":{},\"a\":{}}", 0), "twice");
    expectRefused(fileWithHeader("{\"__metadata__\":{\"k\":1}}", 0), "not a string");
    expectRefused(fileWithHeader("{}", 0), "not a Penjing pack");
    const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
        return "{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    };
    expectRefused(fileWithHeader(one("\"Q8\"", "[4]", "[0,4]"), 4), "unknown dtype");
    expectRefused(fileWithHeader(one("7", "[4]", "[0,4]"), 4), "unknown dtype");
    expectRefused(fileWithHeader(one("\"U8\"", "[-4]", "[0,4]"), 4), "shape");
    expectRefused(fileWithHeader(one("\"U8\"", "[4.0]", "[0,4]"), 4), "shape");
    expectRefused(fileWithHeader(one("\"U8\"", "[1,1,1,1,1,1,1,1,4]", "[0,4]"), 4), "shape");
    expectRefused(fileWithHeader(one("\"U8\"", "[5]", "[0,4]"), 4), "takes 5 bytes");
    expectRefused(fileWithHeader(one("\"U8\"", "[4]", "[4,0]"), 4), "range");
    expectRefused(fileWithHeader(one("\"U8\"", "[4]", "[0,4]"), 3), "truncated");
    expectRefused(fileWithHeader(one("\"U8\"", "[4]", "[1,5]"), 5), "gap");
    expectRefused(fileWithHeader(one("\"U8\"", "[0]", "[18446744073709551615,18446744073709551615]"), 0), "truncated");
    expectRefused(fileWithHeader(one("\"F64\"", "[4294967296,4294967296]", "[0,0]"), 0), "too large");
    expectRefused(fileWithHeader(one("\"U8\"", "[99999999999999999999]", "[0,4]"), 4), "shape");
}

TEST(CorruptPack, OverlappingTensors) {
    expectRefused(fileWithHeader(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                                 R"("b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}})",
                                 12),
                  "overlaps");
    expectRefused(fileWithHeader(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                                 R"("b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
                                 8),
                  "overlaps");
}

TEST(CorruptPack, UnalignedTensor) {
    const FileBytes& pack = test::tinyPackBytes();
    // One space more before the data shifts all of them.
    FileBytes file = pack;
    const std::size_t end = test::dataBeginOf(pack);
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    const std::uint64_t length = end - 8 + 1;
    for (unsigned i = 0; i < 8; ++i) file[i] = static_cast<std::uint8_t>(length >> (8 * i));
    expectRefused(file, "multiple of 64");
}

TEST(CorruptPack, WrongTypeOrShape) {
    expectEditRefused("\"vae.bn.running_mean\":{\"dtype\":\"F32\"", "\"vae.bn.running_mean\":{\"dtype\":\"I32\"",
                      "needs F32 [16]");
    expectEditRefused("\"transformer.x_embedder.weight\":{\"dtype\":\"BF16\",\"shape\":[128,16]",
                      "\"transformer.x_embedder.weight\":{\"dtype\":\"BF16\",\"shape\":[16,128]", "[128, 16]");
    expectEditRefused("\"transformer.x_embedder.weight\":{\"dtype\":\"BF16\"",
                      "\"transformer.x_embedder.weight\":{\"dtype\":\"U16\"", "BF16, F16 or F32");
}

TEST(CorruptPack, TensorNames) {
    expectEditRefused("\"transformer.proj_out.weight\":{\"dtype\"", "\"transformer.other.weight\":{\"dtype\"",
                      "no such tensor");
    expectEditRefused("\"transformer.proj_out.weight\":{\"dtype\"", "\"padding.x\":{\"dtype\"", "padding");
    expectEditRefused("\"transformer.proj_out.weight\":{\"dtype\"", "\"\\u001b[31mred\\n\":{\"dtype\"", "?[31mred?");
}

TEST(CorruptPack, Metadata) {
    expectEditRefused("\"penjing.format\":\"1\"", "\"penjing.format\":\"2\"", "not a version");
    expectEditRefused("\"penjing.format\":\"1\",", "", "not a Penjing pack");
    expectEditRefused("\"penjing.license\"", "\"penjing.licence\"", "penjing.license");
    expectEditRefused("\"penjing.config\":\"{", "\"penjing.config\":\"[", "penjing.config");
    expectEditRefused("\"penjing.name\":\"", "\"penjing.name\":\"\\u001b", "control characters");
    expectEditRefused("\"penjing.tensors\":\"{", "\"penjing.tensors\":\"", "penjing.tensors");
    expectEditRefused("\"penjing.sha256\":\"{", "\"penjing.sha256\":\"{\\\"x\\\":\\\"12\\\",", "64 lower-case hex");
    expectEditRefused("\\\"transformer.proj_out.weight\\\":{\\\"format\\\":\\\"q8\\\"",
                      "\\\"transformer.proj_out.weight\\\":{\\\"format\\\":\\\"t3\\\"", "may not be stored");
    expectEditRefused("\\\"transformer.proj_out.weight\\\":{\\\"format\\\":\\\"q8\\\"",
                      "\\\"transformer.proj_out.weight\\\":{\\\"format\\\":\\\"q9\\\"", "known format");
}

TEST(CorruptPack, AConfigurationThatNeedsOtherTensors) {
    expectEditRefused("\\\"num_single_layers\\\":2", "\\\"num_single_layers\\\":3", "is missing");
    expectEditRefused("\\\"num_single_layers\\\":2", "\\\"num_single_layers\\\":1", "no such tensor");
    expectEditRefused("\\\"num_single_layers\\\":2", "\\\"num_single_layers\\\":1000000", "num_single_layers");
}

TEST(CorruptPack, DamagedTokenizerIsNoticedAtOpen) {
    const test::TemporaryFolder folder;
    FileBytes file = test::tinyPackBytes();
    file[test::dataBeginOf(file) + 10] ^= 1;
    test::writeFile(folder / "a.penjing", file);
    const auto pack = Pack::open(folder / "a.penjing");
    ASSERT_FALSE(pack.ok());
    EXPECT_NE(pack.error().message.find("tokenizer.model"), std::string::npos);
    EXPECT_NE(pack.error().message.find("SHA-256"), std::string::npos);
}

}  // namespace
}  // namespace penjing
