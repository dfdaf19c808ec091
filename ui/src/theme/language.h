#pragma once

#include <QString>
#include <QStringList>

namespace penjing::studio {

QStringList offeredLanguages();             // codes: "en", "de"
QString languageName(const QString& code);  // in itself: "Deutsch"

// Installs the translations for `code` ("": the system's language) into the application. Call before the first widget
// is made: a change takes effect at the next start.
void installLanguage(const QString& code);

}  // namespace penjing::studio
