#pragma once

#include <QDialog>
#include <QStringList>
#include <memory>

namespace penjing::studio {

// Asks for format, folder and names, then writes the pictures on a thread pool, with progress. Esc stops a running
// export.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(const QStringList& pictures, QWidget* parent = nullptr);
    ~ExportDialog() override;

    void reject() override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio
