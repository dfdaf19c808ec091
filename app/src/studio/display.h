#pragma once

#include <QApplication>
#include <memory>

#include "penjing/result.h"

namespace penjing::studio {

// QApplication ends the process with abort() where it finds no display. This says so in a sentence and ends it with the
// exit code of a Usage error instead. argc and argv must outlive the application.
Result<std::unique_ptr<QApplication>> openDisplay(int& argc, char** argv);

}  // namespace penjing::studio
