#pragma once

#include <QCache>
#include <QPixmap>
#include <QStyledItemDelegate>

namespace penjing::studio {

// Paints a picture of a HistoryModel: thumbnail with round corners, star, two lines of prompt. All cells are alike.
class PictureDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit PictureDelegate(QObject* parent = nullptr);

    static QSize smallestCell(const QFontMetrics& metrics);
    void setCell(QSize cell) { cell_ = cell; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QPixmap scaled(const QImage& thumbnail, qreal ratio) const;

    QSize cell_;
    mutable QCache<qint64, QPixmap> pixmaps_;  // thumbnails at the size they are painted; cost in bytes
};

}  // namespace penjing::studio
