#include "theme/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace penjing::studio {

QStringList offeredLanguages() {
    return {"en", "de"};
}

QString languageName(const QString& code) {
    return QLocale(code).nativeLanguageName().section(' ', -1);
}

void installLanguage(const QString& code) {
    const QLocale locale = code.isEmpty() ? QLocale::system() : QLocale(code);
    QLocale::setDefault(locale);
    auto* own = new QTranslator(qApp);
    // English has plurals to translate, too, and is what a language without translations falls back to.
    if (own->load(locale, "penjing", "_", ":/translations") || own->load("penjing_en", ":/translations")) {
        QCoreApplication::installTranslator(own);
    }
    // The buttons of Qt's own dialogs, where Qt's translations are installed.
    auto* qtBase = new QTranslator(qApp);
    if (qtBase->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(qtBase);
    }
}

}  // namespace penjing::studio
