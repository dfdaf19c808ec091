#pragma once

#include <QImage>
#include <QMetaType>
#include <QString>

#include "core/draw_settings.h"

namespace penjing::studio {

enum class JobState {
    Waiting,
    Drawing,  // or drawn and being saved
    Stopped,  // by its user or by closing; goes on at finishedSteps when it is resumed
    Failed,
};

// One picture that is to be drawn. Finished jobs leave the queue: the picture on disk is what remains.
struct Job {
    QString id;  // UUID without braces; also names its resume file
    DrawSettings settings;
    JobState state = JobState::Waiting;
    int finishedSteps = 0;
    QString picturePath;  // where it will be written, chosen when it is queued: if the file exists, the job is done
    QString problem;      // of a failed job: what happened, and what to do, in the user's language
};

// Live state of the job being drawn. A value, sent to the UI thread at most 20 times a second.
struct JobProgress {
    QString jobId;
    Phase phase = Phase::Text;
    int step = 0;
    int steps = 0;
    double elapsedSeconds = 0.0;
    double remainingSeconds = -1.0;  // negative: unknown
    QImage preview;                  // null if there is no new one
};

// A drawn picture. For live drawing it is not on disk and path is empty.
struct FinishedPicture {
    QString jobId;
    QString path;
    QImage image;
    Recipe recipe;
    PhaseSeconds seconds;
    quint64 peakResidentBytes = 0;
    QStringList unknownWords;
    bool promptTruncated = false;
};

}  // namespace penjing::studio

Q_DECLARE_METATYPE(penjing::studio::Job)
Q_DECLARE_METATYPE(penjing::studio::JobProgress)
Q_DECLARE_METATYPE(penjing::studio::FinishedPicture)
