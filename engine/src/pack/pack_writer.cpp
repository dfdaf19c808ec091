#include "pack/pack_writer.h"

#include <array>
#include <nlohmann/json.hpp>

#include "pack/pack_contents.h"
#include "pack/safetensors.h"
#include "pack/weight_format.h"

namespace penjing {
namespace {

using nlohmann::ordered_json;
using Shape = std::vector<std::size_t>;

std::size_t paddingAfter(std::size_t bytes) {
    return (kPackAlignment - bytes % kPackAlignment) % kPackAlignment;
}

std::string dtypeOf(WeightFormat format) {
    switch (format) {
        case WeightFormat::BF16:
            return "BF16";
        case WeightFormat::F16:
            return "F16";
        case WeightFormat::F32:
            return "F32";
        default:
            return "U8";
    }
}

ordered_json entry(const std::string& dtype, const Shape& shape, std::size_t begin, std::size_t bytes) {
    return {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {begin, begin + bytes}}};
}

std::string dumped(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json metadataJson(const PackDescription& description, const std::vector<TensorPlan>& plans,
                          const std::map<std::string, std::string>& hashes) {
    ordered_json layouts = ordered_json::object();
    ordered_json digests = ordered_json::object();
    const std::string notYet(64, '0');  // as long as a hash, so that the header keeps its length
    for (const TensorPlan& plan : plans) {
        if (plan.layout)
            layouts[plan.name] = {{"format", formatName(*plan.layout)}, {"shape", plan.logical}};
        const auto hash = hashes.find(plan.name);
        digests[plan.name] = hash == hashes.end() ? notYet : hash->second;
    }
    return {{"penjing.format", kPackFormatVersion},
            {"penjing.name", description.name},
            {"penjing.license", description.license},
            {"penjing.attribution", description.attribution},
            {"penjing.config", toJson(description.config)},
            {"penjing.tensors", dumped(layouts)},
            {"penjing.sha256", dumped(digests)}};
}

}  // namespace

TensorPlan planTensor(const TensorSpec& spec, WeightFormat format, std::size_t bytes) {
    const auto n = static_cast<std::size_t>(spec.n);
    const auto k = static_cast<std::size_t>(spec.k);
    const auto kernel = static_cast<std::size_t>(spec.kernel);
    TensorPlan plan;
    plan.name = spec.name;
    plan.dtype = dtypeOf(format);
    switch (spec.kind) {
        case TensorKind::Bytes:
            plan.dtype = "U8";
            plan.shape = {bytes};
            break;
        case TensorKind::Vector:
            plan.dtype = "F32";
            plan.shape = {n};
            break;
        case TensorKind::Conv:
            plan.shape = plan.logical = {n, kernel, kernel, k};
            plan.layout = format;
            break;
        case TensorKind::Dense:
        case TensorKind::LowBit:
            plan.shape = {n, k};
            if (isLowBit(format)) {
                plan.shape = {tileRows(spec.n), k / kGroupSize, tileBytes(format)};
                plan.logical = {n, k};
                plan.layout = format;
            }
            break;
    }
    plan.bytes = dtypeBytes(plan.dtype);
    for (const std::size_t dimension : plan.shape) plan.bytes *= dimension;
    return plan;
}

PackWriter::PackWriter(OutputFile file, PackDescription description, std::vector<TensorPlan> plans)
    : file_(std::move(file)), description_(std::move(description)), plans_(std::move(plans)) {}

Result<PackWriter> PackWriter::create(const std::filesystem::path& path, PackDescription description,
                                      std::vector<TensorPlan> plans) {
    Result<OutputFile> file = OutputFile::create(path);
    if (!file)
        return file.error();
    PackWriter writer(std::move(*file), std::move(description), std::move(plans));
    const std::string header = writer.headerText();
    PENJING_TRY(writer.file_.append(std::as_bytes(std::span(header))));
    writer.fileBytes_ = writer.headerBytes_ = header.size();
    for (const TensorPlan& plan : writer.plans_) writer.fileBytes_ += plan.bytes + paddingAfter(plan.bytes);
    return writer;
}

// Length and JSON, padded with spaces to a multiple of 64, and to the length that the first one had.
std::string PackWriter::headerText() const {
    ordered_json root{{"__metadata__", metadataJson(description_, plans_, hashes_)}};
    std::size_t offset = 0, paddings = 0;
    for (const TensorPlan& plan : plans_) {
        root[plan.name] = entry(plan.dtype, plan.shape, offset, plan.bytes);
        offset += plan.bytes;
        if (const std::size_t padding = paddingAfter(plan.bytes)) {
            const std::string name = std::string(kPaddingPrefix) + std::to_string(paddings++);
            root[name] = entry("U8", {padding}, offset, padding);
            offset += padding;
        }
    }
    std::string json = dumped(root);
    json.append(paddingAfter(8 + json.size()), ' ');
    if (8 + json.size() < headerBytes_)
        json.resize(headerBytes_ - 8, ' ');
    std::string text;
    for (unsigned i = 0; i < 8; ++i) text += static_cast<char>(static_cast<std::uint64_t>(json.size()) >> (8 * i));
    return text + json;
}

Status PackWriter::append(std::span<const std::byte> bytes) {
    if (current_ == plans_.size() || bytes.size() > plans_[current_].bytes - currentBytes_)
        return Error{ErrorCode::Internal, "more data than the tensor was planned to have"};
    hash_.update(bytes);
    PENJING_TRY(file_.append(bytes));
    currentBytes_ += bytes.size();
    return currentBytes_ == plans_[current_].bytes ? completeTensor() : Status();
}

Status PackWriter::completeTensor() {
    hashes_[plans_[current_].name] = hash_.finish();
    constexpr std::array<std::byte, kPackAlignment> kZeros{};
    PENJING_TRY(file_.append(std::span(kZeros).first(paddingAfter(currentBytes_))));
    ++current_;
    currentBytes_ = 0;
    return {};
}

Status PackWriter::writeHeader() {
    if (current_ != plans_.size())
        return Error{ErrorCode::Internal, "a pack was finished before all its tensors were written"};
    const std::string header = headerText();
    if (header.size() != headerBytes_)
        return Error{ErrorCode::Internal, "a pack's header became longer than the place that it has"};
    return file_.overwrite(0, std::as_bytes(std::span(header)));
}

Result<std::shared_ptr<const Pack>> PackWriter::openWritten() {
    PENJING_TRY(writeHeader());
    return Pack::open(file_.temporary());
}

Status PackWriter::finish() {
    PENJING_TRY(writeHeader());
    return file_.commit();
}

}  // namespace penjing
