#include "history/history_rows.h"

#include <QSet>
#include <algorithm>
#include <iterator>

namespace penjing::studio {
namespace {

auto place(const std::vector<RecordPtr>& records, const RecordPtr& record) {
    return std::lower_bound(records.begin(), records.end(), record, isNewer);
}

}  // namespace

bool HistoryRows::isShown(const RecordPtr& record, const Stars& stars) const {
    return (!starredOnly_ || stars.contains(record->name)) && matches(*record, words_);
}

int HistoryRows::rowOf(const RecordPtr& record) const {
    if (!record)
        return -1;
    const auto at = place(shown_, record);
    return at != shown_.end() && *at == record ? static_cast<int>(at - shown_.begin()) : -1;
}

int HistoryRows::insertionRow(const RecordPtr& record) const {
    return static_cast<int>(place(shown_, record) - shown_.begin());
}

void HistoryRows::insert(const RecordPtr& record, int row) {
    all_.insert(place(all_, record), record);
    byName_.insert(record->name, record);
    if (row >= 0)
        show(record, row);
}

void HistoryRows::erase(const RecordPtr& record, int row) {
    if (const auto at = place(all_, record); at != all_.end() && *at == record)
        all_.erase(at);
    byName_.remove(record->name);
    if (row >= 0)
        hide(row);
}

void HistoryRows::replaceMany(const std::vector<RecordPtr>& added, const std::vector<RecordPtr>& removed) {
    const QSet<RecordPtr> leaving(removed.begin(), removed.end());
    std::erase_if(all_, [&](const RecordPtr& record) { return leaving.contains(record); });
    for (const RecordPtr& record : removed) byName_.remove(record->name);
    std::vector<RecordPtr> merged;
    merged.reserve(all_.size() + added.size());
    std::merge(all_.begin(), all_.end(), added.begin(), added.end(), std::back_inserter(merged), isNewer);
    all_ = std::move(merged);
    byName_.reserve(static_cast<qsizetype>(all_.size()));
    for (const RecordPtr& record : added) byName_.insert(record->name, record);
}

void HistoryRows::setSearch(const QString& words, bool starredOnly) {
    words_ = searchWords(words);
    starredOnly_ = starredOnly;
}

void HistoryRows::filter(const Stars& stars) {
    shown_.clear();
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(shown_),
                 [&](const RecordPtr& record) { return isShown(record, stars); });
}

void HistoryRows::clear() {
    all_.clear();
    shown_.clear();
    byName_.clear();
}

}  // namespace penjing::studio
