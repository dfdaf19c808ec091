#include "import/published_files.h"

#include <algorithm>
#include <array>

#include "pack/sha256.h"

namespace penjing {
namespace {

constexpr std::size_t kPiece = 8u << 20;

constexpr std::array<PublishedFile, 6> kPublished{{
    {1'425'271'472, "b21737bdf02690b7d662907781c4dc8b8bf22a2c98b823b1ca3336f48371a84f", "Bonsai Image 4B (ternary)",
     "the transformer of prism-ml/bonsai-image-ternary-4B-mlx-2bit"},
    {2'263'022'529, "e240c0bdc0ebb0681bf0da0f98d9719fd6ebe269a3633f81542c13e81345651d", "",
     "the 4-bit text encoder of prism-ml's MLX packs"},
    {168'120'878, "ca70d2202afe6415bdbcb8793ba8cd99fd159cfe6192381504d6c4d3036e0f04", "",
     "the autoencoder of Bonsai Image and FLUX.2 klein"},
    {7'751'109'712, "", "Bonsai Image 4B", "the transformer of one of prism-ml's unpacked folders"},
    {7'751'109'744, "", "FLUX.2 klein 4B", "the transformer of black-forest-labs/FLUX.2-klein-4B"},
    {249'519'092, "", "", "black-forest-labs/FLUX.2-small-decoder"},
}};

}  // namespace

const PublishedFile* publishedFileOfSize(std::uint64_t bytes) {
    const auto found = std::find_if(kPublished.begin(), kPublished.end(),
                                    [bytes](const PublishedFile& file) { return file.bytes == bytes; });
    return found == kPublished.end() ? nullptr : &*found;
}

Result<std::string> hashOfFile(const SourceFile& file, const std::function<Status(std::uint64_t)>& progress) {
    Sha256 hash;
    const std::span<const std::byte> bytes = file.mapping.bytes();
    for (std::size_t done = 0; done < bytes.size(); done += kPiece) {
        PENJING_TRY(file.checkUnchanged());
        const std::span<const std::byte> piece = bytes.subspan(done, std::min(kPiece, bytes.size() - done));
        hash.update(piece);
        file.mapping.giveBack(piece);
        PENJING_TRY(progress(piece.size()));
    }
    return hash.finish();
}

}  // namespace penjing
