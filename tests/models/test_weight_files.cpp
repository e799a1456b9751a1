#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <filesystem>
#include <thread>

#include "models/io/torch_pickle.h"
#include "models/io/weight_files.h"
#include "tests/models/fixtures.h"

using namespace spanwise;
namespace fs = std::filesystem;

namespace {

std::string hex(std::span<const std::byte> data) {
    return QByteArray(reinterpret_cast<const char*>(data.data()),
                      static_cast<qsizetype>(data.size()))
        .toHex()
        .toStdString();
}

/// Empty when `view` is what the manifest says, bit by bit.
std::string difference(const TensorView* view, const nlohmann::json& expected) {
    if (view == nullptr)
        return "is missing";
    if (dtypeName(view->dtype) != expected.at("dtype").get<std::string>())
        return "is " + std::string(dtypeName(view->dtype));
    if (view->shape != expected.at("shape").get<std::vector<std::int64_t>>())
        return "has the shape " + view->shapeText();
    if (hex(view->data) != expected.at("bytes").get<std::string>())
        return "has other values";
    if (reinterpret_cast<std::uintptr_t>(view->data.data()) % dtypeSize(view->dtype) != 0)
        return "is not aligned";
    return {};
}

std::string unsaid(const Error& error, const nlohmann::json& says) {
    for (const auto& part : says) {
        if (error.text().find(part.get<std::string>()) == std::string::npos)
            return "\"" + part.get<std::string>() + "\" is not in: " + error.text();
    }
    return {};
}

void addRows(const char* list, const char* key) {
    QTest::addColumn<QByteArray>("entry");
    const auto manifest = fixtures::json("weights/manifest.json");
    for (const auto& entry : manifest.at(list))
        QTest::newRow(entry.at(key).get<std::string>().c_str())
            << QByteArray::fromStdString(entry.dump());
}

QByteArray fixture(const char* name) {
    return fixtures::bytes(fixtures::path(std::string("weights/") + name));
}

std::string_view viewOf(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// Touches every byte that a view promises, so that a sanitizer sees one too many.
std::uint64_t sum(const TorchPickleFile& file) {
    std::uint64_t total = 0;
    for (const auto& [name, view] : file.tensors()) {
        for (const std::byte byte : view.data)
            total += static_cast<std::uint64_t>(byte);
    }
    return total;
}

}  // namespace

class TestWeightFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPickle_isReadOrRefused_data() { addRows("files", "file"); }
    void everyPickle_isReadOrRefused() {
        QFETCH(QByteArray, entry);
        const auto expected = nlohmann::json::parse(entry.toStdString());
        const std::string name = expected.at("file");
        const auto file = TorchPickleFile::open(fixtures::path("weights/" + name));
        if (!expected.at("ok").get<bool>()) {
            QVERIFY(!file);
            QVERIFY2(unsaid(file.error(), expected.at("says")).empty(),
                     unsaid(file.error(), expected.at("says")).c_str());
            QVERIFY(file.error().where.ends_with(name));
            return;
        }
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        QCOMPARE((*file)->tensors().size(), expected.at("tensors").size());
        for (const auto& [tensor, description] : expected.at("tensors").items()) {
            const std::string differs = difference((*file)->find(tensor), description);
            QVERIFY2(differs.empty(), (tensor + " " + differs).c_str());
        }
    }

    void everyFolder_isReadOrRefused_data() { addRows("folders", "folder"); }
    void everyFolder_isReadOrRefused() {
        QFETCH(QByteArray, entry);
        const auto expected = nlohmann::json::parse(entry.toStdString());
        const auto weights = WeightFiles::open(
            fixtures::path("weights/" + expected.at("folder").get<std::string>()));
        if (!expected.at("ok").get<bool>()) {
            QVERIFY(!weights);
            QVERIFY2(unsaid(weights.error(), expected.at("says")).empty(),
                     unsaid(weights.error(), expected.at("says")).c_str());
            return;
        }
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().text().c_str());
        std::vector<std::string> names;
        for (const auto& [tensor, description] : expected.at("tensors").items()) {
            names.push_back(tensor);
            const std::string differs = difference((*weights)->find(tensor), description);
            QVERIFY2(differs.empty(), (tensor + " " + differs).c_str());
        }
        QCOMPARE((*weights)->names(), names);
        QVERIFY((*weights)->find("no such tensor") == nullptr);
        QVERIFY((*weights)->fileOf("no such tensor").empty());
    }

    void shardedWeights_sayWhereEachTensorIs() {
        const auto weights = WeightFiles::open(fixtures::path("weights/sharded_safetensors"));
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().text().c_str());
        QCOMPARE((*weights)->path().filename().string(),
                 std::string("model.safetensors.index.json"));
        QCOMPARE((*weights)->fileOf("b").filename().string(),
                 std::string("model-00001-of-00002.safetensors"));
        QCOMPARE((*weights)->fileOf("c").filename().string(),
                 std::string("model-00002-of-00002.safetensors"));
        QCOMPARE((*weights)->files().size(), std::size_t{2});
        std::uint64_t bytes = 0;
        for (const fs::path& file : (*weights)->files())
            bytes += fs::file_size(file);
        QCOMPARE((*weights)->bytes(), bytes);
    }

    void wholeWeights_sayTheirFile() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        fs::copy_file(fixtures::path("weights/fp32.bin"), folder / "pytorch_model.bin");
        const auto weights = WeightFiles::open(folder);
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().text().c_str());
        QCOMPARE((*weights)->path(), folder / "pytorch_model.bin");
        QCOMPARE((*weights)->fileOf("linear.bias"), folder / "pytorch_model.bin");
        QCOMPARE((*weights)->bytes(), fs::file_size(folder / "pytorch_model.bin"));
    }

    /// The layout of a downloaded repository's cache: every file is a link to a blob elsewhere.
    void linkedFiles_areFollowedAndBrokenLinksNamed() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        fs::create_symlink(fixtures::path("weights/preference/model.safetensors"),
                           folder / "model.safetensors");
        QVERIFY(WeightFiles::open(folder).has_value());
        fs::remove(folder / "model.safetensors");
        fs::create_symlink(folder / "gone", folder / "model.safetensors");
        const auto broken = WeightFiles::open(folder);
        QVERIFY(!broken);
        QVERIFY(broken.error().where.ends_with("model.safetensors"));
    }

    /// Neither the reader's stack nor a tree's destructor may grow with the input.
    void deepIndex_isRefused() {
        const QTemporaryDir dir;
        const QString path = dir.path() + "/model.safetensors.index.json";
        for (const QByteArray& text :
             {QByteArray("[").repeated(1'000'000), QByteArray("{\"x\":").repeated(1'000'000)}) {
            QFile out(path);
            QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
            out.write(text);
            out.close();
            const auto weights = WeightFiles::open(dir.path().toStdString());
            QVERIFY(!weights);
            QVERIFY(weights.error().code == ErrorCode::Corrupt);
        }
    }

    void noFolder_isNotFound() {
        const auto weights = WeightFiles::open("/no/such/model");
        QVERIFY(!weights);
        QVERIFY(weights.error().code == ErrorCode::NotFound);
        QVERIFY(!WeightFiles::open(fixtures::path("weights/fp32.bin")));
    }

    void tensors_areViewsOfTheFile_unlessTheyHaveStrides() {
        const QByteArray bytes = fixture("strided.bin");
        const auto file = TorchPickleFile::parse(viewOf(bytes), "strided.bin");
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const auto inside = [&](const char* name) {
            const auto* first = reinterpret_cast<const char*>((*file)->find(name)->data.data());
            return first >= bytes.constData() && first < bytes.constData() + bytes.size();
        };
        QVERIFY(inside("scalar"));
        QVERIFY(inside("ones"));
        QVERIFY(!inside("transposed"));
        QVERIFY(!inside("permuted"));
    }

    void everyTruncation_isRefused_data() {
        QTest::addColumn<QByteArray>("whole");
        for (const char* name : {"fp32.bin", "legacy.bin", "by_hand.bin", "untyped.bin"})
            QTest::newRow(name) << fixture(name);
    }
    void everyTruncation_isRefused() {
        QFETCH(QByteArray, whole);
        QVERIFY(TorchPickleFile::parse(viewOf(whole), "whole").has_value());
        for (qsizetype length = 0; length < whole.size(); ++length) {
            const auto file = TorchPickleFile::parse(viewOf(whole.first(length)), "cut");
            QVERIFY2(!file, qPrintable(QString::number(length)));
        }
    }

    /// The pickle alone, cut off behind each of its opcodes and inside them.
    void everyTruncatedPickle_isRefused() {
        const QByteArray whole = fixture("legacy.bin");
        const qsizetype begin = whole.indexOf(
            "\x80\x02"
            "ccollections");
        QVERIFY(begin > 0);
        const qsizetype end = whole.indexOf("\x80\x02]", begin);
        QVERIFY(end > begin);
        for (qsizetype length = begin; length < end; ++length) {
            const QByteArray cut = whole.first(length) + whole.sliced(end);
            QVERIFY2(!TorchPickleFile::parse(viewOf(cut), "cut"),
                     qPrintable(QString::number(length)));
        }
    }

    /// No damage of one byte crashes, or makes a view that reaches outside of the file. Most of
    /// them, not all, are seen: no checksum guards the values.
    void everyChangedByte_isReadOrRefused_data() { everyTruncation_isRefused_data(); }
    void everyChangedByte_isReadOrRefused() {
        QFETCH(QByteArray, whole);
        std::size_t refusals = 0;
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (const int change : {0x01, 0x80, 0xFF}) {
                QByteArray changed = whole;
                changed[i] = static_cast<char>(changed[i] ^ change);
                const auto file = TorchPickleFile::parse(viewOf(changed), "changed");
                if (!file) {
                    ++refusals;
                    QVERIFY(!file.error().message.empty());
                } else {
                    (void)sum(**file);
                }
            }
        }
        QVERIFY(refusals > 0);
    }

    void manyThreads_readTheSame() {
        const auto weights = WeightFiles::open(fixtures::path("weights/sharded_pytorch"));
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().text().c_str());
        const std::string first = hex((*weights)->find("a")->data);
        std::vector<int> equal(4, 0);
        std::vector<std::thread> threads;
        for (int& count : equal)
            threads.emplace_back([&] {
                for (int i = 0; i < 200; ++i)
                    count += hex((*weights)->find("a")->data) == first ? 1 : 0;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(equal, (std::vector<int>{200, 200, 200, 200}));
    }
};

QTEST_GUILESS_MAIN(TestWeightFiles)
#include "test_weight_files.moc"
