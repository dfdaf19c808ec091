#pragma once

#include <QMetaType>
#include <QStringList>
#include <QtGlobal>
#include <optional>

namespace penjing::studio {

// What a picture is expected to take, before it is drawn.
struct RunEstimate {
    double textSeconds = 0.0;
    double drawingSeconds = 0.0;  // all steps
    double decodeSeconds = 0.0;
    bool measured = false;  // from runs of this model on this machine; otherwise worked out from a short measurement
    quint64 peakBytes = 0;
    quint64 availableBytes = 0;
    bool fits = true;
    std::optional<int> largestSide;  // of a square that would fit, if this does not
    QStringList unknownWords;        // of the prompt: the model was never shown them

    double totalSeconds() const { return textSeconds + drawingSeconds + decodeSeconds; }
};

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::RunEstimate)
