#pragma once

#include <QDateTime>
#include <QString>

#include "core/draw_settings.h"

namespace penjing::studio {

// A file name (without folder, with ".png") from a pattern of text and {prompt}, {seed}, {date}, {time}, {steps},
// {size}, {model}. Never empty, no character that Windows or Linux forbids, at most 120 bytes.
QString pictureName(const QString& pattern, const DrawSettings& settings, const QString& modelName,
                    const QDateTime& now);

// `folder`/`name`, or with " (2)", " (3)", … before the suffix where that is taken, on disk or in `taken`.
QString freePath(const QString& folder, const QString& name, const QStringList& taken = {});

}  // namespace penjing::studio
