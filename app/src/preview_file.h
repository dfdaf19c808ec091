#pragma once

#include <filesystem>

#include "penjing/image.h"

namespace penjing::cli {

// FILE.preview.png beside a picture that is being drawn; gone again when this object is, or the process dies of SIGBUS.
class PreviewFile {
public:
    explicit PreviewFile(const std::filesystem::path& picture);
    ~PreviewFile();
    PreviewFile(const PreviewFile&) = delete;
    PreviewFile& operator=(const PreviewFile&) = delete;

    // Replaces the file as a whole. A failure is warned about once and does not stop the drawing.
    void write(const Image& image);

private:
    std::filesystem::path path_;
    bool written_ = false;
    bool warned_ = false;
};

}  // namespace penjing::cli
