#include "widgets/text_format.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "core/job.h"

namespace penjing::studio {
namespace {

class TextFormat {
    Q_DECLARE_TR_FUNCTIONS(TextFormat)
};

}  // namespace

QString secondsText(double seconds) {
    const QLocale locale;
    if (seconds < 9.95) {
        return TextFormat::tr("%1 s").arg(locale.toString(std::max(seconds, 0.0), 'f', 1));
    }
    if (seconds < 99.5) {
        return TextFormat::tr("%1 s").arg(locale.toString(std::lround(seconds)));
    }
    return TextFormat::tr("%1 min").arg(locale.toString(std::lround(seconds / 60.0)));
}

QString bytesText(quint64 bytes) {
    const bool large = bytes >= quint64(1000) * 1000 * 1000;
    return QLocale().formattedDataSize(qint64(bytes), large ? 1 : 0, QLocale::DataSizeSIFormat);
}

QString estimateText(const RunEstimate& estimate, int pictures) {
    if (!estimate.fits) {
        const QString need = TextFormat::tr("Needs %1 of memory, %2 are free.")
                                 .arg(bytesText(estimate.peakBytes), bytesText(estimate.availableBytes));
        return estimate.largestSide ? need + ' ' + TextFormat::tr("%1 × %1 would fit.").arg(*estimate.largestSide)
                                    : need + ' ' + TextFormat::tr("Close other programs, or choose a smaller model.");
    }
    const QString memory =
        TextFormat::tr("memory %1 of %2 free").arg(bytesText(estimate.peakBytes), bytesText(estimate.availableBytes));
    const QString text = secondsText(estimate.textSeconds);
    const QString drawing = secondsText(estimate.drawingSeconds);
    const QString decoding = secondsText(estimate.decodeSeconds);
    if (pictures <= 1) {
        return TextFormat::tr("About %1: text %2, drawing %3, decoding %4")
                   .arg(secondsText(estimate.totalSeconds()), text, drawing, decoding) +
               " · " + memory;
    }
    // The text is encoded once for all of them.
    const double all = estimate.textSeconds + pictures * (estimate.drawingSeconds + estimate.decodeSeconds);
    return TextFormat::tr("%1 pictures in about %2: text %3, then drawing %4 and decoding %5 each")
               .arg(QString::number(pictures), secondsText(all), text, drawing, decoding) +
           " · " + memory;
}

QString progressText(const JobProgress& progress) {
    QString text;
    switch (progress.phase) {
        case Phase::Text:
            return TextFormat::tr("Reading the prompt");
        case Phase::Decode:
            return TextFormat::tr("Decoding");
        case Phase::Denoise:
            text = TextFormat::tr("Drawing, step %1 of %2").arg(progress.step).arg(progress.steps);
            break;
    }
    if (progress.remainingSeconds >= 0.0) {
        text += ", " + TextFormat::tr("about %1 left").arg(secondsText(progress.remainingSeconds));
    }
    return text;
}

int progressPermille(const JobProgress& progress) {
    if (progress.remainingSeconds >= 0.0 && progress.elapsedSeconds > 0.0) {
        const double all = progress.elapsedSeconds + progress.remainingSeconds;
        return int(1000.0 * progress.elapsedSeconds / all);
    }
    if (progress.phase == Phase::Text) {
        return 10;
    }
    const int share = progress.steps > 0 ? 930 * progress.step / progress.steps : 0;
    return progress.phase == Phase::Decode ? 950 : 20 + share;
}

}  // namespace penjing::studio
