#include "preview_file.h"

#include <system_error>

#include "console.h"
#include "crash_guard.h"
#include "output_name.h"

namespace penjing::cli {
namespace {

Status writePng(const Image& image, const std::filesystem::path& path) {
    const auto png = encodePng(image, nullptr);
    if (!png)
        return png.error();
    return writeFileAtomically(path, *png);
}

}  // namespace

PreviewFile::PreviewFile(const std::filesystem::path& picture) : path_(previewName(picture)) {}

PreviewFile::~PreviewFile() {
    if (!written_)
        return;
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    removeOnCrash({});
}

void PreviewFile::write(const Image& image) {
    if (warned_)
        return;
    if (const Status status = writePng(image, path_); !status) {
        warn("no preview: " + status.error().message);
        warned_ = true;
        return;
    }
    written_ = true;
    removeOnCrash(path_);
}

}  // namespace penjing::cli
