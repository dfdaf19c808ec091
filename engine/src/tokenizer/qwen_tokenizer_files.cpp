#include "tokenizer/qwen_tokenizer_files.h"

#include <algorithm>
#include <array>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>

#include "io/read_file.h"
#include "pack/error_text.h"
#include "pack/strict_json.h"
#include "tokenizer/qwen_vocabulary.h"

namespace penjing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 64u << 20;
constexpr JsonLimits kLimits{.depth = 12, .values = 4'000'000};
constexpr std::string_view kPadding = "<|endoftext|>";
constexpr std::string_view kSplitPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

Error in(const fs::path& file, const std::string& what) {
    return modelFileError(file.string() + ": " + what);
}

Result<std::string> readText(const fs::path& file) {
    const Result<std::vector<std::uint8_t>> bytes = readWholeFile(file, kLargestFile);
    if (!bytes)
        return Error{bytes.error().code == ErrorCode::Memory ? ErrorCode::Memory : ErrorCode::ModelFile,
                     bytes.error().message};
    return std::string(bytes->begin(), bytes->end());
}

Status parseObject(std::string_view text, json& out) {
    PENJING_TRY(parseStrictJson(text, kLimits, out));
    if (!out.is_object())
        return modelFileError("not a JSON object");
    return {};
}

// The member `key` of an object, null for anything else.
const json& member(const json& object, const char* key) {
    static const json kNull;
    if (!object.is_object())
        return kNull;
    const auto found = object.find(key);
    return found == object.end() ? kNull : *found;
}

bool isTrue(const json& value) {
    return value.is_boolean() && value.get<bool>();
}

// Absent, null or an empty string.
bool isNothing(const json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

// Whether `normalizer` is NFC, alone or as the only one of a sequence.
bool isNfc(const json& normalizer) {
    if (member(normalizer, "type") == "Sequence") {
        const json& parts = member(normalizer, "normalizers");
        return parts.is_array() && parts.size() == 1 && isNfc(parts[0]);
    }
    return member(normalizer, "type") == "NFC";
}

// Whether `preTokenizer` is Qwen2's: split by the pattern, then bytes, with nothing added.
bool isQwenSplit(const json& preTokenizer) {
    const json& parts = member(preTokenizer, "pretokenizers");
    if (member(preTokenizer, "type") != "Sequence" || !parts.is_array() || parts.size() != 2)
        return false;
    const json& split = parts[0];
    const json& bytes = parts[1];
    return member(split, "type") == "Split" && member(member(split, "pattern"), "Regex") == kSplitPattern &&
           member(split, "behavior") == "Isolated" && !isTrue(member(split, "invert")) &&
           member(bytes, "type") == "ByteLevel" && !isTrue(member(bytes, "add_prefix_space")) &&
           !isTrue(member(bytes, "use_regex"));
}

// Why the document is not a tokenizer that works as Qwen2's does; empty if it is.
std::string whyNotQwen(const json& document) {
    const json& model = member(document, "model");
    if (member(model, "type") != "BPE")
        return "its model is not BPE";
    for (const char* option : {"ignore_merges", "byte_fallback"})
        if (isTrue(member(model, option)))
            return std::string("its model sets ") + option;
    for (const char* option : {"continuing_subword_prefix", "end_of_word_suffix", "dropout"})
        if (!isNothing(member(model, option)))
            return std::string("its model sets ") + option;
    if (!isNfc(member(document, "normalizer")))
        return "its normalizer is not NFC";
    if (!isQwenSplit(member(document, "pre_tokenizer")))
        return "its pre-tokenizer is not that of Qwen2";
    return {};
}

// One special token of tokenizer.json or tokenizer_config.json, added to `vocabulary`.
Status addSpecial(const json& token, const json& id, QwenVocabulary& vocabulary) {
    const json& content = member(token, "content");
    if (!content.is_string() || !id.is_number_unsigned())
        return modelFileError("an added token without content or id");
    for (const char* option : {"single_word", "lstrip", "rstrip", "normalized"})
        if (isTrue(member(token, option)))
            return modelFileError("the added token " + inQuotes(content.get_ref<const std::string&>()) + " sets " +
                                  option + ", which is not understood");
    return vocabulary.addSpecial(content.get<std::string>(), id.get<std::uint64_t>());
}

Status addMerge(const json& merge, QwenVocabulary& vocabulary) {
    if (merge.is_string())
        return vocabulary.addMerge(merge.get_ref<const std::string&>());
    if (!merge.is_array() || merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string())
        return modelFileError("a merge is neither \"a b\" nor [\"a\", \"b\"]");
    return vocabulary.addMerge(merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>());
}

Status addTokens(const json& tokens, QwenVocabulary& vocabulary) {
    if (!tokens.is_object())
        return modelFileError("no vocabulary");
    for (const auto& [text, id] : tokens.items()) {
        if (!id.is_number_unsigned())
            return modelFileError("the token " + inQuotes(text) + " has no whole number for an id");
        PENJING_TRY(vocabulary.addToken(text, id.get<std::uint64_t>()));
    }
    return {};
}

Status readTokenizerJson(const json& document, QwenVocabulary& vocabulary) {
    if (const std::string reason = whyNotQwen(document); !reason.empty())
        return modelFileError("not a tokenizer of Qwen2 or Qwen3: " + reason);
    const json& model = member(document, "model");
    PENJING_TRY(addTokens(member(model, "vocab"), vocabulary));
    const json& merges = member(model, "merges");
    if (!merges.is_array())
        return modelFileError("no merges");
    for (const json& merge : merges) PENJING_TRY(addMerge(merge, vocabulary));
    const json& added = member(document, "added_tokens");
    if (!added.is_array())
        return modelFileError("no added tokens");
    for (const json& token : added) PENJING_TRY(addSpecial(token, member(token, "id"), vocabulary));
    return {};
}

Status readMerges(std::string_view text, QwenVocabulary& vocabulary) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::string_view merge = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
        if (!merge.empty() && !merge.starts_with("#version"))
            PENJING_TRY(vocabulary.addMerge(merge));
    }
    return {};
}

Status readAddedTokens(const json& document, QwenVocabulary& vocabulary) {
    for (const auto& [text, id] : document.items()) {
        if (!id.is_number_unsigned())
            return modelFileError("the token " + inQuotes(text) + " has no whole number for an id");
        PENJING_TRY(vocabulary.addSpecial(text, id.get<std::uint64_t>()));
    }
    return {};
}

// added_tokens_decoder maps ids, as text, to tokens.
Status readTokenizerConfig(const json& document, QwenVocabulary& vocabulary) {
    const json& decoder = member(document, "added_tokens_decoder");
    if (decoder.is_null())
        return {};
    if (!decoder.is_object())
        return modelFileError("\"added_tokens_decoder\" is not an object");
    for (const auto& [digits, token] : decoder.items()) {
        const json id = json::parse(digits, nullptr, /*allow_exceptions=*/false);
        PENJING_TRY(addSpecial(token, id, vocabulary));
    }
    return {};
}

// `read` applied to a JSON file; its errors get the file's name.
template <typename Read>
Status withFile(const fs::path& file, Read read, QwenVocabulary& vocabulary) {
    const Result<std::string> text = readText(file);
    if (!text)
        return text.error();
    json document;
    if (const Status status = parseObject(*text, document); !status)
        return in(file, status.error().message);
    if (const Status status = read(document, vocabulary); !status)
        return in(file, status.error().message);
    return {};
}

Status readSeparateFiles(const fs::path& folder, QwenVocabulary& vocabulary) {
    PENJING_TRY(withFile(folder / "vocab.json", addTokens, vocabulary));
    const Result<std::string> merges = readText(folder / "merges.txt");
    if (!merges)
        return merges.error();
    if (const Status status = readMerges(*merges, vocabulary); !status)
        return in(folder / "merges.txt", status.error().message);
    if (isThere(folder / "added_tokens.json"))
        PENJING_TRY(withFile(folder / "added_tokens.json", readAddedTokens, vocabulary));
    if (isThere(folder / "tokenizer_config.json"))
        PENJING_TRY(withFile(folder / "tokenizer_config.json", readTokenizerConfig, vocabulary));
    return {};
}

Result<std::vector<std::byte>> read(const fs::path& folder) {
    QwenVocabulary vocabulary;
    if (isThere(folder / "tokenizer.json"))
        PENJING_TRY(withFile(folder / "tokenizer.json", readTokenizerJson, vocabulary));
    else if (isThere(folder / "vocab.json") && isThere(folder / "merges.txt"))
        PENJING_TRY(readSeparateFiles(folder, vocabulary));
    else
        return in(folder, "no tokenizer: neither tokenizer.json nor vocab.json with merges.txt is there");
    const Result<BpeModel> model = vocabulary.model();
    if (!model)
        return in(folder, model.error().message);
    return serializeBpeModel(*model);
}

}  // namespace

Result<BpeModel> parseQwenTokenizerJson(std::string_view text) {
    json document;
    PENJING_TRY(parseObject(text, document));
    QwenVocabulary vocabulary;
    PENJING_TRY(readTokenizerJson(document, vocabulary));
    return vocabulary.model();
}

Result<std::vector<std::byte>> readQwenTokenizer(const fs::path& folder) {
    try {
        return read(folder);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, folder.string() + ": not enough memory to read the tokenizer"};
    }
}

Result<TokenizerConfig> qwenTokenizerConfig(std::span<const std::byte> bytes) {
    const Result<BpeModel> model = parseBpeModel(bytes);
    if (!model)
        return model.error();
    const auto find = [&](std::string_view text) {
        return std::find_if(model->specials.begin(), model->specials.end(),
                            [text](const BpeSpecial& special) { return special.text == text; });
    };
    constexpr std::array<std::string_view, 5> kNeeded{kPadding, "<|im_start|>", "<|im_end|>", "<think>", "</think>"};
    for (const std::string_view text : kNeeded)
        if (find(text) == model->specials.end())
            return modelFileError("the tokenizer lacks the special token " + inQuotes(text));

    TokenizerConfig config{std::string(kQwenTokenizerType)};
    config.pad = static_cast<int>(find(kPadding)->id);
    config.maxSequenceLength = 512;
    config.prefix = "<|im_start|>user\n";
    config.suffix = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    return config;
}

}  // namespace penjing
