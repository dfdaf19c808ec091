#pragma once

#include <QWidget>
#include <memory>

namespace penjing::studio {

struct ShortcutGroup;
class HistoryModel;

// Everything made, as a grid with a search box, and the chosen picture in large beside it. Shows a HistoryModel and
// changes nothing but through it; what needs the rest of the window is a signal. Shortcuts while the page has the
// focus: S, Del, Ctrl+Z, Ctrl+C and letters of its buttons; Ctrl+F belongs to the window, which calls focusSearch().
class GalleryPage : public QWidget {
    Q_OBJECT
public:
    // The model must outlive the page.
    explicit GalleryPage(HistoryModel* model, QWidget* parent = nullptr);
    ~GalleryPage() override;

    ShortcutGroup shortcutGroup() const;
    void focusSearch();
    void select(const QString& path);  // makes it the current picture, if it is shown

signals:
    void useSettingsWanted(const QString& path);
    void sameButNewSeedWanted(const QString& path);
    void variationsWanted(const QString& path);
    void verifyWanted(const QString& path);
    void exportWanted(const QStringList& paths);
    void openWanted(const QString& path);  // in large
    void compareWanted(const QString& left, const QString& right);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio
