#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "models/io/safetensors.h"
#include "tests/models/fixtures.h"

using namespace spanwise;

namespace {

double halfToDouble(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const double fraction = (bits & 1023) / 1024.0;
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31)
        return sign * (fraction == 0 ? INFINITY : NAN);
    return sign *
           (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15));
}

template <typename T>
T load(const TensorView& view, std::size_t index) {
    T value;
    std::memcpy(&value, view.data.data() + index * sizeof(T), sizeof(T));
    return value;
}

double valueAt(const TensorView& view, std::size_t i) {
    switch (view.dtype) {
        case DType::F64:
            return load<double>(view, i);
        case DType::F32:
            return static_cast<double>(load<float>(view, i));
        case DType::F16:
            return halfToDouble(load<std::uint16_t>(view, i));
        case DType::BF16: {
            const std::uint32_t bits = std::uint32_t{load<std::uint16_t>(view, i)} << 16;
            float value;
            std::memcpy(&value, &bits, sizeof value);
            return static_cast<double>(value);
        }
        case DType::I64:
            return static_cast<double>(load<std::int64_t>(view, i));
        case DType::I32:
            return load<std::int32_t>(view, i);
        case DType::I16:
            return load<std::int16_t>(view, i);
        case DType::I8:
            return load<std::int8_t>(view, i);
        case DType::U8:
        case DType::Bool:
            return load<std::uint8_t>(view, i);
        default:
            break;
    }
    return NAN;
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFixture_opensOrIsRefused_data() {
        QTest::addColumn<QByteArray>("entry");
        const auto manifest = fixtures::json("safetensors/manifest.json");
        for (const auto& file : manifest.at("files"))
            QTest::newRow(file.at("file").get<std::string>().c_str())
                << QByteArray::fromStdString(file.dump());
    }
    void everyFixture_opensOrIsRefused() {
        QFETCH(QByteArray, entry);
        const auto expected = nlohmann::json::parse(entry.toStdString());
        const auto file = SafetensorsFile::open(
            fixtures::path("safetensors/" + expected.at("file").get<std::string>()));
        if (!expected.at("ok").get<bool>()) {
            QVERIFY2(!file, expected.at("reason").get<std::string>().c_str());
            QVERIFY(file.error().code == ErrorCode::Corrupt);
            QVERIFY(file.error().where.find(expected.at("file").get<std::string>()) !=
                    std::string::npos);
            return;
        }
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const auto tensors = expected.value("tensors", nlohmann::json::object());
        QCOMPARE((*file)->tensors().size(), tensors.size());
        for (const auto& [name, tensor] : tensors.items()) {
            const TensorView* view = (*file)->find(name);
            QVERIFY2(view != nullptr, name.c_str());
            QCOMPARE(std::string(dtypeName(view->dtype)), tensor.at("dtype").get<std::string>());
            QCOMPARE(view->shape, tensor.at("shape").get<std::vector<std::int64_t>>());
            const auto& values = tensor.at("values");
            QCOMPARE(static_cast<std::size_t>(view->elements()), values.size());
            for (std::size_t i = 0; i < values.size(); ++i) {
                const double value =
                    values[i].is_boolean() ? values[i].get<bool>() : values[i].get<double>();
                QCOMPARE(valueAt(*view, i), value);
            }
        }
    }

    void missingFile_isNotFound() {
        const auto file = SafetensorsFile::open("/no/such/model.safetensors");
        QVERIFY(!file);
        QVERIFY(file.error().code == ErrorCode::NotFound);
    }

    void everyTruncation_isRefused() {
        const QTemporaryDir dir;
        const auto path = (dir.path() + "/t.safetensors").toStdString();
        const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
        TensorView view;
        view.shape = {2, 3};
        view.data = std::as_bytes(std::span(numbers));
        QVERIFY(writeSafetensors(path, {{"a", view}, {"b", view}}).has_value());
        {
            const auto whole = SafetensorsFile::open(path);
            QVERIFY2(whole.has_value(), whole ? "" : whole.error().text().c_str());
            QCOMPARE((*whole)->find("b")->data.size(), std::size_t{24});
            QCOMPARE(valueAt(*(*whole)->find("b"), 5), 6.0);
        }
        const QByteArray bytes = fixtures::bytes(path);
        for (qsizetype length = 0; length < bytes.size(); ++length) {
            QFile out(QString::fromStdString(path));
            QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
            out.write(bytes.first(length));
            out.close();
            QVERIFY2(!SafetensorsFile::open(path), qPrintable(QString::number(length)));
        }
    }

    void write_onAFullDisk_saysSo() {
        TensorView view;
        const std::vector<float> numbers(1024);
        view.shape = {1024};
        view.data = std::as_bytes(std::span(numbers));
        const auto written = writeSafetensors("/dev/full", {{"a", view}});
        QVERIFY(!written);
        QVERIFY(written.error().code == ErrorCode::DiskFull);
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
