#include "widgets/queue_delegate.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include "core/job.h"
#include "core/queue_model.h"
#include "theme/icons.h"
#include "theme/theme.h"

namespace penjing::studio {
namespace {

constexpr int thumbnailSide = 40;
constexpr int padding = 7;

JobState stateOf(const QModelIndex& index) {
    return JobState(index.data(QueueModel::StateRole).toInt());
}

QString iconOf(JobState state) {
    switch (state) {
        case JobState::Waiting:
            return "waiting";
        case JobState::Drawing:
            return "draw";
        case JobState::Stopped:
            return "pause";
        case JobState::Failed:
            return "warning";
    }
    return {};
}

}  // namespace

QString jobStateText(const QModelIndex& job) {
    const auto settings = job.data(QueueModel::SettingsRole).value<DrawSettings>();
    const int finished = job.data(QueueModel::FinishedStepsRole).toInt();
    switch (stateOf(job)) {
        case JobState::Waiting:
            return QueueDelegate::tr("Waiting · seed %1").arg(settings.seed);
        case JobState::Drawing:
            return QueueDelegate::tr("Being drawn");
        case JobState::Stopped:
            return QueueDelegate::tr("Stopped after step %1").arg(finished);
        case JobState::Failed:
            return job.data(QueueModel::ProblemRole).toString();
    }
    return {};
}

void QueueDelegate::setPreview(const QString& jobId, const QImage& preview) {
    jobId_ = jobId;
    preview_ = preview;
}

void QueueDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const ThemeColors& colors = themeColors();
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRectF row = QRectF(option.rect).adjusted(1, 1, -1, -1);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.state.testFlag(QStyle::State_Selected) ? colors.accentSoft : colors.raised);
        painter->drawRoundedRect(row, 8, 8);
    }
    const QRect box(option.rect.left() + padding, option.rect.center().y() - thumbnailSide / 2 + 1, thumbnailSide,
                    thumbnailSide);
    QPainterPath rounded;
    rounded.addRoundedRect(box, 6, 6);
    const JobState state = stateOf(index);
    if (state == JobState::Drawing && !preview_.isNull() && index.data(QueueModel::IdRole).toString() == jobId_) {
        painter->setClipPath(rounded);
        painter->drawImage(QRectF(box), preview_);
        painter->setClipping(false);
    } else {
        painter->fillPath(rounded, colors.raised);
        const IconTint tint = state == JobState::Failed ? IconTint::Danger : IconTint::Muted;
        themedIcon(iconOf(state), tint).paint(painter, box.adjusted(11, 11, -11, -11));
    }
    const int left = box.right() + 10;
    const int width = option.rect.right() - padding - left;
    const int line = option.fontMetrics.lineSpacing();
    const int top = option.rect.center().y() - line;
    painter->setPen(colors.text);
    const QString prompt = index.data(Qt::DisplayRole).toString().simplified();
    painter->drawText(QRect(left, top, width, line), Qt::AlignVCenter,
                      option.fontMetrics.elidedText(prompt, Qt::ElideRight, width));
    painter->setPen(state == JobState::Failed ? colors.danger : colors.muted);
    painter->drawText(QRect(left, top + line, width, line), Qt::AlignVCenter,
                      option.fontMetrics.elidedText(jobStateText(index), Qt::ElideRight, width));
    painter->restore();
}

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {180, qMax(thumbnailSide, 2 * option.fontMetrics.lineSpacing()) + 2 * padding};
}

}  // namespace penjing::studio
