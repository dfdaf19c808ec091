#include <QColorSpace>
#include <QImageReader>
#include <QPainter>
#include <QtEndian>

#include "history/export_run.h"
#include "history/exporter.h"
#include "history/picture_metadata.h"
#include "history_support.h"

namespace penjing::studio {
namespace {

const std::string kPrompt = "A red apple, 日本 \xf0\x9f\x8d\x8e: \"still\"\nSecond line";

class ExportTest : public HistoryFixture {
protected:
    void SetUp() override {
        recipe_ = recipeOf(kPrompt, 18446744073709551615ull, "2026-01-01T10:00:00Z");
        writeBytes(path("p.png"), pngOf(&recipe_, 40));
    }
    QByteArray exported(const QString& name, const ExportOptions& options) {
        const Status status = exportPicture(path("p.png"), path(name), options);
        EXPECT_TRUE(status) << (status ? "" : status.error().message);
        return bytesOf(path(name));
    }
    static QByteArray utf16(const QString& text) {
        QByteArray bytes;
        for (const QChar unit : text)
            bytes.append(static_cast<char>(unit.unicode() >> 8)).append(static_cast<char>(unit.unicode() & 0xff));
        return bytes;
    }
    Recipe recipe_;
};

// Where the comment's bytes are, following the offsets of the two TIFF folders; an independent little reader.
QByteArray commentIn(const QByteArray& exif) {
    const auto u16 = [&](quint32 at) { return qFromBigEndian<quint16>(exif.constData() + at); };
    const auto u32 = [&](quint32 at) { return qFromBigEndian<quint32>(exif.constData() + at); };
    EXPECT_EQ(exif.left(4), QByteArray("MM\0*", 4));
    const quint32 first = u32(4);
    EXPECT_EQ(u16(first), 1);
    EXPECT_EQ(u16(first + 2), 0x8769);
    const quint32 second = u32(first + 10);
    EXPECT_EQ(u16(second + 2), 0x9286);
    EXPECT_EQ(u16(second + 4), 7);
    return exif.mid(u32(second + 10), u32(second + 6));
}

TEST_F(ExportTest, PngWithRecipeIsTheSameFile) {
    EXPECT_EQ(exported("out.png", {ExportFormat::Png, 90, true}), bytesOf(path("p.png")));
}

TEST_F(ExportTest, PngWithoutRecipeHasTheSamePixelsAndNoWord) {
    const QByteArray out = exported("out.png", {ExportFormat::Png, 90, false});
    EXPECT_FALSE(out.contains("apple"));
    EXPECT_FALSE(out.contains("penjing") || out.contains("Penjing"));
    const auto before = readPng(path("p.png").toStdString());
    const auto after = readPng(path("out.png").toStdString());
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->rgb, after->rgb);
    EXPECT_FALSE(*readRecipe(path("out.png").toStdString()));
}

TEST_F(ExportTest, JpegCarriesTheTextOtherProgramsRead) {
    const QByteArray out = exported("out.jpg", {ExportFormat::Jpeg, 90, true});
    EXPECT_EQ(QImageReader(path("out.jpg")).size(), QSize(40, 40));
    const qsizetype at = out.indexOf(QByteArray("Exif\0\0", 6));
    ASSERT_GT(at, 0);
    const quint16 length = qFromBigEndian<quint16>(out.constData() + at - 2);
    EXPECT_EQ(static_cast<quint8>(out[at - 4]), 0xff);
    EXPECT_EQ(static_cast<quint8>(out[at - 3]), 0xe1);
    const QByteArray comment = commentIn(out.mid(at + 6, length - 8));
    EXPECT_TRUE(comment.startsWith(QByteArray("UNICODE\0", 8)));
    EXPECT_TRUE(comment.contains(utf16(QString::fromStdString(kPrompt))));
    EXPECT_TRUE(comment.contains(utf16("Seed: 18446744073709551615, Size: 16x16")));
    EXPECT_FALSE(QImage(path("out.jpg")).isNull());
}

TEST_F(ExportTest, WebpCarriesTheTextInAnExtendedFile) {
    const QByteArray out = exported("out.webp", {ExportFormat::Webp, 80, true});
    EXPECT_EQ(qFromLittleEndian<quint32>(out.constData() + 4), static_cast<quint32>(out.size() - 8));
    EXPECT_EQ(out.mid(12, 4), "VP8X");
    EXPECT_EQ(static_cast<quint8>(out[20]) & 0x08, 0x08);
    EXPECT_EQ(out.mid(24, 6), QByteArray("\x27\0\0\x27\0\0", 6));  // 40 − 1
    const qsizetype at = out.indexOf("EXIF");
    ASSERT_GT(at, 0);
    EXPECT_TRUE(commentIn(out.mid(at + 8)).contains(utf16("Second line")));
    EXPECT_EQ(QImage(path("out.webp")).size(), QSize(40, 40));
    // Lossless WebP is another chunk with its own size fields.
    exported("lossless.webp", {ExportFormat::Webp, 100, true});
    EXPECT_EQ(bytesOf(path("lossless.webp")).mid(24, 6), QByteArray("\x27\0\0\x27\0\0", 6));
    const QImage lossless(path("lossless.webp")), original(path("p.png"));
    ASSERT_EQ(lossless.size(), original.size());
    for (int y = 0; y < original.height(); ++y)
        for (int x = 0; x < original.width(); ++x)
            ASSERT_EQ(lossless.pixel(x, y), original.pixel(x, y)) << x << ' ' << y;
}

TEST_F(ExportTest, WithoutRecipeNoTextIsLeftInAnyFormat) {
    for (const auto& [name, format] : {std::pair{"out.jpg", ExportFormat::Jpeg}, {"out.webp", ExportFormat::Webp}}) {
        const QByteArray out = exported(name, {format, 90, false});
        EXPECT_FALSE(out.contains("apple") || out.contains(utf16("apple")) || out.contains("Steps")) << name;
        EXPECT_FALSE(QImage(path(name)).isNull());
    }
}

TEST_F(ExportTest, QualityMatters) {
    EXPECT_LT(exported("low.jpg", {ExportFormat::Jpeg, 10, false}).size(),
              exported("high.jpg", {ExportFormat::Jpeg, 95, false}).size());
}

TEST_F(ExportTest, TransparencyBecomesWhite) {
    QImage image(20, 20, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    image.setText("parameters", "secret");
    ASSERT_TRUE(image.save(path("p.png")));
    exported("out.jpg", {ExportFormat::Jpeg, 95, false});
    EXPECT_GT(qRed(QImage(path("out.jpg")).pixel(10, 10)), 250);
    EXPECT_FALSE(bytesOf(path("out.jpg")).contains("secret"));
}

TEST_F(ExportTest, FailuresAreOneLineAndLeaveNothing) {
    writeBytes(path("bad.png"), "not a picture");
    for (const ExportFormat format : {ExportFormat::Png, ExportFormat::Jpeg}) {
        const Status status = exportPicture(path("bad.png"), path("out"), {format, 90, false});
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().message.find('\n'), std::string::npos);
    }
    EXPECT_FALSE(exportPicture(path("missing.png"), path("out"), {}));
    EXPECT_FALSE(exportPicture(path("p.png"), path("no/such/folder/out.png"), {}));
    EXPECT_FALSE(QFile::exists(path("out")));
}

TEST_F(ExportTest, ATextTooLongForJpegIsRefusedNotCut) {
    recipe_.prompt = std::string(40000, 'x');
    writeBytes(path("p.png"), pngOf(&recipe_));
    EXPECT_FALSE(exportPicture(path("p.png"), path("out.jpg"), {ExportFormat::Jpeg, 90, true}));
    EXPECT_TRUE(exportPicture(path("p.png"), path("out.jpg"), {ExportFormat::Jpeg, 90, false}));
    EXPECT_TRUE(exportPicture(path("p.png"), path("out.webp"), {ExportFormat::Webp, 90, true}));
}

TEST(PictureMetadata, RefusesWhatIsNotOfTheKind) {
    const QByteArray exif = exifWithComment("x");
    for (const QByteArray& bad : {QByteArray(), QByteArray("RIFF"), QByteArray("\xff\xd8\xff"), QByteArray(200, 'a'),
                                  QByteArray("RIFF\x10\0\0\0WEBPVP8X\xff\xff\xff\xff", 20)}) {
        EXPECT_TRUE(jpegWithExif(bad, exif).isEmpty());
        EXPECT_TRUE(webpWithExif(bad, exif).isEmpty());
        EXPECT_TRUE(pngWithoutTexts(bad).isEmpty());
    }
    const QByteArray png = pngOf(nullptr);
    for (qsizetype size = 0; size < png.size(); ++size) EXPECT_TRUE(pngWithoutTexts(png.first(size)).isEmpty()) << size;
}

TEST_F(ExportTest, ContactSheetHoldsAllPictures) {
    EXPECT_TRUE(contactSheet({}, 3, 100).isNull());
    QStringList pictures;
    for (int i = 0; i < 7; ++i) pictures << path("p.png");
    const QImage sheet = contactSheet(pictures, 3, 100);
    EXPECT_EQ(sheet.width(), 8 + 3 * 108);
    // Three rows: the last has one picture, beside which it stays white.
    const int row = (sheet.height() - 8) / 3;
    EXPECT_NE(sheet.pixel(58, 8 + 2 * row + 50), qRgb(255, 255, 255));
    EXPECT_EQ(sheet.pixel(58 + 108, 8 + 2 * row + 50), qRgb(255, 255, 255));
    // Absurd wishes are bounded.
    EXPECT_LE(contactSheet(pictures, 1000000, 1 << 20).width(), 32767);
}

TEST_F(ExportTest, RunWritesAllUnderFreeNames) {
    QTemporaryDir target;
    ExportRun run;
    QSignalSpy finished(&run, &ExportRun::finished);
    ExportJob job;
    job.pictures = {path("p.png"), path("p.png"), path("missing.png")};
    job.folder = target.filePath("made/for/it");
    job.namePattern = "picture-{seed}";
    run.start(job);
    EXPECT_TRUE(run.isRunning());
    ASSERT_TRUE(finished.wait(20000));
    EXPECT_FALSE(run.isRunning());
    EXPECT_EQ(finished[0][0].toInt(), 2);
    EXPECT_EQ(finished[0][1].toStringList().size(), 1);
    const QStringList names = QDir(job.folder).entryList(QDir::Files, QDir::Name);
    EXPECT_EQ(names, QStringList({"picture-18446744073709551615 (2).png", "picture-18446744073709551615.png"}));

    job.pictures = {path("p.png"), path("p.png"), path("p.png")};
    job.asContactSheets = true;
    job.sheetColumns = 1;
    job.sheetRows = 2;
    job.options.format = ExportFormat::Jpeg;
    run.start(job);
    ASSERT_TRUE(finished.wait(20000));
    EXPECT_EQ(finished[1][0].toInt(), 2);
    EXPECT_EQ(QDir(job.folder).entryList({"*.jpg"}).size(), 2);
}

TEST_F(ExportTest, RunCanBeCancelled) {
    QTemporaryDir target;
    ExportRun run;
    QSignalSpy finished(&run, &ExportRun::finished);
    ExportJob job;
    for (int i = 0; i < 2000; ++i) job.pictures << path("p.png");
    job.folder = target.path();
    job.namePattern = "{prompt}";
    job.options.format = ExportFormat::Webp;
    run.start(job);
    run.cancel();
    ASSERT_TRUE(finished.wait(20000));
    EXPECT_TRUE(finished[0][2].toBool());
    EXPECT_LT(finished[0][0].toInt(), 2000);
    EXPECT_EQ(QDir(target.path()).entryList(QDir::Files).size(), finished[0][0].toInt());
}

}  // namespace
}  // namespace penjing::studio
