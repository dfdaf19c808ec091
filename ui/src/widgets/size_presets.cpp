#include "widgets/size_presets.h"

#include <algorithm>
#include <cmath>

namespace penjing::studio {
namespace {

int supportedSide(const ModelInfo& model, double side) {
    const int multiple = std::max(1, model.sizeMultiple);
    const int low = (std::max(1, model.minSize) + multiple - 1) / multiple * multiple;
    const int high = std::max(low, model.maxSize / multiple * multiple);
    const double bounded = std::clamp(side, double(low), double(high));
    return int(std::lround(bounded / multiple)) * multiple;
}

QSize sizeOf(const ModelInfo& model, double aspect, double area) {
    return {supportedSide(model, std::sqrt(area * aspect)), supportedSide(model, std::sqrt(area / aspect))};
}

bool keepsShape(QSize size, double aspect) {
    const double got = double(size.width()) / size.height();
    return got / aspect < 1.15 && aspect / got < 1.15;
}

QString shapeName(SizePreset::Shape shape) {
    switch (shape) {
        case SizePreset::Shape::Square:
            return SizePreset::tr("Square");
        case SizePreset::Shape::Landscape:
            return SizePreset::tr("Landscape 4:3");
        case SizePreset::Shape::Portrait:
            return SizePreset::tr("Portrait 3:4");
        case SizePreset::Shape::Wide:
            return SizePreset::tr("Wide 16:9");
        case SizePreset::Shape::Tall:
            return SizePreset::tr("Tall 9:16");
    }
    return {};
}

}  // namespace

QString SizePreset::name() const {
    switch (effort) {
        case Effort::Fast:
            return tr("%1, fast").arg(shapeName(shape));
        case Effort::Quality:
            return tr("%1, quality").arg(shapeName(shape));
        case Effort::Only:
            break;
    }
    return shapeName(shape);
}

QList<SizePreset> sizePresets(const ModelInfo& model) {
    using Shape = SizePreset::Shape;
    using Effort = SizePreset::Effort;
    static constexpr std::pair<Shape, double> shapes[] = {{Shape::Square, 1.0},
                                                          {Shape::Landscape, 4.0 / 3.0},
                                                          {Shape::Portrait, 3.0 / 4.0},
                                                          {Shape::Wide, 16.0 / 9.0},
                                                          {Shape::Tall, 9.0 / 16.0}};
    const double area = double(std::max(1, model.defaultWidth)) * std::max(1, model.defaultHeight);
    QList<SizePreset> presets;
    for (const auto& [shape, aspect] : shapes) {
        const QSize quality = sizeOf(model, aspect, area);
        const QSize fast = sizeOf(model, aspect, area / 4.0);
        const bool qualityFits = keepsShape(quality, aspect);
        const bool fastFits = keepsShape(fast, aspect) && fast.width() < quality.width();
        if (qualityFits) {
            presets.append({shape, fastFits ? Effort::Quality : Effort::Only, quality});
        }
        if (fastFits) {
            presets.append({shape, qualityFits ? Effort::Fast : Effort::Only, fast});
        }
    }
    if (presets.isEmpty()) {
        presets.append({Shape::Square, Effort::Only, {model.defaultWidth, model.defaultHeight}});
    }
    return presets;
}

QSize supportedSize(const ModelInfo& model, QSize wanted) {
    return {supportedSide(model, wanted.width()), supportedSide(model, wanted.height())};
}

bool hasFreeSizes(const ModelInfo& model) {
    return model.maxSize - model.minSize >= std::max(1, model.sizeMultiple);
}

}  // namespace penjing::studio
