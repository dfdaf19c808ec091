#include "history/recipe_facts.h"

#include <QCoreApplication>
#include <QLocale>

namespace penjing::studio {
namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(penjing::studio::RecipeFacts)
};

const QString kUnknown = QStringLiteral("–");

QString orUnknown(const QString& text, bool known) {
    return known && !text.isEmpty() ? text : kUnknown;
}

QString modelText(const Recipe& recipe) {
    const QString name = QString::fromStdString(recipe.modelName);
    const QString hash = QString::fromStdString(recipe.modelHash).left(10);
    return hash.isEmpty() ? name : Text::tr("%1 (%2)", "model name and hash").arg(name, hash);
}

QString stepsText(const Recipe& recipe) {
    if (recipe.stoppedAfter > 0)
        return Text::tr("%1 of %2, kept early").arg(recipe.stoppedAfter).arg(recipe.steps);
    return QString::number(recipe.steps);
}

QString variationText(const Recipe& recipe) {
    if (!recipe.variation)
        return Text::tr("no");
    return Text::tr("%1 % towards seed %2")
        .arg(QLocale().toString(recipe.variation->strength * 100.0, 'f', 0))
        .arg(recipe.variation->seed);
}

}  // namespace

QList<RecipeFact> recipeFacts(const Recipe& recipe) {
    const bool drawn = recipe.steps > 0;  // a recipe of another program may hold a prompt only
    const bool sized = recipe.width > 0 && recipe.height > 0;
    const QString kernels =
        QString::fromStdString(recipe.kernels + (recipe.precision.empty() ? "" : ", ") + recipe.precision);
    return {{Text::tr("Seed"), orUnknown(QString::number(recipe.seed), drawn || recipe.seed != 0)},
            {Text::tr("Steps"), orUnknown(stepsText(recipe), drawn)},
            {Text::tr("Size"), orUnknown(QStringLiteral("%1 × %2").arg(recipe.width).arg(recipe.height), sized)},
            {Text::tr("Guidance"), orUnknown(QLocale().toString(recipe.guidance), drawn)},
            {Text::tr("Variation"), orUnknown(variationText(recipe), drawn)},
            {Text::tr("Text"), orUnknown(recipe.compactText ? Text::tr("compact") : Text::tr("padded"), drawn)},
            {Text::tr("Model"), orUnknown(modelText(recipe), !recipe.modelName.empty())},
            {Text::tr("Kernels"), orUnknown(kernels, !recipe.kernels.empty())}};
}

QList<RecipeDifference> recipeDifferences(const Recipe& left, const Recipe& right) {
    const QList<RecipeFact> leftFacts = recipeFacts(left);
    const QList<RecipeFact> rightFacts = recipeFacts(right);
    QList<RecipeDifference> differences;
    for (qsizetype i = 0; i < leftFacts.size(); ++i)
        if (leftFacts[i] != rightFacts[i])
            differences.push_back({leftFacts[i].name, leftFacts[i].value, rightFacts[i].value});
    return differences;
}

}  // namespace penjing::studio
