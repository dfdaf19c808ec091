#include "theme/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

QColor colorOf(IconTint tint) {
    const ThemeColors& colors = themeColors();
    switch (tint) {
        case IconTint::Text:
            return colors.text;
        case IconTint::Muted:
            return colors.muted;
        case IconTint::Accent:
            return colors.accent;
        case IconTint::OnAccent:
            return colors.onAccent;
        case IconTint::Danger:
            return colors.danger;
    }
    return colors.text;
}

class SvgIconEngine : public QIconEngine {
public:
    SvgIconEngine(QByteArray svg, IconTint tint) : svg_(std::move(svg)), tint_(tint) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QColor color = colorOf(tint_);
        if (mode == QIcon::Disabled) {
            color = themeColors().muted;
            painter->setOpacity(painter->opacity() * 0.55);
        } else if (mode == QIcon::Selected && tint_ == IconTint::Text) {
            color = themeColors().onAccent;
        }
        QByteArray tinted = svg_;
        tinted.replace("currentColor", color.name().toLatin1());
        QSvgRenderer(tinted).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State iconState) override {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, QRect(QPoint(), size), mode, iconState);
        return result;
    }

    QIconEngine* clone() const override { return new SvgIconEngine(svg_, tint_); }

private:
    QByteArray svg_;
    IconTint tint_;
};

}  // namespace

QIcon themedIcon(const QString& name, IconTint tint) {
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QIcon(new SvgIconEngine(file.readAll(), tint));
}

}  // namespace penjing::studio
