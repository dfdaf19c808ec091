#pragma once

#include <QWidget>

#include "core/model_library.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace penjing::studio {

// Everything about one model, what it can draw with a search in it, and what can be done with it.
class ModelDetails : public QWidget {
    Q_OBJECT
public:
    explicit ModelDetails(QWidget* parent = nullptr);

    void showModel(const LibraryModel& model, bool inUse);
    void setVerdict(const QString& sentence, bool good);

signals:
    void useWanted(const QString& path);
    void verifyWanted(const QString& path);
    void removeWanted(const QString& path);
    void wordChosen(const QString& word);

private:
    QWidget* makeButtons();
    QWidget* makeVocabulary();
    void fillFacts();
    void fillVocabulary();

    LibraryModel model_;
    QLabel* title_;
    QLabel* problem_;
    QFormLayout* facts_;
    QPushButton* use_;
    QPushButton* verify_;
    QPushButton* remove_;
    QLabel* verdict_;
    QLabel* canDraw_;
    QLineEdit* search_;
    QListWidget* words_;
};

}  // namespace penjing::studio
