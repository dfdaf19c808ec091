#pragma once

#include <QHash>
#include <string>
#include <vector>

#include "history/picture_record.h"
#include "history/star_file.h"

namespace penjing::studio {

// The pictures of the folder, and those of them that the search shows, both newest first.
class HistoryRows {
public:
    const std::vector<RecordPtr>& shown() const { return shown_; }
    int total() const { return static_cast<int>(all_.size()); }
    RecordPtr find(const QString& name) const { return byName_.value(name); }
    bool isShown(const RecordPtr& record, const Stars& stars) const;  // by the search

    int rowOf(const RecordPtr& record) const;         // among the shown; −1: not there
    int insertionRow(const RecordPtr& record) const;  // among the shown

    // insert and erase keep both lists; row is what rowOf or insertionRow gave, −1 if the search does not show it.
    void insert(const RecordPtr& record, int row);
    void erase(const RecordPtr& record, int row);
    void hide(int row) { shown_.erase(shown_.begin() + row); }
    void show(const RecordPtr& record, int row) { shown_.insert(shown_.begin() + row, record); }

    // Many at once; `added` is sorted and holds nothing that is there. Then filter() makes the shown rows anew.
    void replaceMany(const std::vector<RecordPtr>& added, const std::vector<RecordPtr>& removed);
    void setSearch(const QString& words, bool starredOnly);
    void filter(const Stars& stars);
    void clear();

private:
    std::vector<RecordPtr> all_;
    std::vector<RecordPtr> shown_;
    QHash<QString, RecordPtr> byName_;
    std::vector<std::string> words_;
    bool starredOnly_ = false;
};

}  // namespace penjing::studio
