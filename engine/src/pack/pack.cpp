#include "pack/pack.h"

#include <exception>
#include <unordered_map>

#include "pack/error_text.h"
#include "pack/mapped_file.h"
#include "pack/pack_contents.h"
#include "pack/sha256.h"

namespace penjing {

struct Pack::Impl {
    Impl(MappedFile mapped, std::filesystem::path where, PackContents parsed)
        : file(std::move(mapped)), path(std::move(where)), contents(std::move(parsed)) {
        for (const PackTensor& tensor : contents.tensors) byName.emplace(tensor.name, &tensor);
    }

    const PackTensor* find(std::string_view name) const {
        const auto found = byName.find(name);
        return found == byName.end() ? nullptr : found->second;
    }

    MappedFile file;
    std::filesystem::path path;
    const PackContents contents;
    std::unordered_map<std::string_view, const PackTensor*> byName;  // into contents
};

namespace {

Error fileError(const std::filesystem::path& path, const std::string& problem) {
    return modelFileError(path.string() + ": " + problem);
}

// The tokenizer is parsed by a library that expects well-formed input, so its bytes are checked at once;
// everything else waits for verify().
Status checkTokenizerHash(const PackContents& contents) {
    for (const PackTensor& tensor : contents.tensors)
        if (tensor.name == "tokenizer.model" && sha256Of(tensor.data) != tensor.sha256)
            return modelFileError("tensor \"tokenizer.model\": its data does not have the recorded SHA-256 (damaged)");
    return {};
}

}  // namespace

Pack::Pack(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pack::~Pack() = default;

Result<std::shared_ptr<const Pack>> Pack::open(const std::filesystem::path& path) {
    try {
        Result<MappedFile> file = MappedFile::open(path);
        if (!file)
            return fileError(path, file.error().message);
        Result<PackContents> contents = parsePack(file->bytes());
        if (!contents)
            return fileError(path, contents.error().message);
        if (Status status = checkTokenizerHash(*contents); !status)
            return fileError(path, status.error().message);
        return std::shared_ptr<const Pack>(
            new Pack(std::make_unique<Impl>(std::move(*file), path, std::move(*contents))));
    } catch (const std::exception&) {  // only bad_alloc is left
        return Error{ErrorCode::Memory, path.string() + ": not enough memory to read the header"};
    }
}

const ModelConfig& Pack::config() const {
    return impl_->contents.config;
}
const std::string& Pack::name() const {
    return impl_->contents.name;
}
const std::string& Pack::license() const {
    return impl_->contents.license;
}
const std::string& Pack::attribution() const {
    return impl_->contents.attribution;
}
const std::filesystem::path& Pack::path() const {
    return impl_->path;
}
std::size_t Pack::fileBytes() const {
    return impl_->file.bytes().size();
}
const std::vector<PackTensor>& Pack::tensors() const {
    return impl_->contents.tensors;
}

Weight Pack::weight(std::string_view name) const {
    const PackTensor* tensor = impl_->find(name);
    if (!tensor)
        return {};
    return {tensor->format, tensor->n, tensor->k, tensor->data.data()};
}

const float* Pack::vector(std::string_view name) const {
    const PackTensor* tensor = impl_->find(name);
    // 64-byte aligned and checked to be F32, so it may be read in place.
    return tensor && tensor->dtype == "F32" ? reinterpret_cast<const float*>(tensor->data.data()) : nullptr;
}

std::span<const std::byte> Pack::bytes(std::string_view name) const {
    const PackTensor* tensor = impl_->find(name);
    return tensor ? tensor->data : std::span<const std::byte>();
}

bool Pack::has(std::string_view name) const {
    return impl_->find(name) != nullptr;
}

Status Pack::verify() const {
    for (const PackTensor& tensor : tensors()) {
        PENJING_TRY(checkStillThere());
        if (sha256Of(tensor.data) != tensor.sha256)
            return fileError(impl_->path, "tensor " + inQuotes(tensor.name) +
                                              ": its data does not have the recorded SHA-256 (damaged)");
        impl_->file.giveBack(tensor.data);  // a check of the whole file need not hold the whole file
    }
    return {};
}

std::string Pack::modelHash() const {
    Sha256 hash;
    for (const PackTensor& tensor : tensors()) hash.update(std::as_bytes(std::span(tensor.sha256)));
    return hash.finish();
}

void Pack::giveBackPages(std::string_view prefix) const {
    const std::byte* begin = nullptr;
    const std::byte* end = nullptr;
    // Neighbours are given back together, so that a page shared by two of them goes too.
    for (const PackTensor& tensor : tensors()) {
        if (!std::string_view(tensor.name).starts_with(prefix))
            continue;
        const std::byte* data = tensor.data.data();
        if (!begin || data > end + kPackAlignment) {
            if (begin)
                impl_->file.giveBack({begin, end});
            begin = data;
        }
        end = data + tensor.data.size();
    }
    if (begin)
        impl_->file.giveBack({begin, end});
}

Status Pack::checkStillThere() const {
    if (impl_->file.unchanged())
        return {};
    return fileError(impl_->path, "the file changed while it was in use");
}

}  // namespace penjing
