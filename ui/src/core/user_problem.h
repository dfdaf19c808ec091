#pragma once

#include <QMetaType>
#include <QString>

#include "penjing/result.h"

namespace penjing::studio {

// An error as a person reads it: what happened and what to do about it, translated. `detail` is the engine's own line.
struct UserProblem {
    QString sentence;
    QString advice;
    QString detail;
};

UserProblem describe(const Error& error);

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::UserProblem)
