#include "widgets/models_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/model_library.h"
#include "theme/icons.h"
#include "widgets/model_delegate.h"
#include "widgets/model_details.h"

namespace penjing::studio {

ModelsPage::ModelsPage(ModelLibrary* library, QWidget* parent)
    : QWidget(parent),
      library_(library),
      list_(new QListView(this)),
      delegate_(new ModelDelegate(this)),
      details_(new ModelDetails) {
    setObjectName("modelsPage");
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(details_);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 0, 16);
    layout->setSpacing(0);
    layout->addWidget(makeList(), 2);
    layout->addWidget(scroll, 3);

    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ModelsPage::showSelected);
    connect(library_, &ModelLibrary::refreshed, this, [this] {
        // The rows are new; what was chosen, or has just been added, is chosen again.
        selectPath(selectedPath_.isEmpty() ? currentPath_ : selectedPath_);
        showSelected();
    });
    connect(library_, &ModelLibrary::added, this, [this](const QString& path) { selectedPath_ = path; });
    connect(library_, &ModelLibrary::verifiedModel, this, [this](const QString& path, bool good, const QString& text) {
        if (list_->currentIndex().data(ModelLibrary::PathRole).toString() == path) {
            details_->setVerdict(text, good);
        }
    });
    connect(details_, &ModelDetails::useWanted, this, &ModelsPage::useWanted);
    connect(details_, &ModelDetails::wordChosen, this, &ModelsPage::wordChosen);
    connect(details_, &ModelDetails::verifyWanted, library_, &ModelLibrary::verify);
    connect(details_, &ModelDetails::removeWanted, this, &ModelsPage::remove);
}

QWidget* ModelsPage::makeList() {
    auto* side = new QWidget(this);
    auto* title = new QLabel(tr("Models"), side);
    title->setProperty("title", true);
    auto* add = new QPushButton(tr("Add a model…"), side);
    add->setObjectName("addModelButton");
    add->setIcon(themedIcon("add"));
    add->setToolTip(tr("Choose a model file (Ctrl+Shift+O); it can also be dropped on the window"));
    connect(add, &QPushButton::clicked, this, &ModelsPage::addWanted);
    auto* header = new QHBoxLayout;
    header->addWidget(title, 1);
    header->addWidget(add);
    list_->setObjectName("modelList");
    list_->setAccessibleName(tr("Models"));
    list_->setModel(library_);
    list_->setItemDelegate(delegate_);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto* hint = new QLabel(tr("A model is one .penjing file. Drop one on the window to add it."), side);
    hint->setProperty("muted", true);
    hint->setWordWrap(true);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins({});
    layout->setSpacing(10);
    layout->addLayout(header);
    layout->addWidget(list_, 1);
    layout->addWidget(hint);
    return side;
}

void ModelsPage::setCurrentModel(const QString& path) {
    currentPath_ = path;
    delegate_->setCurrentPath(path);
    list_->viewport()->update();
    if (!list_->currentIndex().isValid()) {
        selectPath(path);
    }
    showSelected();
}

void ModelsPage::selectPath(const QString& path) {
    int row = 0;
    for (int i = 0; i < library_->rowCount(); ++i) {
        if (library_->index(i).data(ModelLibrary::PathRole).toString() == path) {
            row = i;
        }
    }
    list_->setCurrentIndex(library_->index(row));
}

void ModelsPage::showSelected() {
    const QModelIndex index = list_->currentIndex();
    if (!index.isValid()) {
        details_->hide();
        return;
    }
    const auto model = index.data(ModelLibrary::ModelRole).value<LibraryModel>();
    selectedPath_ = model.path;
    details_->showModel(model, model.path == currentPath_);
}

void ModelsPage::remove(const QString& path) {
    QMessageBox question(QMessageBox::Question, tr("Remove a model"),
                         tr("Move “%1” to the bin? Pictures drawn by it stay.").arg(QFileInfo(path).fileName()),
                         QMessageBox::NoButton, this);
    const auto* yes = question.addButton(tr("Move to the bin"), QMessageBox::AcceptRole);
    question.addButton(tr("Cancel"), QMessageBox::RejectRole);
    question.exec();
    if (question.clickedButton() == yes && !library_->remove(path)) {
        emit problem(tr("“%1” could not be moved to the bin.").arg(path));
    }
}

}  // namespace penjing::studio
