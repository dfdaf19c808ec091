#pragma once

#include <QListView>

namespace penjing::studio {

// One row of small pictures, scrolled sideways; click or arrow keys choose, dragging carries the file out.
class SessionStrip : public QListView {
    Q_OBJECT
public:
    explicit SessionStrip(QWidget* parent = nullptr);

    void step(int by);  // chooses the one before or after

signals:
    void chosen(int row);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void wheelEvent(QWheelEvent* event) override;
    QSize sizeHint() const override { return {400, 92}; }
};

}  // namespace penjing::studio
