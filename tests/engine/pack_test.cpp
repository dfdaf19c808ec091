#include "pack/pack.h"

#include <gtest/gtest.h>

#include <cstring>

#include "pack/sha256.h"
#include "pack/weight_format.h"
#include "pack_support.h"

namespace penjing {
namespace {

using test::FileBytes;
using test::TemporaryFolder;

std::shared_ptr<const Pack> openTiny(const std::filesystem::path& path) {
    test::writeFile(path, test::tinyPackBytes());
    auto pack = Pack::open(path);
    EXPECT_TRUE(pack.ok()) << pack.error().message;
    return pack.ok() ? *pack : nullptr;
}

TEST(Pack, HasEveryTensorOfItsConfiguration) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    const auto specs = expectedTensors(pack->config());
    EXPECT_EQ(pack->tensors().size(), specs.size());
    for (const TensorSpec& spec : specs) {
        ASSERT_TRUE(pack->has(spec.name)) << spec.name;
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pack->bytes(spec.name).data()) % 64, 0u);
        if (spec.kind == TensorKind::Bytes || spec.kind == TensorKind::Vector)
            continue;
        const Weight weight = pack->weight(spec.name);
        EXPECT_EQ(weight.n, spec.n) << spec.name;
        EXPECT_EQ(weight.k, spec.k * spec.kernel * spec.kernel) << spec.name;
        EXPECT_EQ(pack->bytes(spec.name).size(), matrixBytes(weight.format, weight.n, weight.k)) << spec.name;
    }
}

TEST(Pack, ReadsVectorsInPlace) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    const float* variance = pack->vector("vae.bn.running_var");
    const float* mean = pack->vector("vae.bn.running_mean");
    ASSERT_NE(variance, nullptr);
    for (int i = 0; i < pack->config().vae.patchedChannels(); ++i) {
        EXPECT_EQ(variance[i], 1.0f);
        EXPECT_EQ(mean[i], 0.0f);
    }
}

TEST(Pack, UnknownNamesAreEmpty) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    EXPECT_EQ(pack->weight("nothing").data, nullptr);
    EXPECT_EQ(pack->vector("nothing"), nullptr);
    EXPECT_EQ(pack->vector("tokenizer.model"), nullptr);
    EXPECT_TRUE(pack->bytes("nothing").empty());
    EXPECT_FALSE(pack->has("padding.0"));
}

TEST(Pack, VerifyNamesTheDamagedTensor) {
    const TemporaryFolder folder;
    const auto whole = openTiny(folder / "a.penjing");
    EXPECT_TRUE(whole->verify().ok());

    const PackTensor& victim = whole->tensors()[whole->tensors().size() / 2];
    const auto offset = victim.data.data() - whole->tensors().front().data.data();  // the first tensor starts the data
    FileBytes bytes = test::tinyPackBytes();
    bytes[test::dataBeginOf(bytes) + static_cast<std::size_t>(offset)] ^= 1;
    test::writeFile(folder / "b.penjing", bytes);
    const auto damaged = Pack::open(folder / "b.penjing");
    ASSERT_TRUE(damaged.ok()) << damaged.error().message;
    const Status status = (*damaged)->verify();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::ModelFile);
    EXPECT_NE(status.error().message.find("\"" + victim.name + "\""), std::string::npos) << status.error().message;
}

TEST(Pack, ModelHashIsTheHashOfTheHashes) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    std::string all;
    for (const PackTensor& tensor : pack->tensors()) all += sha256Of(tensor.data);
    EXPECT_EQ(pack->modelHash(), sha256Of(std::as_bytes(std::span(all))));
}

TEST(Pack, NoticesTruncationAndOverwriting) {
    const TemporaryFolder folder;
    const auto truncated = openTiny(folder / "a.penjing");
    EXPECT_TRUE(truncated->checkStillThere().ok());
    std::filesystem::resize_file(folder / "a.penjing", 1000);
    const Status status = truncated->checkStillThere();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::ModelFile);
    EXPECT_NE(status.error().message.find("changed"), std::string::npos);
    EXPECT_FALSE(truncated->verify().ok());

    const auto touched = openTiny(folder / "b.penjing");
    std::filesystem::last_write_time(folder / "b.penjing",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    EXPECT_FALSE(touched->checkStillThere().ok());
}

TEST(Pack, ADeletedOrReplacedNameLeavesTheMappingWhole) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    std::filesystem::remove(folder / "a.penjing");
    EXPECT_TRUE(pack->checkStillThere().ok());
    EXPECT_TRUE(pack->verify().ok());
}

TEST(Pack, GivenBackPagesReadTheSame) {
    const TemporaryFolder folder;
    const auto pack = openTiny(folder / "a.penjing");
    pack->giveBackPages("text_encoder.");
    pack->giveBackPages("");
    pack->giveBackPages("nothing");
    EXPECT_TRUE(pack->verify().ok());
}

TEST(Pack, OpenFailsInOneLine) {
    const TemporaryFolder folder;
    for (const auto& path : {folder / "missing", folder.path(), std::filesystem::path("/dev/null")}) {
        const auto pack = Pack::open(path);
        ASSERT_FALSE(pack.ok());
        EXPECT_EQ(pack.error().code, ErrorCode::ModelFile);
        EXPECT_EQ(pack.error().message.find('\n'), std::string::npos);
        EXPECT_NE(pack.error().message.find(path.string()), std::string::npos);
    }
}

}  // namespace
}  // namespace penjing
