#include "core/queue_model.h"

#include <algorithm>

namespace penjing::studio {

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(jobs_.size());
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Job& job = jobs_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return job.settings.prompt;
        case IdRole:
            return job.id;
        case SettingsRole:
            return QVariant::fromValue(job.settings);
        case StateRole:
            return QVariant::fromValue(job.state);
        case FinishedStepsRole:
            return job.finishedSteps;
        case ProblemRole:
            return job.problem;
        default:
            return {};
    }
}

QHash<int, QByteArray> QueueModel::roleNames() const {
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "id"},
                  {SettingsRole, "settings"},
                  {StateRole, "state"},
                  {FinishedStepsRole, "finishedSteps"},
                  {ProblemRole, "problem"}});
    return names;
}

std::optional<Job> QueueModel::find(const QString& id) const {
    const int row = rowOf(id);
    return row < 0 ? std::nullopt : std::optional(jobs_[row]);
}

int QueueModel::rowOf(const QString& id) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == id; });
    return found == jobs_.end() ? -1 : static_cast<int>(found - jobs_.begin());
}

void QueueModel::setJobs(const QList<Job>& jobs) {
    beginResetModel();
    jobs_ = jobs;
    endResetModel();
}

void QueueModel::insert(int row, const Job& job) {
    row = std::clamp(row, 0, rowCount());
    beginInsertRows({}, row, row);
    jobs_.insert(row, job);
    endInsertRows();
}

void QueueModel::update(const Job& job) {
    const int row = rowOf(job.id);
    if (row < 0)
        return;
    jobs_[row] = job;
    Q_EMIT dataChanged(index(row), index(row));
}

void QueueModel::remove(const QString& id) {
    const int row = rowOf(id);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    jobs_.removeAt(row);
    endRemoveRows();
}

void QueueModel::move(const QString& id, int position) {
    const int from = rowOf(id);
    const int to = std::clamp(position, 0, std::max(0, rowCount() - 1));
    if (from < 0 || from == to)
        return;
    // Qt counts the destination before the row is taken out.
    beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
    jobs_.move(from, to);
    endMoveRows();
}

}  // namespace penjing::studio
