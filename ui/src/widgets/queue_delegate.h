#pragma once

#include <QImage>
#include <QStyledItemDelegate>

namespace penjing::studio {

// A job of the queue: picture so far or the icon of its state, prompt, and what it waits for.
class QueueDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setPreview(const QString& jobId, const QImage& preview);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString jobId_;
    QImage preview_;
};

QString jobStateText(const QModelIndex& job);

}  // namespace penjing::studio
