#pragma once

#include <QWidget>
#include <memory>

namespace penjing::studio {

struct ShortcutGroup;

// Two pictures under a slider (mouse, arrow keys, Home, End) or side by side, with the prompts and what differs in
// their settings below. Pictures of different sizes are scaled to the same place. Reads the files on a thread pool.
class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(QWidget* parent = nullptr);
    ~CompareView() override;

    ShortcutGroup shortcutGroup() const;
    void setPictures(const QString& left, const QString& right);

signals:
    void closeWanted();  // Esc or its button

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio
