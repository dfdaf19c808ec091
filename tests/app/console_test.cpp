#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "console.h"
#include "line_reader.h"
#include "progress_bar.h"
#include "prompt.h"
#include "text_layout.h"

namespace penjing::cli {
namespace {

// A pipe with `content` in it and nobody writing any more.
class ReadEnd {
public:
    explicit ReadEnd(std::string content) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0)
            return;
        descriptor_ = ends[0];
        writer_ = std::thread([content = std::move(content), out = ends[1]] {
            std::size_t done = 0;
            while (done < content.size()) {
                const auto count = write(out, content.data() + done, content.size() - done);
                if (count <= 0)
                    break;
                done += static_cast<std::size_t>(count);
            }
            close(out);
        });
    }
    ~ReadEnd() {
        writer_.join();
        close(descriptor_);
    }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_ = -1;
    std::thread writer_;
};

TEST(LineReader, LinesWithAndWithoutABreakAtTheEnd) {
    const ReadEnd input("one\r\n\ntwo");
    LineReader reader(input.descriptor(), {});
    for (const char* expected : {"one", "", "two"}) {
        const auto line = reader.next();
        ASSERT_TRUE(line && *line);
        EXPECT_EQ((*line)->text, expected);
        EXPECT_FALSE((*line)->tooLong);
    }
    const auto end = reader.next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

TEST(LineReader, KeepsNothingOfALineThatIsTooLong) {
    const ReadEnd input(std::string(3 * LineReader::maxLineBytes, 'x') + "\nnext\n");
    LineReader reader(input.descriptor(), {});
    const auto tooLong = reader.next();
    ASSERT_TRUE(tooLong && *tooLong);
    EXPECT_TRUE((*tooLong)->tooLong);
    EXPECT_TRUE((*tooLong)->text.empty());
    const auto next = reader.next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->text, "next");
}

TEST(LineReader, AStopRequestEndsTheWaiting) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);  // nothing ever comes
    std::stop_source source;
    LineReader reader(ends[0], source.get_token());
    std::thread stopper([&source] { source.request_stop(); });
    const auto line = reader.next();
    stopper.join();
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, ErrorCode::Cancelled);
    close(ends[0]);
    close(ends[1]);
}

TEST(LineReader, ReadAllHasALimit) {
    const ReadEnd fits("12345");
    EXPECT_EQ(LineReader(fits.descriptor(), {}).readAll(5).value(), "12345");
    const ReadEnd tooLong("123456");
    EXPECT_EQ(LineReader(tooLong.descriptor(), {}).readAll(5).error().code, ErrorCode::Usage);
}

TEST(Prompt, NeedsWordsAndNoControlCharacters) {
    EXPECT_TRUE(checkPrompt("a red apple"));
    EXPECT_TRUE(checkPrompt("a red\n\tapple"));
    EXPECT_TRUE(checkPrompt("盆景"));
    for (const std::string& wrong :
         {std::string(), std::string(" \n"), std::string("a\0b", 3), std::string("a\x1b[0m"), std::string("a\x7f")})
        EXPECT_FALSE(checkPrompt(wrong));
}

TEST(Console, MessagesStayOneLine) {
    EXPECT_EQ(printable("a\nb\x1b[31mc\x7f"), "a?b?[31mc?");
    EXPECT_EQ(printable("盆景"), "盆景");
}

TEST(ProgressBar, SaysWhatIsGoingOn) {
    EXPECT_EQ(describe(Progress{Phase::Text, 0, 16, 0.0, -1.0, nullptr}), "reading the prompt");
    EXPECT_EQ(describe(Progress{Phase::Denoise, 5, 16, 1.0, 2.2, nullptr}), "step 5/16, 3 s left");
    EXPECT_EQ(describe(Progress{Phase::Decode, 16, 16, 1.0, 125.0, nullptr}), "developing the picture, 2 min 5 s left");
}

TEST(TextLayout, ListsAreWrapped) {
    const std::string rows = listRow("subjects", std::vector<std::string>(40, "watermelon"));
    std::size_t lines = 0, longest = 0, start = 0;
    for (std::size_t end; (end = rows.find('\n', start)) != std::string::npos; start = end + 1, ++lines)
        longest = std::max(longest, end - start);
    EXPECT_GT(lines, 4u);
    EXPECT_LE(longest, 100u);
    EXPECT_EQ(rows.rfind("subjects ", 0), 0u);
    EXPECT_EQ(listRow("subjects", {}), "");
}

TEST(TextLayout, Quantities) {
    EXPECT_EQ(bytesText(999), "999 bytes");
    EXPECT_EQ(bytesText(1500), "1.5 kB");
    EXPECT_EQ(bytesText(3000000000u), "3.0 GB");
    EXPECT_EQ(countText(7200000), "7.2 M");
}

}  // namespace
}  // namespace penjing::cli
