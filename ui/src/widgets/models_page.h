#pragma once

#include <QWidget>

class QListView;

namespace penjing::studio {

class ModelDelegate;
class ModelDetails;
class ModelLibrary;

// The models: a list, and the chosen one in detail. Files and folders may be dropped anywhere on the window.
class ModelsPage : public QWidget {
    Q_OBJECT
public:
    explicit ModelsPage(ModelLibrary* library, QWidget* parent = nullptr);

    void setCurrentModel(const QString& path);  // the one in use

signals:
    void useWanted(const QString& path);
    void addWanted();
    void wordChosen(const QString& word);
    void problem(const QString& sentence);

private:
    QWidget* makeList();
    void showSelected();
    void selectPath(const QString& path);
    void remove(const QString& path);

    ModelLibrary* library_;
    QListView* list_;
    ModelDelegate* delegate_;
    ModelDetails* details_;
    QString currentPath_;   // in use
    QString selectedPath_;  // in the list
};

}  // namespace penjing::studio
