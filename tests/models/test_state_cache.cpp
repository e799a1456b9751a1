#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <thread>

#include "models/learning/state_cache.h"
#include "models/model.h"
#include "tests/models/fixtures.h"

using namespace spanwise;

namespace {

StateCache::States states(std::size_t count, float first) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = first + static_cast<float>(i);
    return std::make_shared<const std::vector<float>>(std::move(values));
}

ContentKey keyOf(std::uint64_t number) {
    return ContentHash().add(number).key();
}

std::vector<LabelledSentence> cities() {
    std::vector<LabelledSentence> sentences;
    for (const char* city : {"Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi"}) {
        LabelledSentence sentence;
        sentence.words = {"She", "flew", "to", city, "yesterday", "."};
        if (sentences.size() % 2 == 0)
            sentence.words.insert(sentence.words.begin() + 4, {"by", "night", "train"});
        sentence.spans = {{3, 4, "city"}};
        sentences.push_back(std::move(sentence));
    }
    return sentences;
}

void flipByte(const std::filesystem::path& path, std::streamoff offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const int byte = file.get();
    file.seekp(offset);
    file.put(static_cast<char>(byte ^ 0x40));
    QVERIFY(file.good());
}

}  // namespace

class TestStateCache : public QObject {
    Q_OBJECT

    ModelPtr m_encoder;
    QTemporaryDir m_folder;
    std::filesystem::path m_file;

private Q_SLOTS:
    void initTestCase() {
        setThreads(1);
        if (const auto path = defaultEncoder()) {
            auto model = loadModel(*path, Device{});
            QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
            m_encoder = *model;
        }
    }
    void init() {
        m_file = m_folder.filePath("inner/states").toStdString();
        std::filesystem::remove(m_file);
    }

    void hash_tellsContentsAndLengthsApart() {
        std::vector<ContentKey> keys;
        for (std::size_t length = 0; length < 70; ++length) {
            std::vector<char> bytes(length, 0);
            keys.push_back(ContentHash().add(bytes.data(), length).key());
            for (std::size_t i = 0; i < length; ++i) {
                bytes[i] = 1;
                keys.push_back(ContentHash().add(bytes.data(), length).key());
                bytes[i] = 0;
            }
        }
        std::sort(keys.begin(), keys.end(), [](const ContentKey& a, const ContentKey& b) {
            return std::pair(a.high, a.low) < std::pair(b.high, b.low);
        });
        QVERIFY(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
    }

    void states_areFoundUnderTheirKeyAndSizeOnly() {
        StateCache cache({});
        QVERIFY(cache.find(keyOf(1), 8) == nullptr);
        cache.add(keyOf(1), states(8, 5));
        const auto found = cache.find(keyOf(1), 8);
        QVERIFY(found != nullptr);
        QCOMPARE(*found, *states(8, 5));
        QVERIFY(cache.find(keyOf(1), 9) == nullptr);
        QVERIFY(cache.find(keyOf(2), 8) == nullptr);
        QCOMPARE(cache.stats().hits, 1);
        QCOMPARE(cache.stats().misses, 3);
    }

    void memory_staysBounded_andTheLeastRecentGoes() {
        StateCache cache({4 * 100 * sizeof(float), {}, 0});
        for (std::uint64_t i = 0; i < 4; ++i)
            cache.add(keyOf(i), states(100, 0));
        QVERIFY(cache.find(keyOf(0), 100) != nullptr);  // now 1 is the oldest
        cache.add(keyOf(4), states(100, 0));
        QCOMPARE(cache.stats().entries, 4);
        QCOMPARE(cache.stats().bytes, static_cast<std::int64_t>(400 * sizeof(float)));
        QVERIFY(cache.find(keyOf(1), 100) == nullptr);
        QVERIFY(cache.find(keyOf(0), 100) != nullptr);
        cache.add(keyOf(5), states(1000, 0));  // more than there is room for in all
        QCOMPARE(cache.stats().entries, 4);
    }

    void file_keepsStatesBetweenRuns() {
        {
            StateCache cache({1 << 20, m_file, 1 << 20});
            cache.add(keyOf(1), states(50, 1));
            cache.add(keyOf(2), states(70, 2));
        }
        StateCache cache({1 << 20, m_file, 1 << 20});
        QCOMPARE(cache.stats().entries, 0);  // read when asked for
        const auto found = cache.find(keyOf(2), 70);
        QVERIFY(found != nullptr);
        QCOMPARE(*found, *states(70, 2));
        QVERIFY(cache.find(keyOf(1), 50) != nullptr);
        QVERIFY(cache.find(keyOf(1), 51) == nullptr);
        QVERIFY(cache.stats().warnings.empty());
    }

    void file_staysBounded_andKeepsTheLatest() {
        constexpr std::uint64_t kBound = 20'000;
        {
            StateCache cache({1 << 20, m_file, kBound});
            for (std::uint64_t i = 0; i < 60; ++i) {
                cache.add(keyOf(i), states(300, static_cast<float>(i)));
                QVERIFY(std::filesystem::file_size(m_file) <= kBound);
            }
        }
        StateCache cache({1 << 20, m_file, kBound});
        QVERIFY(cache.find(keyOf(59), 300) != nullptr);
        QVERIFY(cache.find(keyOf(57), 300) != nullptr);
        QVERIFY(cache.find(keyOf(0), 300) == nullptr);
    }

    void damagedFile_losesWhatIsDamaged_data() {
        QTest::addColumn<int>("offset");
        QTest::addColumn<bool>("firstIsLost");
        QTest::addColumn<bool>("secondIsLost");
        QTest::newRow("magic") << 0 << true << true;
        QTest::newRow("version") << 9 << true << true;
        QTest::newRow("first record's key") << 16 << true << true;
        QTest::newRow("first record's count") << 35 << true << true;
        QTest::newRow("first record's values") << 16 + 40 + 21 << true << false;
        QTest::newRow("second record's checksum") << 16 + 40 + 200 + 24 << false << true;
        QTest::newRow("second record's values") << 16 + 40 + 200 + 40 + 3 << false << true;
    }
    void damagedFile_losesWhatIsDamaged() {
        QFETCH(int, offset);
        QFETCH(bool, firstIsLost);
        QFETCH(bool, secondIsLost);
        {
            StateCache cache({1 << 20, m_file, 1 << 20});
            cache.add(keyOf(1), states(50, 1));
            cache.add(keyOf(2), states(50, 2));
        }
        flipByte(m_file, offset);
        {
            StateCache cache({1 << 20, m_file, 1 << 20});
            QCOMPARE(cache.find(keyOf(1), 50) == nullptr, firstIsLost);
            QCOMPARE(cache.find(keyOf(2), 50) == nullptr, secondIsLost);
            QCOMPARE(cache.stats().warnings.size(), std::size_t{1});
            cache.add(keyOf(1), states(50, 1));
            cache.add(keyOf(2), states(50, 2));
        }
        StateCache cache({1 << 20, m_file, 1 << 20});
        for (std::uint64_t key : {1U, 2U}) {
            const auto found = cache.find(keyOf(key), 50);
            QVERIFY(found != nullptr);
            QCOMPARE(*found, *states(50, static_cast<float>(key)));
        }
        QVERIFY(cache.stats().warnings.empty());
    }

    void cutOffFile_keepsWhatIsWhole() {
        {
            StateCache cache({1 << 20, m_file, 1 << 20});
            cache.add(keyOf(1), states(50, 1));
            cache.add(keyOf(2), states(50, 2));
        }
        const auto size = std::filesystem::file_size(m_file);
        for (std::uintmax_t cut = size - 1; cut > 16 + 40 + 200; cut -= 31) {
            std::filesystem::resize_file(m_file, cut);
            StateCache cache({1 << 20, m_file, 1 << 20});
            QVERIFY(cache.find(keyOf(1), 50) != nullptr);
            QVERIFY(cache.find(keyOf(2), 50) == nullptr);
            cache.add(keyOf(2), states(50, 2));
            QCOMPARE(std::filesystem::file_size(m_file), size);
        }
    }

    void unusableFile_isLeftOut_data() {
        QTest::addColumn<QString>("what");
        QTest::newRow("folder") << "folder";
        QTest::newRow("link") << "link";
        QTest::newRow("held by another") << "held";
    }
    void unusableFile_isLeftOut() {
        QFETCH(QString, what);
        std::filesystem::create_directories(m_file.parent_path());
        std::unique_ptr<StateCache> other;
        if (what == "folder")
            std::filesystem::create_directory(m_file);
        else if (what == "link")
            std::filesystem::create_symlink("/etc/hostname", m_file);
        else
            other = std::make_unique<StateCache>(StateCacheSettings{1 << 20, m_file, 1 << 20});
        StateCache cache({1 << 20, m_file, 1 << 20});
        QCOMPARE(cache.stats().warnings.size(), std::size_t{1});
        QVERIFY(cache.stats().warnings.front().find(m_file.string()) != std::string::npos);
        cache.add(keyOf(1), states(8, 5));
        QVERIFY(cache.find(keyOf(1), 8) != nullptr);
        other.reset();
        std::filesystem::remove_all(m_file);
    }

    void manyThreads_shareOne() {
        StateCache cache({40 * 1000 * sizeof(float), m_file, 400'000});
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        for (std::uint64_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (std::uint64_t i = 0; i < 300; ++i) {
                    const std::uint64_t number = (i * 7 + t) % 90;
                    const auto expected = states(1000, static_cast<float>(number));
                    if (const auto found = cache.find(keyOf(number), 1000))
                        wrong += *found == *expected ? 0 : 1;
                    else
                        cache.add(keyOf(number), expected);
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
        QVERIFY(cache.stats().hits > 0);
    }

    void training_isTheSameToTheBit_withAndWithoutCache() {
        if (!m_encoder)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        const std::vector<LabelledSentence> all = cities();
        const std::vector<LabelledSentence> some{all[4], all[1], all[2]};
        const std::vector<std::vector<std::string>> unseen{{"He", "saw", "Berlin", "today", "."}};
        TrainOptions options;
        options.types = {"city"};
        options.steps = 8;
        options.frozenLayers = 4;
        const auto logits = [&](const std::vector<LabelledSentence>& sentences) {
            const auto trained = train(m_encoder, sentences, options);
            return trained ? wordLogits(*trained->model, unseen).value()
                           : std::vector<std::vector<std::vector<float>>>{};
        };
        const auto expected = logits(all);
        QVERIFY(!expected.empty());
        {
            StateCache cache({1 << 26, m_file, 1 << 26});
            options.cache = &cache;
            (void)logits(some);  // other batches than those that `all` makes
            QCOMPARE(cache.stats().misses, 3);
            QCOMPARE(logits(all), expected);
            QCOMPARE(cache.stats().hits, 3);
            QCOMPARE(cache.stats().misses, 6);
        }
        StateCache cache({1 << 26, m_file, 1 << 26});
        options.cache = &cache;
        QCOMPARE(logits(all), expected);
        QCOMPARE(cache.stats().hits, 6);
        options.frozenLayers = 3;  // other states of the same windows
        (void)logits(some);
        QCOMPARE(cache.stats().hits, 6);
    }

    void warmStart_findsStatesOfLayersThatStayed_andNoOthers() {
        if (!m_encoder)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        StateCache cache({});
        TrainOptions options;
        options.types = {"city"};
        options.steps = 3;
        options.frozenLayers = 4;
        options.cache = &cache;
        const auto first = train(m_encoder, cities(), options);
        QVERIFY(first.has_value());
        const auto second = train(first->model, cities(), options);
        QVERIFY(second.has_value());
        QCOMPARE(cache.stats().hits, 6);
        options.frozenLayers = 2;
        const auto changed = train(m_encoder, cities(), options);  // changes layers 2 and 3
        QVERIFY(changed.has_value());
        options.frozenLayers = 4;
        QVERIFY(train(changed->model, cities(), options).has_value());
        QCOMPARE(cache.stats().hits, 6);
    }
};

QTEST_GUILESS_MAIN(TestStateCache)
#include "test_state_cache.moc"
