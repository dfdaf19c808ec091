#include "image/png_text.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

#include "tokenizer/utf8.h"

namespace penjing {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t kLongestText = 1u << 20;
constexpr std::size_t kMostTexts = 64;
constexpr std::size_t kMostInflated = 16u << 20;  // of all chunks, also those that are left out

std::uint32_t bigEndian32(Bytes bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::string asString(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// tEXt and zTXt are Latin-1 by the standard, but some programs write UTF-8 there.
std::string fromLatin1OrUtf8(std::string text) {
    if (isUtf8(text))
        return text;
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            result += c;
        } else {
            result += static_cast<char>(0xc0 | byte >> 6);
            result += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return result;
}

// Unpacks at most kLongestText and takes what it unpacked off `budget`.
std::optional<std::string> inflated(Bytes compressed, std::size_t& budget) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK)
        return std::nullopt;
    stream.next_in = const_cast<std::uint8_t*>(compressed.data());
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string text;
    std::array<char, 4096> buffer{};
    int status = Z_OK;
    const std::size_t limit = std::min(kLongestText, budget);
    while (status == Z_OK && text.size() <= limit) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = buffer.size();
        status = inflate(&stream, Z_NO_FLUSH);
        text.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    budget -= std::min(budget, text.size());
    if (status != Z_STREAM_END || text.size() > limit)
        return std::nullopt;
    return text;
}

// Takes the bytes up to the next zero off `data`; nothing if there is none.
std::optional<std::string> takeString(Bytes& data) {
    const auto zero = std::find(data.begin(), data.end(), 0);
    if (zero == data.end())
        return std::nullopt;
    const auto length = static_cast<std::size_t>(zero - data.begin());
    std::string text = asString(data.first(length));
    data = data.subspan(length + 1);
    return text;
}

std::optional<std::string> readInternational(Bytes data, std::size_t& budget) {
    if (data.size() < 2 || data[0] > 1 || (data[0] == 1 && data[1] != 0))
        return std::nullopt;
    const bool compressed = data[0] == 1;
    data = data.subspan(2);
    if (!takeString(data) || !takeString(data))  // language, translated keyword
        return std::nullopt;
    std::optional<std::string> text = compressed ? inflated(data, budget) : asString(data);
    if (text && !isUtf8(*text))
        text = withInvalidUtf8Replaced(*text);
    return text;
}

std::optional<std::string> readCompressed(Bytes data, std::size_t& budget) {
    if (data.empty() || data[0] != 0)
        return std::nullopt;
    std::optional<std::string> text = inflated(data.subspan(1), budget);
    if (text)
        text = fromLatin1OrUtf8(std::move(*text));
    return text;
}

std::optional<PngText> readText(const std::string& type, Bytes data, std::size_t& budget) {
    if (data.size() > kLongestText)
        return std::nullopt;
    const std::optional<std::string> keyword = takeString(data);
    if (!keyword || keyword->empty() || keyword->size() > 79)
        return std::nullopt;
    std::optional<std::string> text;
    if (type == "tEXt")
        text = fromLatin1OrUtf8(asString(data));
    else if (type == "zTXt")
        text = readCompressed(data, budget);
    else if (type == "iTXt")
        text = readInternational(data, budget);
    if (!text)
        return std::nullopt;
    return PngText{*keyword, std::move(*text)};
}

bool crcMatches(Bytes typeAndData, std::uint32_t expected) {
    return crc32(0, typeAndData.data(), static_cast<uInt>(typeAndData.size())) == expected;
}

}  // namespace

Result<std::vector<PngText>> readPngTexts(Bytes file) {
    if (file.size() < kSignature.size() || !std::equal(kSignature.begin(), kSignature.end(), file.begin()))
        return Error{ErrorCode::Usage, "is not a PNG"};
    file = file.subspan(kSignature.size());
    std::vector<PngText> texts;
    std::size_t budget = kMostInflated;
    while (file.size() >= 12 && texts.size() < kMostTexts) {
        const std::size_t length = bigEndian32(file);
        if (length > file.size() - 12)
            break;
        const std::string type = asString(file.subspan(4, 4));
        if (type == "IEND")
            break;
        const bool isText = type == "tEXt" || type == "zTXt" || type == "iTXt";
        if (isText && crcMatches(file.subspan(4, 4 + length), bigEndian32(file.subspan(8 + length))))
            if (std::optional<PngText> text = readText(type, file.subspan(8, length), budget))
                texts.push_back(std::move(*text));
        file = file.subspan(12 + length);
    }
    return texts;
}

const std::string* findText(const std::vector<PngText>& texts, std::string_view keyword) {
    for (const PngText& text : texts)
        if (text.keyword == keyword)
            return &text.text;
    return nullptr;
}

}  // namespace penjing
