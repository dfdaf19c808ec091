#pragma once

#include <QList>
#include <QString>

#include "penjing/image.h"

namespace penjing::studio {

// One line of a recipe as people read it.
struct RecipeFact {
    QString name;   // "Seed"
    QString value;  // "42"; "–" where the recipe does not say
    bool operator==(const RecipeFact&) const = default;
};

// All but the prompt, always the same facts in the same order.
QList<RecipeFact> recipeFacts(const Recipe& recipe);

struct RecipeDifference {
    QString name;
    QString left;
    QString right;
};
// The facts in which two recipes differ; the prompt is compared elsewhere.
QList<RecipeDifference> recipeDifferences(const Recipe& left, const Recipe& right);

}  // namespace penjing::studio
