#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// What becomes of the weights that Bonsai Image stores in one or two bits: the linears of the transformer's blocks.
enum class ImportQuantize {
    Exact,    // they must be ternary or binary already, and lose nothing
    Ternary,  // least-squares scale per 128 weights; lossy
    Binary,   // likewise
    Q8,       // 8 bits, one scale per 128 weights; lossy
    Keep,     // as they are: 16 or 32 bits
};

// How matrices that are plain numbers in the source are stored.
enum class ImportDense {
    Keep,  // as they are
    Q8,    // 8 bits, one scale per 128 weights; lossy
    Q4,    // 4 bits, scale and offset per 64 weights; lossy; text encoder only
};

// "exact", "ternary", "binary", "q8", "keep"; stable.
std::optional<ImportQuantize> importQuantizeByName(std::string_view name);

struct ImportOptions {
    std::filesystem::path source;  // a model's folder, or a transformer in one .safetensors or .gguf file
    std::filesystem::path pack;    // to write; replaced if it exists
    // Where the source lacks them or has others. Folders; the decoder may be a file. Empty: in the source.
    std::filesystem::path textEncoder;
    std::filesystem::path vae;
    std::filesystem::path tokenizer;
    std::vector<int> textOutLayers;  // whose outputs are the conditioning, from 1; empty: 9, 18, 27 as FLUX.2 klein
    ImportQuantize quantize = ImportQuantize::Exact;
    ImportDense dense = ImportDense::Keep;  // embedders, modulation, output: Keep or Q8
    ImportDense text = ImportDense::Keep;   // a text encoder that is not quantised
    std::string name;                       // empty: the published name, else the source's file name
    int threads = 0;                        // 0: all
};

struct ImportProgress {
    std::string tensor;  // being written; empty while published files are being recognised; at the end "previews"
    // Of the files that are recognised, of the pack, and of the decoder for each picture that previews are fitted to.
    std::uint64_t doneBytes = 0;
    std::uint64_t totalBytes = 0;
    double remainingSeconds = -1.0;  // negative: not known yet
};
// On the calling thread, several times a second.
using ImportProgressCallback = std::function<void(const ImportProgress&)>;

struct ImportReport {
    struct Part {
        std::string part;    // "transformer", "text_encoder", "vae", "tokenizer"
        std::string layout;  // e.g. "MLX 2-bit, diffusers names"
        std::filesystem::path path;
    };
    // A file that has the size of a published one.
    struct Published {
        std::filesystem::path path;
        std::string name;
        std::optional<bool> hashMatches;  // nothing: its hash is not known
    };
    // Weights that are not what they were. Relative errors are root of (sum of squared differences / sum of squares).
    struct Loss {
        std::string what;
        std::uint64_t weights = 0;
        double relativeError = 0.0;
        double worstError = 0.0;  // of one tensor
        std::string worstTensor;
    };
    // Scales or offsets that binary16 cannot hold exactly.
    struct Rounding {
        std::string what;
        std::uint64_t values = 0;
        std::uint64_t inexact = 0;
        double worstRelative = 0.0;
    };
    // The linear picture of latents that shows what is coming while a picture is drawn.
    struct Preview {
        double explained = 0.0;  // of the variance of the colours that the decoder draws of random latents (R²)
        bool kept = false;       // in the pack; otherwise there are no previews, and a note says so
    };
    std::string name;
    std::string license;
    std::uint64_t packBytes = 0;
    std::vector<Part> parts;
    std::vector<Published> published;
    std::vector<Loss> losses;
    std::optional<Preview> preview;    // nothing: the decoder was not tried out, for which a note has the reason
    std::vector<Rounding> roundings;   // of all parts that have scales; `inexact` may be 0
    std::vector<std::string> ignored;  // tensors of the source that a pack has no use for
    std::vector<std::string> notes;    // one sentence each
};

// Makes a pack from published weights (docs/formats/import.md): streaming, in bounded memory, through a temporary file
// that is renamed when it is whole. Errors: Usage (nothing at `source`, options that contradict), ModelFile (what is
// missing or wrong, in one line), WriteFailed, Memory, Cancelled.
Result<ImportReport> importModel(const ImportOptions& options, const std::stop_token& stop,
                                 const ImportProgressCallback& progress);

}  // namespace penjing
