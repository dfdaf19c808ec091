#pragma once

#include <QImage>
#include <QMimeData>
#include <QStringList>

namespace penjing::studio {

// Pictures for the clipboard and for dragging out: as files, and a single one also as an image, which is only read if
// the receiver wants that.
class PictureMime : public QMimeData {
    Q_OBJECT
public:
    explicit PictureMime(const QStringList& paths);

    QStringList formats() const override;
    bool hasFormat(const QString& type) const override;

protected:
    QVariant retrieveData(const QString& type, QMetaType wanted) const override;

private:
    QString single_;  // path; empty if there are several
    mutable QImage image_;
};

}  // namespace penjing::studio
