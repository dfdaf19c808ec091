#pragma once

#include <QWidget>

#include "penjing/model.h"
#include "widgets/shown_picture.h"

class QHBoxLayout;
class QLabel;

namespace penjing::studio {

// What the canvas shows before the first picture: a line of help, prompts to try and four sample pictures.
class WelcomePanel : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePanel(QWidget* parent = nullptr);

    void setModel(const ModelInfo& model);

signals:
    void promptChosen(const QString& prompt);
    void sampleChosen(const penjing::studio::ShownPicture& sample);

private:
    QWidget* makeSamples();

    QLabel* hint_;
    QHBoxLayout* prompts_;
};

}  // namespace penjing::studio
