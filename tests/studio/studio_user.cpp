#include "studio_user.h"

#include <QApplication>
#include <QDeadlineTimer>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QTimer>

#include "core/studio_settings.h"

namespace penjing::studio {

void StudioUser::opens() {
    const auto places = makePlaces(folder_ + QStringLiteral("/state"));
    ASSERT_TRUE(places.ok());
    StudioSettings(places->settings).setLanguage(QStringLiteral("en"));  // whatever this machine speaks
    studio_ = std::make_unique<Studio>(StudioOptions{*places, pictures(), model_});
    studio_->open();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window()));
}

void StudioUser::closes() {
    window().close();
    studio_.reset();
}

void StudioUser::comesBack() {
    window().activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&window()));
}

void StudioUser::presses(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QWidget* focused = QApplication::focusWidget();
    QTest::keyClick(focused ? focused : &window(), key, modifiers);
}

void StudioUser::typesInto(QWidget* field, const QString& text) {
    field->setFocus();
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(field, text);
}

void StudioUser::clicks(QWidget* button) {
    ASSERT_TRUE(button->isEnabled()) << button->objectName().toStdString();
    QTest::mouseClick(button, Qt::LeftButton);
}

void StudioUser::dropsFile(const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    const QPoint middle = window().rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &enter);
    ASSERT_TRUE(enter.isAccepted()) << "the window does not take " << path.toStdString();
    QDropEvent drop(QPointF(middle), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &drop);
}

bool StudioUser::waitsFor(const std::function<bool()>& condition, int milliseconds) {
    const QDeadlineTimer deadline(milliseconds);
    QTimer wakeUp;
    wakeUp.start(5);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

void StudioUser::whenDialogOpens(const char* name, std::function<void(QWidget& dialog)> act) {
    auto* looking = new QTimer(&window());
    QObject::connect(looking, &QTimer::timeout, &window(), [=, act = std::move(act)] {
        QWidget* dialog = QApplication::activeModalWidget();
        if (!dialog || dialog->objectName() != QLatin1String(name))
            return;
        looking->stop();
        looking->deleteLater();
        act(*dialog);
    });
    looking->start(20);
}

QString StudioUser::reads() {
    auto* text = see<QLabel>("messageText");
    return text && text->isVisible() ? text->text() : QString();
}

}  // namespace penjing::studio
