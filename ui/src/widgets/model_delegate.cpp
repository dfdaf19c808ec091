#include "widgets/model_delegate.h"

#include <QPainter>

#include "core/model_library.h"
#include "theme/icons.h"
#include "theme/theme.h"
#include "widgets/text_format.h"

namespace penjing::studio {
namespace {

constexpr int padding = 12;
constexpr int iconSide = 22;

}  // namespace

void ModelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto model = index.data(ModelLibrary::ModelRole).value<LibraryModel>();
    const ThemeColors& colors = themeColors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(option.rect).adjusted(2, 3, -2, -3);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->setPen(QPen(selected ? colors.accent : colors.border, selected ? 2 : 1));
    painter->setBrush(selected ? colors.accentSoft : colors.surface);
    painter->drawRoundedRect(card, 10, 10);

    const bool broken = !model.problem.isEmpty();
    const QRect icon(option.rect.left() + padding + 2, option.rect.center().y() - iconSide / 2, iconSide, iconSide);
    const bool current = model.path == currentPath_;
    themedIcon(broken    ? "warning"
               : current ? "keep"
                         : "models",
               broken    ? IconTint::Danger
               : current ? IconTint::Accent
                         : IconTint::Muted)
        .paint(painter, icon);
    const int left = icon.right() + padding;
    const int width = option.rect.right() - padding - left;
    const int line = option.fontMetrics.lineSpacing();
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(colors.text);
    const QString title = index.data(Qt::DisplayRole).toString();
    painter->drawText(QRect(left, option.rect.center().y() - line, width, line), Qt::AlignVCenter,
                      QFontMetrics(bold).elidedText(title, Qt::ElideRight, width));
    painter->setFont(option.font);
    QString about = bytesText(model.info.fileBytes);
    if (broken) {
        about = model.problem;
    } else if (!model.fitsInMemory) {
        about += " · " + tr("does not fit into memory now");
    } else if (current) {
        about += " · " + tr("in use");
    } else {
        about += " · " + tr("fits into memory");
    }
    painter->setPen(broken || !model.fitsInMemory ? colors.danger : colors.muted);
    painter->drawText(QRect(left, option.rect.center().y(), width, line), Qt::AlignVCenter,
                      option.fontMetrics.elidedText(about, Qt::ElideRight, width));
    painter->restore();
}

QSize ModelDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {220, 2 * option.fontMetrics.lineSpacing() + 2 * padding + 4};
}

}  // namespace penjing::studio
