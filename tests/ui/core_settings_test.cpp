#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/studio_settings.h"

namespace penjing::studio {
namespace {

class CoreSettings : public testing::Test {
protected:
    QTemporaryDir root;
    QString ini = root.filePath("studio.ini");
};

TEST_F(CoreSettings, Defaults) {
    const StudioSettings settings(ini);
    EXPECT_EQ(settings.engine(), EngineSettings{});
    EXPECT_TRUE(settings.picturesFolder().endsWith("/Penjing"));
    EXPECT_EQ(settings.fileNamePattern(), "{prompt}-{seed}");
    EXPECT_TRUE(settings.writeRecipes());
    EXPECT_TRUE(settings.sameSeed());
    EXPECT_FALSE(settings.liveDrawing());
    EXPECT_EQ(settings.theme(), Theme::System);
    EXPECT_EQ(settings.language(), "");
    EXPECT_TRUE(settings.promptHistory().isEmpty());
}

TEST_F(CoreSettings, EverySetterStoresAtOnceAndAnnounces) {
    StudioSettings settings(ini);
    QSignalSpy changed(&settings, &StudioSettings::changed);
    settings.setEngine({3, false});
    settings.setPicturesFolder("/tmp/pictures");
    settings.setFileNamePattern("{date}");
    settings.setWriteRecipes(false);
    settings.setTheme(Theme::Dark);
    settings.setLanguage("de");
    settings.setLiveDrawing(true);
    settings.setSameSeed(false);
    settings.setCurrentModelPath("/tmp/a, b.penjing");
    settings.addPrompt("a, \"b\"; c\n🍎");
    settings.setWindowGeometry(QByteArray("\0\1\2", 3));
    EXPECT_EQ(changed.count(), 11);
    settings.setTheme(Theme::Dark);
    EXPECT_EQ(changed.count(), 11);  // nothing changed

    const StudioSettings again(ini);
    EXPECT_EQ(again.engine(), (EngineSettings{3, false}));
    EXPECT_EQ(again.picturesFolder(), "/tmp/pictures");
    EXPECT_EQ(again.fileNamePattern(), "{date}");
    EXPECT_FALSE(again.writeRecipes());
    EXPECT_EQ(again.theme(), Theme::Dark);
    EXPECT_EQ(again.language(), "de");
    EXPECT_TRUE(again.liveDrawing());
    EXPECT_FALSE(again.sameSeed());
    EXPECT_EQ(again.currentModelPath(), "/tmp/a, b.penjing");
    EXPECT_EQ(again.promptHistory(), QStringList{"a, \"b\"; c\n🍎"});
    EXPECT_EQ(again.windowGeometry(), QByteArray("\0\1\2", 3));
}

TEST_F(CoreSettings, PromptsAreNewestFirstOnceAndNotTooMany) {
    StudioSettings settings(ini);
    for (int i = 0; i < 205; ++i) settings.addPrompt(QString("prompt %1").arg(i));
    settings.addPrompt("prompt 100");
    settings.addPrompt("   ");
    const QStringList prompts = settings.promptHistory();
    EXPECT_EQ(prompts.size(), 200);
    EXPECT_EQ(prompts[0], "prompt 100");
    EXPECT_EQ(prompts[1], "prompt 204");
    EXPECT_EQ(prompts.count("prompt 100"), 1);
    EXPECT_FALSE(prompts.contains("prompt 4"));
}

TEST_F(CoreSettings, AFileFullOfNonsenseGivesDefaults) {
    QFile file(ini);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("[engine]\nthreads=-7\n[pictures]\nfolder=../up\nfileNamePattern=\n[window]\ntheme=pink\n");
    file.close();
    const StudioSettings settings(ini);
    EXPECT_EQ(settings.engine().threads, 0);
    EXPECT_TRUE(QDir::isAbsolutePath(settings.picturesFolder()));
    EXPECT_FALSE(settings.picturesFolder().contains(".."));
    EXPECT_EQ(settings.fileNamePattern(), "{prompt}-{seed}");
    EXPECT_EQ(settings.theme(), Theme::System);
}

}  // namespace
}  // namespace penjing::studio
