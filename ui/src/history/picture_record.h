#pragma once

#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "penjing/image.h"

namespace penjing::studio {

// What is known of one file of the pictures folder. Never changes once made, so that the thread that reads the folder
// and the model share it: a changed file gets a new record.
struct PictureRecord {
    QString name;  // file name without folder
    qint64 size = 0;
    qint64 modifiedNs = 0;  // since the epoch
    qint64 createdMs = 0;   // since the epoch; of the recipe, else of the file
    bool isPicture = false;
    Recipe recipe;
    std::string haystack;  // what a search looks at, case folded, UTF-8
};

using RecordPtr = std::shared_ptr<const PictureRecord>;

// Fills createdMs and haystack in.
RecordPtr finishRecord(PictureRecord record);

// Newest first; a total order, so that a row can be found by bisection.
bool isNewer(const RecordPtr& a, const RecordPtr& b);
bool isSameFile(const PictureRecord& a, const PictureRecord& b);  // unchanged since

// The words of a search, case folded. matches: all of them occur.
std::vector<std::string> searchWords(const QString& text);
bool matches(const PictureRecord& record, const std::vector<std::string>& words);

}  // namespace penjing::studio
