#pragma once

#include <QFile>
#include <QString>
#include <QTest>
#include <random>
#include <string>
#include <vector>

#include "core/result.h"

/// Fails the test with the error's text when a Result has no value.
#define VERIFY_OK(result)                                     \
    do {                                                      \
        const std::string why_ = spanwise::test::why(result); \
        QVERIFY2(why_.empty(), why_.c_str());                 \
    } while (false)

/// Fails the test unless a Result is an error of this code, at this place, whose message has
/// `part`.
#define VERIFY_FAILS(result, expectedCode, expectedWhere, part)                           \
    do {                                                                                  \
        const auto result_ = (result);                                                    \
        QVERIFY(!result_.has_value());                                                    \
        const spanwise::Error error_ = result_.error();                                   \
        QVERIFY2(error_.code == (expectedCode), error_.text().c_str());                   \
        QCOMPARE(QString::fromStdString(error_.where), QString::fromUtf8(expectedWhere)); \
        QVERIFY2(error_.message.find(part) != std::string::npos, error_.text().c_str());  \
    } while (false)

namespace spanwise::test {

/// Empty when there is no error.
template <typename T>
std::string why(const Result<T>& result) {
    return result.has_value() ? std::string() : result.error().text();
}

/// The folder with the real data sets.
inline QString dataFolder() {
    return qEnvironmentVariable("SPANWISE_DATA", QStringLiteral(SPANWISE_DEFAULT_DATA));
}

inline QByteArray readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline std::string encoded(char32_t c) {
    return QString::fromUcs4(&c, 1).toStdString();
}

/// Random text with stretches of one width, mixed ones, marks, emoji and every kind of line end.
inline std::string randomText(std::mt19937_64& random, int pieces) {
    static const std::vector<std::string> kPieces{
        "a",      "Z",      "7",      " ",      "\t", "\n",          "\r\n", ".",       ",",
        "'",      "ä",      "é",      "ß",      "日", "本",          "か",   "ß",       "\u00a0",
        "\u2028", "\u0301", "\u200b", "\u200d", "😀",  "👩‍🚀", "🇩🇪",   "1️⃣", "ก",
        "ำ",      "ش",      "ל",      "“",      "—",  "\u0085"};
    std::string text;
    while (pieces > 0) {
        const std::string& piece = kPieces[random() % kPieces.size()];
        const int times = random() % 4 == 0 ? static_cast<int>(random() % 150) : 1;
        for (int i = 0; i < times; ++i)
            text += piece;
        --pieces;
    }
    return text;
}

}  // namespace spanwise::test
