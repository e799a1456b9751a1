#pragma once

#include <QFile>
#include <QString>
#include <QTest>
#include <optional>
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
#define VERIFY_FAILS(result, code, where, part)                                             \
    do {                                                                                    \
        const std::string why_ =                                                            \
            spanwise::test::mismatch(spanwise::test::errorOf(result), (code), where, part); \
        QVERIFY2(why_.empty(), why_.c_str());                                               \
    } while (false)

namespace spanwise::test {

/// Empty when there is no error.
template <typename T>
std::string why(const Result<T>& result) {
    return result.has_value() ? std::string() : result.error().text();
}

template <typename T>
std::optional<Error> errorOf(const Result<T>& result) {
    return result.has_value() ? std::nullopt : std::optional(result.error());
}

/// What is wrong with an error; empty when it is the expected one.
inline std::string mismatch(const std::optional<Error>& error, ErrorCode code,
                            std::string_view where, std::string_view part) {
    if (!error)
        return "there was no error";
    if (error->code == code && error->where == where &&
        error->message.find(part) != std::string::npos) {
        return {};
    }
    return std::string(errorCodeName(error->code)) + " at " + error->where + ": " + error->message;
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
