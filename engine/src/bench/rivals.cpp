#include "bench/rivals.h"

#include <dlfcn.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace penjing {
namespace {

// Of oneDNN 2's C interface (oneapi/dnnl/dnnl_types.h); its headers are not needed to build.
constexpr int kF32 = 3, kS8 = 5, kU8 = 6;
constexpr int kTagAny = 1, kTagRowMajor = 3;
constexpr int kCpu = 1, kInOrder = 1;
constexpr int kQueryWeights = 131;
constexpr int kArgSource = 1, kArgDestination = 17, kArgWeights = 33;
void* const kAllocate = reinterpret_cast<void*>(static_cast<std::uintptr_t>(-1));

// Descriptors are plain structures of 696 and 2800 bytes in version 2.6; room for their later growth.
struct alignas(64) Descriptor {
    std::array<std::byte, 8192> bytes{};
};

struct ExecuteArgument {
    int index;
    void* memory;
};

}  // namespace

struct OneDnnRival::Library {
    void* handle = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL);
    bool complete = handle != nullptr;

    template <class Function>
    void load(Function& function, const char* name) {
        function = handle == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(handle, name));
        complete = complete && function != nullptr;
    }

    int (*engineCreate)(void**, int kind, std::size_t index) = nullptr;
    int (*engineDestroy)(void*) = nullptr;
    int (*streamCreate)(void**, void* engine, unsigned flags) = nullptr;
    int (*streamDestroy)(void*) = nullptr;
    int (*streamWait)(void*) = nullptr;
    int (*memoryDescInit)(void*, int dims, const std::int64_t*, int type, int tag) = nullptr;
    std::size_t (*memoryDescSize)(const void*) = nullptr;
    int (*memoryCreate)(void**, const void* desc, void* engine, void* data) = nullptr;
    int (*memoryData)(const void*, void** data) = nullptr;
    int (*memoryDestroy)(void*) = nullptr;
    int (*matmulInit)(void*, const void* src, const void* weights, const void* bias, const void* dst) = nullptr;
    int (*attributesCreate)(void**) = nullptr;
    int (*attributesScales)(void*, std::int64_t count, int mask, const float*) = nullptr;
    int (*attributesDestroy)(void*) = nullptr;
    int (*primitiveDescCreate)(void**, const void*, const void* attributes, void* engine, const void*) = nullptr;
    const void* (*primitiveDescQuery)(const void*, int what, int index) = nullptr;
    int (*primitiveDescDestroy)(void*) = nullptr;
    int (*primitiveCreate)(void**, const void* desc) = nullptr;
    int (*primitiveExecute)(const void*, void* stream, int, const ExecuteArgument*) = nullptr;
    int (*primitiveDestroy)(void*) = nullptr;

    Library() {
        load(engineCreate, "dnnl_engine_create");
        load(engineDestroy, "dnnl_engine_destroy");
        load(streamCreate, "dnnl_stream_create");
        load(streamDestroy, "dnnl_stream_destroy");
        load(streamWait, "dnnl_stream_wait");
        load(memoryDescInit, "dnnl_memory_desc_init_by_tag");
        load(memoryDescSize, "dnnl_memory_desc_get_size");
        load(memoryCreate, "dnnl_memory_create");
        load(memoryData, "dnnl_memory_get_data_handle");
        load(memoryDestroy, "dnnl_memory_destroy");
        load(matmulInit, "dnnl_matmul_desc_init");
        load(attributesCreate, "dnnl_primitive_attr_create");
        load(attributesScales, "dnnl_primitive_attr_set_output_scales");
        load(attributesDestroy, "dnnl_primitive_attr_destroy");
        load(primitiveDescCreate, "dnnl_primitive_desc_create");
        load(primitiveDescQuery, "dnnl_primitive_desc_query_md");
        load(primitiveDescDestroy, "dnnl_primitive_desc_destroy");
        load(primitiveCreate, "dnnl_primitive_create");
        load(primitiveExecute, "dnnl_primitive_execute");
        load(primitiveDestroy, "dnnl_primitive_destroy");
    }
    // Not closed again: its thread pool would be left without code.
};

struct OneDnnRival::Objects {
    void *engine = nullptr, *stream = nullptr, *attributes = nullptr, *description = nullptr, *primitive = nullptr;
    void *source = nullptr, *weights = nullptr, *destination = nullptr;
};

OneDnnRival::OneDnnRival() : library_(std::make_unique<Library>()), objects_(std::make_unique<Objects>()) {}

std::unique_ptr<OneDnnRival> OneDnnRival::create(int m, int k, int n) {
    std::unique_ptr<OneDnnRival> rival(new OneDnnRival());
    if (!rival->library_->complete || !rival->prepare(m, k, n))
        return nullptr;
    return rival;
}

bool OneDnnRival::prepare(int m, int k, int n) {
    const Library& dnnl = *library_;
    Objects& o = *objects_;
    const std::int64_t sourceDims[2] = {m, k}, weightDims[2] = {k, n}, destinationDims[2] = {m, n};
    Descriptor source, weights, destination, matmul;
    const std::vector<float> scales(static_cast<std::size_t>(n), 0.01f);
    constexpr int kPerColumn = 1 << 1;
    if (dnnl.engineCreate(&o.engine, kCpu, 0) != 0 || dnnl.streamCreate(&o.stream, o.engine, kInOrder) != 0 ||
        dnnl.memoryDescInit(source.bytes.data(), 2, sourceDims, kU8, kTagRowMajor) != 0 ||
        dnnl.memoryDescInit(weights.bytes.data(), 2, weightDims, kS8, kTagAny) != 0 ||
        dnnl.memoryDescInit(destination.bytes.data(), 2, destinationDims, kF32, kTagRowMajor) != 0 ||
        dnnl.matmulInit(matmul.bytes.data(), source.bytes.data(), weights.bytes.data(), nullptr,
                        destination.bytes.data()) != 0 ||
        dnnl.attributesCreate(&o.attributes) != 0 ||
        dnnl.attributesScales(o.attributes, n, kPerColumn, scales.data()) != 0 ||
        dnnl.primitiveDescCreate(&o.description, matmul.bytes.data(), o.attributes, o.engine, nullptr) != 0 ||
        dnnl.primitiveCreate(&o.primitive, o.description) != 0)
        return false;
    const void* chosen = dnnl.primitiveDescQuery(o.description, kQueryWeights, 0);
    const auto allocate = [&](void** memory, const void* description) {
        void* data = nullptr;
        if (description == nullptr || dnnl.memoryCreate(memory, description, o.engine, kAllocate) != 0 ||
            dnnl.memoryData(*memory, &data) != 0 || data == nullptr)
            return false;
        std::memset(data, 1, dnnl.memoryDescSize(description));
        return true;
    };
    return allocate(&o.source, source.bytes.data()) && allocate(&o.weights, chosen) &&
           allocate(&o.destination, destination.bytes.data());
}

void OneDnnRival::multiply() {
    const ExecuteArgument arguments[3] = {
        {kArgSource, objects_->source}, {kArgWeights, objects_->weights}, {kArgDestination, objects_->destination}};
    library_->primitiveExecute(objects_->primitive, objects_->stream, 3, arguments);
    library_->streamWait(objects_->stream);
}

OneDnnRival::~OneDnnRival() {
    const Library& dnnl = *library_;
    const auto destroy = [](int (*destroyer)(void*), void* object) {
        if (object != nullptr)
            destroyer(object);
    };
    destroy(dnnl.memoryDestroy, objects_->source);
    destroy(dnnl.memoryDestroy, objects_->weights);
    destroy(dnnl.memoryDestroy, objects_->destination);
    destroy(dnnl.primitiveDestroy, objects_->primitive);
    destroy(dnnl.primitiveDescDestroy, objects_->description);
    destroy(dnnl.attributesDestroy, objects_->attributes);
    destroy(dnnl.streamDestroy, objects_->stream);
    destroy(dnnl.engineDestroy, objects_->engine);
}

}  // namespace penjing
