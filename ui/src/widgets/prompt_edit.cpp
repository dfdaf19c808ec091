#include "widgets/prompt_edit.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QRegularExpression>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QTextLayout>
#include <algorithm>

#include "theme/theme.h"

namespace penjing::studio {

class UnknownWordHighlighter : public QSyntaxHighlighter {
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

    void setWords(const QStringList& words) {
        if (words == words_) {
            return;
        }
        words_ = words;
        QStringList escaped;
        for (const QString& word : words) {
            escaped.append(QRegularExpression::escape(word));
        }
        pattern_ =
            QRegularExpression("\\b(" + escaped.join('|') + ")\\b", QRegularExpression::CaseInsensitiveOption |
                                                                        QRegularExpression::UseUnicodePropertiesOption);
        rehighlight();
    }

protected:
    void highlightBlock(const QString& text) override {
        if (words_.isEmpty()) {
            return;
        }
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(themeColors().warning);
        auto matches = pattern_.globalMatch(text);
        while (matches.hasNext()) {
            const auto match = matches.next();
            setFormat(int(match.capturedStart()), int(match.capturedLength()), format);
        }
    }

private:
    QStringList words_;
    QRegularExpression pattern_;
};

PromptEdit::PromptEdit(QWidget* parent) : QPlainTextEdit(parent), highlighter_(new UnknownWordHighlighter(document())) {
    setObjectName("promptEdit");
    setAccessibleName(tr("Prompt"));
    setAccessibleDescription(tr("What the picture shall show"));
    setPlaceholderText(tr("What shall the picture show?"));
    setToolTip(tr("Ctrl+Enter draws. Up and Down bring earlier prompts back."));
    setTabChangesFocus(true);
    setLineWrapMode(WidgetWidth);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(2);
    connect(this, &QPlainTextEdit::textChanged, this, &PromptEdit::fitHeight);
    fitHeight();
}

void PromptEdit::setHistory(const QStringList& newestFirst) {
    history_ = newestFirst;
    historyPosition_ = -1;
}

void PromptEdit::setUnknownWords(const QStringList& words) {
    highlighter_->setWords(words);
}

void PromptEdit::replaceText(const QString& text) {
    if (text == toPlainText()) {
        return;
    }
    QTextCursor cursor(document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    cursor.movePosition(QTextCursor::End);
    setTextCursor(cursor);
}

QSize PromptEdit::sizeHint() const {
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        lines += std::max(1, block.layout() ? block.layout()->lineCount() : 1);
    }
    const int shown = std::clamp(lines, 1, 6);
    const int margin = int(document()->documentMargin());
    return {240, shown * fontMetrics().lineSpacing() + 2 * margin + 4};
}

void PromptEdit::fitHeight() {
    const int height = sizeHint().height();
    if (height != minimumHeight() || height != maximumHeight()) {
        setFixedHeight(height);
    }
}

void PromptEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

bool PromptEdit::event(QEvent* event) {
    // Without a selection Ctrl+C means the picture.
    if (event->type() == QEvent::ShortcutOverride && !textCursor().hasSelection() &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        event->ignore();
        return false;
    }
    return QPlainTextEdit::event(event);
}

void PromptEdit::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers().testFlag(Qt::ControlModifier)) {
        emit submitted();
        return;
    }
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_Up && cursorIsOnEdge(QTextCursor::Up) && walkHistory(1)) {
        return;
    }
    if (plain && event->key() == Qt::Key_Down && cursorIsOnEdge(QTextCursor::Down) && walkHistory(-1)) {
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

bool PromptEdit::cursorIsOnEdge(QTextCursor::MoveOperation direction) const {
    QTextCursor cursor = textCursor();
    return !cursor.movePosition(direction);
}

bool PromptEdit::walkHistory(int direction) {
    const int position = historyPosition_ + direction;
    if (position < -1 || position >= history_.size()) {
        return false;
    }
    if (historyPosition_ == -1) {
        draft_ = toPlainText();
    }
    historyPosition_ = position;
    replaceText(position == -1 ? draft_ : history_.at(position));
    return true;
}

void PromptEdit::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    emit focusChanged(true);
}

void PromptEdit::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    emit focusChanged(false);
}

// A dropped file is for the window, not for the text.
void PromptEdit::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->ignore();
        return;
    }
    QPlainTextEdit::dragEnterEvent(event);
}

}  // namespace penjing::studio
