#include "history/picture_record.h"

#include <QDateTime>
#include <QStringList>

namespace penjing::studio {
namespace {

std::string folded(const QString& text) {
    return text.toCaseFolded().toStdString();
}

qint64 creationTime(const PictureRecord& record) {
    if (!record.recipe.created.empty()) {
        QDateTime created = QDateTime::fromString(QString::fromStdString(record.recipe.created), Qt::ISODate);
        if (created.timeSpec() == Qt::LocalTime)  // written without a zone; recipes mean UTC
            created.setTimeSpec(Qt::UTC);
        if (created.isValid())
            return created.toMSecsSinceEpoch();
    }
    return record.modifiedNs / 1'000'000;
}

}  // namespace

RecordPtr finishRecord(PictureRecord record) {
    record.createdMs = creationTime(record);
    const Recipe& recipe = record.recipe;
    // A newline cannot be part of a word, so nothing is found across two fields.
    record.haystack = folded(QString::fromStdString(recipe.prompt) + '\n' + QString::fromStdString(recipe.modelName) +
                             '\n' + QString::number(recipe.seed));
    return std::make_shared<const PictureRecord>(std::move(record));
}

bool isNewer(const RecordPtr& a, const RecordPtr& b) {
    if (a->createdMs != b->createdMs)
        return a->createdMs > b->createdMs;
    if (a->modifiedNs != b->modifiedNs)
        return a->modifiedNs > b->modifiedNs;
    return a->name < b->name;
}

bool isSameFile(const PictureRecord& a, const PictureRecord& b) {
    return a.size == b.size && a.modifiedNs == b.modifiedNs && a.name == b.name;
}

std::vector<std::string> searchWords(const QString& text) {
    std::vector<std::string> words;
    for (const QString& word : text.simplified().split(' ', Qt::SkipEmptyParts)) words.push_back(folded(word));
    return words;
}

bool matches(const PictureRecord& record, const std::vector<std::string>& words) {
    for (const std::string& word : words)
        if (record.haystack.find(word) == std::string::npos)
            return false;
    return true;
}

}  // namespace penjing::studio
