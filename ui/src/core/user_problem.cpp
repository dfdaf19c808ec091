#include "core/user_problem.h"

#include <QCoreApplication>

namespace penjing::studio {
namespace {

struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(penjing::studio::Sentences)
};

UserProblem sentencesOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::Usage:
            return {Sentences::tr("This cannot be drawn with these settings."),
                    Sentences::tr("Change the setting that is named below and draw again."),
                    {}};
        case ErrorCode::ModelFile:
            return {Sentences::tr("The model file cannot be used."),
                    Sentences::tr("Choose another model, or remove this one and add it again from where you got it."),
                    {}};
        case ErrorCode::Memory:
            return {Sentences::tr("There is not enough free memory for this."),
                    Sentences::tr("Choose a smaller size, or close other programs and try again."),
                    {}};
        case ErrorCode::WriteFailed:
            return {Sentences::tr("The file could not be written."),
                    Sentences::tr("Make room on the disk or choose another folder in the settings, then try again."),
                    {}};
        case ErrorCode::Cancelled:
            return {Sentences::tr("This was stopped."), Sentences::tr("Start it again whenever you like."), {}};
        case ErrorCode::Internal:
            break;
    }
    return {Sentences::tr("Something went wrong inside the program. Nothing that was made is lost."),
            Sentences::tr("Try again; if it happens again, start the program anew."),
            {}};
}

}  // namespace

UserProblem describe(const Error& error) {
    UserProblem problem = sentencesOf(error.code);
    problem.detail = QString::fromStdString(error.message);
    return problem;
}

}  // namespace penjing::studio
