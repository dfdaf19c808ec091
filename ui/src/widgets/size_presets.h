#pragma once

#include <QCoreApplication>
#include <QList>
#include <QSize>
#include <QString>

#include "penjing/model.h"

namespace penjing::studio {

// One offered picture size.
struct SizePreset {
    Q_DECLARE_TR_FUNCTIONS(SizePreset)
public:
    enum class Shape { Square, Landscape, Portrait, Wide, Tall };
    enum class Effort { Only, Fast, Quality };  // Only: the model draws no other size of this shape
    Shape shape = Shape::Square;
    Effort effort = Effort::Only;
    QSize size;

    QString name() const;  // "Square, fast"
};

// Shapes × fast and quality, as far as the model can draw them; never empty. Quality has the area of the model's
// default size, fast a quarter of it.
QList<SizePreset> sizePresets(const ModelInfo& model);

// The nearest size that the model can draw.
QSize supportedSize(const ModelInfo& model, QSize wanted);
bool hasFreeSizes(const ModelInfo& model);

}  // namespace penjing::studio
