#include "synth/tokenizer_model.h"

#include <bit>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "tokenizer/bpe_model.h"

namespace penjing {
namespace {

// Field numbers and enumerators of sentencepiece_model.proto.
enum class PieceType { Normal = 1, Unknown = 2, Control = 3, Byte = 6 };

// Protocol buffers wire format: https://protobuf.dev/programming-guides/encoding/
class ProtoWriter {
public:
    void varint(int field, std::uint64_t value) {
        raw(static_cast<std::uint64_t>(field) << 3 | 0);
        raw(value);
    }
    void fixed32(int field, float value) {
        raw(static_cast<std::uint64_t>(field) << 3 | 5);
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (unsigned i = 0; i < 4; ++i) bytes_ += static_cast<char>(bits >> (8 * i));
    }
    void bytes(int field, std::string_view value) {
        raw(static_cast<std::uint64_t>(field) << 3 | 2);
        raw(value.size());
        bytes_ += value;
    }
    const std::string& text() const { return bytes_; }

private:
    void raw(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_ += static_cast<char>(value | 0x80);
            value >>= 7;
        }
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

void addPiece(ProtoWriter& model, std::string_view piece, float score, PieceType type) {
    ProtoWriter message;
    message.bytes(1, piece);
    message.fixed32(2, score);
    message.varint(3, static_cast<std::uint64_t>(type));
    model.bytes(1, message.text());
}

void addPieces(ProtoWriter& model) {
    addPiece(model, "<pad>", 0.0f, PieceType::Control);
    addPiece(model, "<unk>", 0.0f, PieceType::Unknown);
    addPiece(model, "<s>", 0.0f, PieceType::Control);
    addPiece(model, "</s>", 0.0f, PieceType::Control);
    for (unsigned byte = 0; byte < 256; ++byte) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", byte);
        addPiece(model, name, -20.0f, PieceType::Byte);
    }
    addPiece(model, "\xe2\x96\x81", -2.0f, PieceType::Normal);  // U+2581, a space
    for (char c = '!'; c <= '~'; ++c) addPiece(model, std::string_view(&c, 1), -3.0f, PieceType::Normal);
}

}  // namespace

std::string byteTokenizerModel() {
    ProtoWriter model;
    addPieces(model);

    ProtoWriter trainer;
    trainer.varint(3, 1);    // model_type: unigram
    trainer.varint(4, 355);  // vocab_size
    trainer.varint(35, 1);   // byte_fallback
    trainer.varint(40, 1);   // unk_id
    trainer.varint(41, 2);   // bos_id
    trainer.varint(42, 3);   // eos_id
    trainer.varint(43, 0);   // pad_id
    model.bytes(2, trainer.text());

    ProtoWriter normalizer;
    normalizer.bytes(1, "identity");
    normalizer.varint(3, 1);  // add_dummy_prefix
    normalizer.varint(4, 1);  // remove_extra_whitespaces
    normalizer.varint(5, 1);  // escape_whitespaces
    model.bytes(3, normalizer.text());
    return model.text();
}

std::vector<std::byte> byteBpeModel() {
    BpeModel model;
    for (std::uint32_t byte = 0; byte < 256; ++byte) model.byteIds[byte] = byte;
    std::uint32_t id = 256;
    for (const char* text : {"<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"})
        model.specials.push_back({id++, text});
    return serializeBpeModel(model);
}

}  // namespace penjing
