#include "tokenizer/bpe_model.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "pack/error_text.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

constexpr std::string_view kMagic = "pjbpe-01";
constexpr std::size_t kMostMerges = 1u << 20;
constexpr std::size_t kMostSpecials = 256;
constexpr std::size_t kLongestSpecial = 128;  // bytes
constexpr std::uint32_t kMostIds = 1u << 21;

class ByteWriter {
public:
    void bytes(std::string_view text) {
        const auto* begin = reinterpret_cast<const std::byte*>(text.data());
        out_.insert(out_.end(), begin, begin + text.size());
    }
    void word(std::uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8) out_.push_back(static_cast<std::byte>(value >> shift & 0xff));
    }
    std::vector<std::byte> take() { return std::move(out_); }

private:
    std::vector<std::byte> out_;
};

// Takes from the front; once something was missing, everything is zero and `good` is false.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    bool good() const { return good_; }
    std::size_t left() const { return rest_.size(); }

    std::string_view bytes(std::size_t count) {
        if (count > rest_.size()) {
            good_ = false;
            rest_ = {};
            return {};
        }
        const std::string_view taken(reinterpret_cast<const char*>(rest_.data()), count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    std::uint32_t word() {
        const std::string_view taken = bytes(4);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < taken.size(); ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(taken[i])) << (8 * i);
        return value;
    }

private:
    std::span<const std::byte> rest_;
    bool good_ = true;
};

Error damaged(const std::string& what) {
    return modelFileError("its tokenizer is damaged: " + what);
}

// Ids that already stand for something.
class IdSet {
public:
    bool contains(std::uint32_t id) const { return id < seen_.size() && seen_[id]; }
    // False if it cannot be taken.
    bool add(std::uint32_t id) {
        if (id >= kMostIds || contains(id))
            return false;
        if (id >= seen_.size())
            seen_.resize(std::max<std::size_t>(id + 1u, 2 * seen_.size()));
        seen_[id] = true;
        return true;
    }

private:
    std::vector<bool> seen_;
};

Status checkMerges(const BpeModel& model, IdSet& ids) {
    for (std::size_t rank = 0; rank < model.merges.size(); ++rank) {
        const BpeMerge& merge = model.merges[rank];
        const std::string name = "merge " + std::to_string(rank);
        if (!ids.contains(merge.left) || !ids.contains(merge.right))
            return damaged(name + " joins a token that is not made before it");
        if (!ids.add(merge.result))
            return damaged(name + " makes token " + std::to_string(merge.result) + ", which is taken or out of range");
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    pairs.reserve(model.merges.size());
    for (const BpeMerge& merge : model.merges) pairs.emplace_back(merge.left, merge.right);
    std::sort(pairs.begin(), pairs.end());
    if (std::adjacent_find(pairs.begin(), pairs.end()) != pairs.end())
        return damaged("two merges join the same pair");
    return {};
}

Status checkSpecials(const BpeModel& model, IdSet& ids) {
    std::set<std::string_view> texts;
    for (const BpeSpecial& special : model.specials) {
        if (special.text.empty() || special.text.size() > kLongestSpecial || !isUtf8(special.text))
            return damaged("a special token is empty, too long or not UTF-8");
        if (!texts.insert(special.text).second)
            return damaged("the special token " + inQuotes(special.text) + " appears twice");
        if (!ids.add(special.id))
            return damaged("the special token " + inQuotes(special.text) + " has an id that is taken or out of range");
    }
    return {};
}

}  // namespace

Status checkBpeModel(const BpeModel& model) {
    if (model.merges.size() > kMostMerges || model.specials.size() > kMostSpecials)
        return damaged("it has too many merges or special tokens");
    IdSet ids;
    for (const std::uint32_t id : model.byteIds)
        if (!ids.add(id))
            return damaged("a byte's token is taken or out of range");
    PENJING_TRY(checkMerges(model, ids));
    return checkSpecials(model, ids);
}

std::vector<std::byte> serializeBpeModel(const BpeModel& model) {
    ByteWriter out;
    out.bytes(kMagic);
    out.word(static_cast<std::uint32_t>(model.merges.size()));
    out.word(static_cast<std::uint32_t>(model.specials.size()));
    for (const std::uint32_t id : model.byteIds) out.word(id);
    for (const BpeMerge& merge : model.merges) {
        out.word(merge.left);
        out.word(merge.right);
        out.word(merge.result);
    }
    for (const BpeSpecial& special : model.specials) {
        out.word(special.id);
        out.word(static_cast<std::uint32_t>(special.text.size()));
        out.bytes(special.text);
    }
    return out.take();
}

Result<BpeModel> parseBpeModel(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    if (in.bytes(kMagic.size()) != kMagic)
        return modelFileError("its tokenizer is not a qwen2-bpe vocabulary");
    const std::uint32_t merges = in.word();
    const std::uint32_t specials = in.word();
    // Sizes are compared with what is there before anything is allocated for them.
    if (merges > in.left() / 12 || specials > in.left() / 8)
        return damaged("it ends too early");

    BpeModel model;
    for (std::uint32_t& id : model.byteIds) id = in.word();
    model.merges.resize(merges);
    for (BpeMerge& merge : model.merges) {
        merge.left = in.word();
        merge.right = in.word();
        merge.result = in.word();
    }
    for (std::uint32_t i = 0; i < specials && in.good(); ++i) {
        BpeSpecial& special = model.specials.emplace_back();
        special.id = in.word();
        special.text = in.bytes(in.word());
    }
    if (!in.good() || in.left() != 0)
        return damaged("its length does not match its content");
    PENJING_TRY(checkBpeModel(model));
    return model;
}

}  // namespace penjing
