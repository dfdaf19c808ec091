#pragma once

#include <QPlainTextEdit>
#include <QStringList>

namespace penjing::studio {

class UnknownWordHighlighter;

// The prompt: grows from one to six lines, walks its history with Up on the first and Down on the last line, underlines
// words that the model does not know.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PromptEdit(QWidget* parent = nullptr);

    void setHistory(const QStringList& newestFirst);
    void setUnknownWords(const QStringList& words);
    void replaceText(const QString& text);  // as one step of Ctrl+Z

    QSize sizeHint() const override;

signals:
    void submitted();  // Ctrl+Enter
    void focusChanged(bool focused);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;

private:
    void fitHeight();
    bool walkHistory(int direction);
    bool cursorIsOnEdge(QTextCursor::MoveOperation direction) const;

    UnknownWordHighlighter* highlighter_;
    QStringList history_;
    int historyPosition_ = -1;  // −1: the text being written
    QString draft_;
};

}  // namespace penjing::studio
