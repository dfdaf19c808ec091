#pragma once

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "history/history_model.h"
#include "penjing/image.h"

namespace penjing::studio {

inline Image plainImage(int width, int height, std::uint8_t level) {
    Image image{width, height, {}};
    for (int i = 0; i < width * height; ++i)
        for (const int channel : {int{level}, (level * 7 + i) % 256, i % 256})
            image.rgb.push_back(static_cast<std::uint8_t>(channel));
    return image;
}

inline Recipe recipeOf(const std::string& prompt, std::uint64_t seed, const std::string& created) {
    Recipe recipe;
    recipe.prompt = prompt;
    recipe.seed = seed;
    recipe.steps = 4;
    recipe.width = 16;
    recipe.height = 16;
    recipe.modelName = "Seedling";
    recipe.modelHash = "0123456789abcdef";
    recipe.kernels = "scalar";
    recipe.precision = "int8";
    recipe.engineVersion = "0.1.0";
    recipe.pixelHash = std::string(64, 'a');
    recipe.created = created;
    return recipe;
}

inline QByteArray pngOf(const Recipe* recipe, int side = 16) {
    const auto bytes = encodePng(plainImage(side, side, recipe ? static_cast<std::uint8_t>(recipe->seed) : 9), recipe);
    EXPECT_TRUE(bytes);
    return {reinterpret_cast<const char*>(bytes->data()), static_cast<qsizetype>(bytes->size())};
}

inline void writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly)) << path.toStdString();
    ASSERT_EQ(file.write(bytes), bytes.size());
}

inline QByteArray bytesOf(const QString& path) {
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
    return file.readAll();
}

// A folder of three pictures, "a.png" the oldest, and a cache folder.
class HistoryFixture : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(folder_.isValid() && cache_.isValid());
        write("a.png", recipeOf("A red apple", 1, "2026-01-01T10:00:00Z"));
        write("b.png", recipeOf("A blue boat, Ärger", 22, "2026-01-02T10:00:00Z"));
        write("c.png", recipeOf("A green apple tree", 333, "2026-01-03T10:00:00Z"));
    }

    void write(const QString& name, const Recipe& recipe) { writeBytes(path(name), pngOf(&recipe)); }
    QString path(const QString& name) const { return folder_.filePath(name); }
    QStringList shown(const HistoryModel& model) const {
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names << QFileInfo(model.index(row).data(HistoryModel::PathRole).toString()).fileName();
        return names;
    }
    // A model after its first scan.
    std::unique_ptr<HistoryModel> scanned() const {
        auto model = std::make_unique<HistoryModel>(folder_.path(), cache_.path());
        waitForScan(*model);
        return model;
    }
    static void waitForScan(HistoryModel& model) {
        if (model.isScanning()) {
            QSignalSpy finished(&model, &HistoryModel::scanFinished);
            EXPECT_TRUE(finished.wait(20000));
        }
    }

    QTemporaryDir folder_;
    QTemporaryDir cache_;
};

}  // namespace penjing::studio
