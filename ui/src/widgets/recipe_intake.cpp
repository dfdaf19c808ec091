#include "widgets/recipe_intake.h"

#include <QCoreApplication>
#include <QStringList>

#include "widgets/size_presets.h"

namespace penjing::studio {
namespace {

class RecipeIntake {
    Q_DECLARE_TR_FUNCTIONS(RecipeIntake)
};

// What the engine names in English, as far as it is one of the fixed terms.
QString term(const std::string& name) {
    const QString text = QString::fromStdString(name);
    const QString head = text.section(" (", 0, 0);
    const QString rest = text.mid(head.size());
    static const char* const known[] = {
        QT_TRANSLATE_NOOP("RecipeIntake", "negative prompt"),
        QT_TRANSLATE_NOOP("RecipeIntake", "sampler"),
        QT_TRANSLATE_NOOP("RecipeIntake", "scheduler"),
        QT_TRANSLATE_NOOP("RecipeIntake", "seed"),
        QT_TRANSLATE_NOOP("RecipeIntake", "steps"),
        QT_TRANSLATE_NOOP("RecipeIntake", "guidance"),
        QT_TRANSLATE_NOOP("RecipeIntake", "size"),
        QT_TRANSLATE_NOOP("RecipeIntake", "reference image"),
    };
    for (const char* candidate : known) {
        if (head == QLatin1String(candidate)) {
            return RecipeIntake::tr(candidate) + rest;
        }
    }
    return text;
}

void takeSize(const ForeignRecipe& found, const std::optional<ModelInfo>& model, DrawSettings& settings,
              QStringList& taken, QStringList& left) {
    if (!found.width || !found.height) {
        return;
    }
    const QSize wanted(*found.width, *found.height);
    const QSize fitting = model ? supportedSize(*model, wanted) : wanted;
    settings.width = fitting.width();
    settings.height = fitting.height();
    if (fitting == wanted) {
        taken.append(RecipeIntake::tr("size"));
    } else {
        left.append(RecipeIntake::tr("size %1 × %2 (%3 × %4 is used)")
                        .arg(wanted.width())
                        .arg(wanted.height())
                        .arg(fitting.width())
                        .arg(fitting.height()));
    }
}

void takeNumbers(const ForeignRecipe& found, const std::optional<ModelInfo>& model, DrawSettings& settings,
                 QStringList& taken, QStringList& left) {
    if (found.seed) {
        settings.seed = *found.seed;
        taken.append(RecipeIntake::tr("seed"));
    }
    if (found.steps) {
        settings.steps = *found.steps;
        taken.append(RecipeIntake::tr("steps"));
    }
    if (!found.guidance) {
        return;
    }
    if (!model || model->defaultGuidance != 1.0) {
        settings.guidance = *found.guidance;
        taken.append(RecipeIntake::tr("guidance"));
    } else if (*found.guidance != 1.0) {
        left.append(RecipeIntake::tr("guidance (this model has none)"));
    }
}

void takeCompactText(const ForeignRecipe& found, const std::optional<ModelInfo>& model, DrawSettings& settings,
                     QStringList& taken, QStringList& left) {
    const bool compact = found.recipe && found.recipe->compactText;
    settings.compactText = compact && (!model || model->compactText);
    if (compact) {
        (settings.compactText ? taken : left).append(RecipeIntake::tr("compact text"));
    }
}

void nameModel(const ForeignRecipe& found, const std::optional<ModelInfo>& model, QStringList& left) {
    const QString name = QString::fromStdString(found.modelName);
    const bool same = model && (found.recipe ? found.recipe->modelHash == model->hash : found.modelName == model->name);
    if (!name.isEmpty() && !same) {
        left.append(RecipeIntake::tr("model “%1”").arg(name));
    }
}

}  // namespace

TakenRecipe takeRecipe(const ForeignRecipe& found, const DrawSettings& current, const std::optional<ModelInfo>& model) {
    QStringList taken, left;
    DrawSettings settings = current;
    settings.variation = found.recipe ? found.recipe->variation : std::nullopt;
    if (!found.prompt.empty()) {
        settings.prompt = QString::fromStdString(found.prompt);
        taken.append(RecipeIntake::tr("prompt"));
    }
    takeNumbers(found, model, settings, taken, left);
    takeSize(found, model, settings, taken, left);
    takeCompactText(found, model, settings, taken, left);
    nameModel(found, model, left);
    for (const std::string& name : found.notTaken) {
        left.append(term(name));
    }
    TakenRecipe result;
    result.settings = settings;
    const QString program =
        found.program == "unknown" ? RecipeIntake::tr("another program") : QString::fromStdString(found.program);
    result.taken = taken.isEmpty()
                       ? RecipeIntake::tr("A picture by %1, without settings that can be used.").arg(program)
                       : RecipeIntake::tr("Taken from a picture by %1: %2.").arg(program, taken.join(", "));
    if (!left.isEmpty()) {
        result.notTaken = RecipeIntake::tr("Not taken: %1.").arg(left.join(", "));
    }
    return result;
}

}  // namespace penjing::studio
