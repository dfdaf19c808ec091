#pragma once

#include <QString>

#include "core/run_estimate.h"
#include "penjing/pipeline.h"

namespace penjing::studio {

struct JobProgress;

QString secondsText(double seconds);  // "0.6 s", "12 s", "3 min"
QString bytesText(quint64 bytes);     // "19 MB"
QString estimateText(const RunEstimate& estimate, int pictures);
QString progressText(const JobProgress& progress);  // "Drawing, step 3 of 16, about 4 s left"
// Share of the work that is done, 0..1000.
int progressPermille(const JobProgress& progress);

}  // namespace penjing::studio
