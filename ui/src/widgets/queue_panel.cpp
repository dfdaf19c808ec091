#include "widgets/queue_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/queue_model.h"
#include "core/studio_controller.h"
#include "theme/icons.h"
#include "widgets/queue_delegate.h"
#include "widgets/reorder_proxy.h"
#include "widgets/shortcut_sheet.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {

QueuePanel::QueuePanel(StudioController* controller, QWidget* parent)
    : QWidget(parent),
      controller_(controller),
      proxy_(new ReorderProxy(this)),
      delegate_(new QueueDelegate(this)),
      view_(new QListView(this)),
      title_(new QLabel(this)),
      empty_(new QLabel(tr("What is added while a picture is drawn waits here."), this)),
      pause_(makeIconButton("pauseButton", "pause", tr("Pause the queue"), this)),
      retry_(makeIconButton("retryButton", "retry", tr("Go on with this picture"), this)),
      remove_(makeIconButton("removeButton", "trash", tr("Remove from the queue (Del)"), this)),
      clear_(makeIconButton("clearQueueButton", "close", tr("Remove all that wait"), this)) {
    proxy_->setSourceModel(controller_->queue());
    title_->setProperty("caption", true);
    empty_->setProperty("muted", true);
    empty_->setWordWrap(true);
    view_->setObjectName("queueView");
    view_->setAccessibleName(tr("Queue"));
    view_->setModel(proxy_);
    view_->setItemDelegate(delegate_);
    view_->setMouseTracking(true);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setDragDropMode(QAbstractItemView::DragDrop);
    view_->setDefaultDropAction(Qt::MoveAction);
    view_->setDragDropOverwriteMode(false);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setToolTip(tr("Ctrl+Up and Ctrl+Down move a picture, Del removes it"));

    auto* header = new QHBoxLayout;
    header->setSpacing(2);
    header->addWidget(title_, 1);
    for (QToolButton* button : {retry_, remove_, clear_, pause_}) {
        button->setProperty("flat", true);
        header->addWidget(button);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 10, 10);
    layout->setSpacing(4);
    layout->addLayout(header);
    layout->addWidget(empty_, 1, Qt::AlignTop);
    layout->addWidget(view_, 1);

    connect(proxy_, &ReorderProxy::moveWanted, controller_, &StudioController::moveJob);
    connect(retry_, &QToolButton::clicked, this, [this] { controller_->retryJob(selectedId()); });
    connect(remove_, &QToolButton::clicked, this, &QueuePanel::removeSelected);
    connect(clear_, &QToolButton::clicked, this, &QueuePanel::clearWaiting);
    connect(view_, &QListView::activated, this, [this](const QModelIndex& job) {
        emit useSettingsWanted(job.data(QueueModel::SettingsRole).value<DrawSettings>());
    });
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePanel::updateActions);
    for (auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(controller_->queue(), signal, this, &QueuePanel::showState);
    }
    connect(controller_->queue(), &QAbstractItemModel::modelReset, this, &QueuePanel::showState);
    connect(controller_->queue(), &QAbstractItemModel::dataChanged, this, &QueuePanel::updateActions);
    addKeys();
    showState();
}

void QueuePanel::addKeys() {
    const auto add = [this](const QString& text, const QKeySequence& keys, auto slot) {
        auto* action = new QAction(text, view_);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        view_->addAction(action);
    };
    add(tr("Earlier"), QKeySequence("Ctrl+Up"), [this] { moveSelected(-1); });
    add(tr("Later"), QKeySequence("Ctrl+Down"), [this] { moveSelected(1); });
    add(tr("Remove from the queue"), QKeySequence::Delete, [this] { removeSelected(); });
    view_->setContextMenuPolicy(Qt::ActionsContextMenu);
}

ShortcutGroup QueuePanel::shortcutGroup() const {
    return studio::shortcutGroup(tr("Queue"), view_->actions());
}

void QueuePanel::setProgress(const JobProgress& progress) {
    if (!progress.preview.isNull()) {
        delegate_->setPreview(progress.jobId, progress.preview);
        view_->viewport()->update();
    }
}

QString QueuePanel::selectedId() const {
    return view_->currentIndex().data(QueueModel::IdRole).toString();
}

void QueuePanel::moveSelected(int by) {
    const QString id = selectedId();
    const int target = view_->currentIndex().row() + by;
    if (id.isEmpty() || target < 0 || target >= proxy_->rowCount()) {
        return;
    }
    controller_->moveJob(id, target);
    if (const int row = controller_->queue()->rowOf(id); row >= 0) {
        view_->setCurrentIndex(proxy_->index(row, 0));
    }
}

void QueuePanel::removeSelected() {
    if (const QString id = selectedId(); !id.isEmpty()) {
        controller_->removeJob(id);
    }
}

void QueuePanel::clearWaiting() {
    const QList<Job> jobs = controller_->queue()->jobs();
    for (const Job& job : jobs) {
        if (job.state != JobState::Drawing) {
            controller_->removeJob(job.id);
        }
    }
}

void QueuePanel::showState() {
    const int jobs = proxy_->rowCount();
    title_->setText(jobs == 0 ? tr("Queue") : tr("Queue · %1").arg(jobs));
    empty_->setVisible(jobs == 0);
    view_->setVisible(jobs > 0);
    updateActions();
}

void QueuePanel::updateActions() {
    const QModelIndex current = view_->currentIndex();
    const bool chosen = current.isValid() && view_->selectionModel()->hasSelection();
    const auto state = JobState(current.data(QueueModel::StateRole).toInt());
    retry_->setEnabled(chosen && (state == JobState::Failed || state == JobState::Stopped));
    remove_->setEnabled(chosen);
    clear_->setEnabled(proxy_->rowCount() > 0);
}

}  // namespace penjing::studio
