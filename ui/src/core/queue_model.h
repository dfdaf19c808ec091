#pragma once

#include <QAbstractListModel>
#include <QList>
#include <optional>

#include "core/job.h"

namespace penjing::studio {

// The jobs in order of drawing, for views and for the controller, who alone changes them. UI thread.
class QueueModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { IdRole = Qt::UserRole + 1, SettingsRole, StateRole, FinishedStepsRole, ProblemRole };

    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  // DisplayRole: the prompt
    QHash<int, QByteArray> roleNames() const override;

    const QList<Job>& jobs() const { return jobs_; }
    std::optional<Job> find(const QString& id) const;
    int rowOf(const QString& id) const;  // −1: no such job

    void setJobs(const QList<Job>& jobs);
    void insert(int row, const Job& job);
    void update(const Job& job);  // the one of the same id
    void remove(const QString& id);
    void move(const QString& id, int position);

private:
    QList<Job> jobs_;
};

}  // namespace penjing::studio
