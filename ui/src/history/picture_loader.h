#pragma once

#include <QImage>
#include <QObject>
#include <QSize>
#include <QThreadPool>

namespace penjing::studio {

// Reads one picture after the other on a thread of its own; only the one asked for last is reported. UI thread.
class PictureLoader : public QObject {
    Q_OBJECT
public:
    explicit PictureLoader(QObject* parent = nullptr);
    ~PictureLoader() override;

    // loaded follows, with a null image if the file cannot be read. Scaled down to fit into `bound` (device pixels).
    void load(const QString& path, QSize bound);
    void cancel();

signals:
    void loaded(const QString& path, const QImage& image);

private:
    quint64 latest_ = 0;
    QThreadPool pool_;
};

}  // namespace penjing::studio
