// What labelling costs a person: a simulated user who knows the gold labels every document of a
// project through the real window and the real worker, once with suggestions and once without:
//   bench_journey [--sample clinic|contracts|reviews]...
//   bench_journey [--sentences 120] [--per-document 6] [--coarse] FILE.conll
// Keys and the mouse go to the widgets as a person's would. At each step the user takes what costs
// least: accept, correct or reject a suggestion, accept all that are shown, move the slider, or
// select words by keys or mouse and press the type's key. Wrong suggestions are left alone unless
// they are in the way: what nobody labelled is nothing once the document is done.
//
// Counting is that of the keystroke-level model (Card, Moran and Newell 1980). A key is one
// keystroke, and so is each press of Shift or Ctrl, which may be held over several keys. With K =
// 0.28 s, pointing 1.1 s and pressing or releasing a button 0.1 s, a click equals (1.1 + 0.2) / K =
// 4.6 keystrokes, a double click 5.4 and a drag from word to word 8.6; the left hand stays on the
// keys, the right one on the mouse. Before a document is labelled its suggestions are waited for
// while it is read: 4 words a second, and at most --patience seconds.
//
// With --triage N, once N documents are done, what is suggested in all others is decided first in
// Triage, group by group, with exceptions where most places are right; then each document is read
// for what is missing.
#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/formats/conll.h"
#include "core/formats/jsonl.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/text_blocks.h"
#include "ui/main_window/label_page.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/session/triage_controller.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

constexpr double kClick = (1.1 + 0.2) / 0.28;
constexpr double kDoubleClick = (1.1 + 0.4) / 0.28;
constexpr double kDrag = (1.1 + 0.1 + 1.1 + 0.1) / 0.28;
constexpr double kWordsPerSecond = 4;
constexpr double kNever = 1e9;

[[noreturn]] void fail(const std::string& message) {
    std::fprintf(stderr, "bench_journey: %s\n", message.c_str());
    std::exit(1);
}

struct Source {
    QString name;
    QString sample;               ///< empty: `records` are imported
    std::vector<Record> records;  ///< with gold
};

struct Effort {
    int keys = 0, clicks = 0, doubleClicks = 0, drags = 0;
    int accepted = 0, acceptedAtOnce = 0, retyped = 0, resized = 0, rejected = 0, labelled = 0;

    [[nodiscard]] int mouse() const { return clicks + doubleClicks + drags; }
    [[nodiscard]] double equivalents() const {
        return keys + clicks * kClick + doubleClicks * kDoubleClick + drags * kDrag;
    }
    [[nodiscard]] int decisions() const {
        return accepted + acceptedAtOnce + retyped + resized + rejected + labelled;
    }
};

struct Row {
    std::string document;
    int spans = 0;
    Effort effort;
    int offered = 0, right = 0;  ///< suggestions above the slider when labelling began
    double waited = 0;           ///< s, for the worker
    double computed = 0;         ///< s, between keys and their effects in the window
    int wrong = 0;               ///< labels that are not the gold's in the end

    [[nodiscard]] double f1() const {
        return offered + spans > 0 ? 2.0 * right / (offered + spans) : 1;
    }
};

// --- hands

/// The window's keyboard and mouse, counted.
class Hands {
public:
    Hands(MainWindow& window, Effort& effort, double& seconds, double pace)
        : m_window(window),
          m_view(window.labelPage()->view()),
          m_effort(effort),
          m_seconds(seconds),
          m_pace(pace) {}

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        count(modifiers);
        act([&] { QTest::keyClick(target(), key, modifiers); });
    }
    /// A character as it is typed.
    void type(char character, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        count(modifiers);
        act([&] { QTest::keyClick(target(), character, modifiers); });
    }
    void click(Range range) {
        ++m_effort.clicks;
        act([&] { QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, middle(range)); });
    }
    void doubleClick(Range word) {
        ++m_effort.doubleClicks;
        act([&] { QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middle(word)); });
    }
    void drag(Range first, Range last) {
        ++m_effort.drags;
        act([&] {
            const QPoint from = middle(first), to = middle(last);
            QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, from);
            QTest::mouseMove(m_view->viewport(), (from + to) / 2);
            QTest::mouseMove(m_view->viewport(), to);
            QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, to);
        });
    }

private:
    /// What has the keyboard.
    [[nodiscard]] QWidget* target() const {
        QWidget* focus = m_window.focusWidget();
        return focus ? focus : m_view;
    }
    void count(Qt::KeyboardModifiers modifiers) {
        for (const auto modifier : {Qt::ShiftModifier, Qt::ControlModifier, Qt::AltModifier}) {
            if (modifiers.testFlag(modifier) && !m_held.testFlag(modifier))
                ++m_effort.keys;
        }
        m_held = modifiers;
        ++m_effort.keys;
    }
    template <typename Act>
    void act(Act act) {
        QElapsedTimer timer;
        timer.start();
        act();
        m_seconds += static_cast<double>(timer.nsecsElapsed()) / 1e9;
        if (m_pace > 0)
            QTest::qWait(static_cast<int>(m_pace * 1000));
    }
    [[nodiscard]] QPoint middle(Range range) const {
        m_view->scrollTo(range);
        return m_view->boundsOf(range).center();
    }

    MainWindow& m_window;
    DocumentView* m_view;
    Effort& m_effort;
    double& m_seconds;
    double m_pace;
    Qt::KeyboardModifiers m_held;
};

// --- the user

using Span = std::pair<Range, TypeId>;

struct Offer {
    RecordId id = 0;
    Span span;
    double score = 0;
};

/// Where keys go on from: a focused span or a selection.
struct Cursor {
    Range range;
    RecordId focused = 0;
};

/// What the user sees, and has still to label.
struct Scene {
    std::vector<Offer> offers;  ///< above the slider, in text order
    std::vector<Span> missing;  ///< in text order
    Cursor cursor;
};

class User {
public:
    User(MainWindow& window, const Record& gold, Hands& hands, Effort& effort, bool usesMouse)
        : m_view(*window.labelPage()->view()),
          m_session(*window.session()),
          m_hands(hands),
          m_effort(effort),
          m_usesMouse(usesMouse),
          m_blocks(m_session.document()) {
        for (const NamedSpan& span : gold.spans)
            m_gold.emplace(span.range, m_session.scheme().byName(span.type)->id);
        for (int block = 0; block < m_blocks.count(); ++block) {
            for (const Word& word : m_blocks.words(block)) {
                if (!word.mark)
                    m_words.push_back({m_blocks.toOffset(word.begin), m_blocks.toOffset(word.end)});
            }
        }
    }

    [[nodiscard]] const std::set<Span>& gold() const { return m_gold; }
    [[nodiscard]] std::size_t words() const { return m_words.size(); }

    [[nodiscard]] Scene scene(double threshold) const {
        Scene scene;
        std::set<Span> there;
        for (const Annotation& annotation : m_session.labels().annotations)
            there.emplace(annotation.range, annotation.type);
        std::set_difference(m_gold.begin(), m_gold.end(), there.begin(), there.end(),
                            std::back_inserter(scene.missing));
        for (const Suggestion& suggestion : m_session.labels().suggestions) {
            if (suggestion.score >= threshold)
                scene.offers.push_back(
                    {suggestion.id, {suggestion.range, suggestion.type}, suggestion.score});
        }
        std::sort(scene.offers.begin(), scene.offers.end(),
                  [](const Offer& a, const Offer& b) { return a.span < b.span; });
        scene.cursor = {m_view.selection(), m_view.focusedSpan()};
        for (const Annotation& annotation : m_session.labels().annotations) {
            if (annotation.id == scene.cursor.focused)
                scene.cursor.range = annotation.range;
        }
        for (const Suggestion& suggestion : m_session.labels().suggestions) {
            if (suggestion.id == scene.cursor.focused)
                scene.cursor.range = suggestion.range;
        }
        return scene;
    }

    /// One gesture, or a few that belong together. False: all is as it should be.
    bool act() {
        moveSlider();
        const Scene now = scene(m_session.threshold());
        if (now.missing.empty())
            return false;
        const auto [walking, step] = walk(now);
        if (atOnce(now) < walking) {
            acceptAtOnce(now);
            return true;
        }
        carryOut(now, step);
        return true;
    }

    /// Rejects and removes nothing: labels that are not the gold's.
    [[nodiscard]] int wrong() const {
        std::set<Span> there;
        for (const Annotation& annotation : m_session.labels().annotations)
            there.emplace(annotation.range, annotation.type);
        std::vector<Span> differing;
        std::set_symmetric_difference(there.begin(), there.end(), m_gold.begin(), m_gold.end(),
                                      std::back_inserter(differing));
        return static_cast<int>(differing.size());
    }

private:
    enum class How { ByKeys, ByMouse, Offered };
    /// How the first of the missing labels comes about.
    struct Step {
        Span target;
        How how = How::ByKeys;
        RecordId offer = 0;
        double cost = kNever;
    };

    [[nodiscard]] bool isGold(const Span& span) const { return m_gold.contains(span); }

    /// Words that a range touches, marks left out: first and one past the last.
    [[nodiscard]] std::pair<int, int> wordsOf(Range range) const {
        const auto first =
            std::partition_point(m_words.begin(), m_words.end(),
                                 [&](const Range& word) { return word.end <= range.begin; });
        const auto last = std::partition_point(
            first, m_words.end(), [&](const Range& word) { return word.begin < range.end; });
        return {static_cast<int>(first - m_words.begin()),
                static_cast<int>(last - m_words.begin())};
    }

    /// Presses of [ ] { } that make `from` into `to`, whole words and marks as in the view;
    /// negative where they cannot.
    [[nodiscard]] double boundaryKeys(Range from, Range to) const {
        double keys = 0;
        bool shifted = false;
        const auto unit = [this](Offset offset) { return m_blocks.toUnit(offset); };
        Unit begin = unit(from.begin), end = unit(from.end);
        const Unit toBegin = unit(to.begin), toEnd = unit(to.end);
        for (int guard = 0; guard < 60 && (begin != toBegin || end != toEnd); ++guard) {
            if (begin > toBegin) {
                const auto word = m_blocks.lastWordBeginningBefore(begin, true);
                if (!word || word->begin < toBegin)
                    return -1;
                begin = word->begin;
                ++keys;
            } else if (end < toEnd) {
                const auto word = m_blocks.firstWordEndingAfter(end, true);
                if (!word || word->end > toEnd)
                    return -1;
                end = word->end;
                ++keys;
            } else if (begin < toBegin) {
                const auto first = m_blocks.firstWordEndingAfter(begin, true);
                const auto second = first ? m_blocks.firstWordEndingAfter(first->end, true) : first;
                if (!second || second->begin > toBegin || second->begin >= end)
                    return -1;
                begin = second->begin;
                keys += shifted ? 1 : 2;
                shifted = true;
            } else {
                const auto last = m_blocks.lastWordBeginningBefore(end, true);
                const auto before =
                    last ? m_blocks.lastWordBeginningBefore(last->begin, true) : std::nullopt;
                if (!before || before->end < toEnd || before->end <= begin)
                    return -1;
                end = before->end;
                keys += shifted ? 1 : 2;
                shifted = true;
            }
        }
        return begin == toBegin && end == toEnd ? keys : -1;
    }

    /// A new label by arrow keys: to its first word, over the rest, marks at its edges, its type.
    [[nodiscard]] double byKeys(const Cursor& cursor, const Span& target) const {
        const auto [first, last] = wordsOf(target.first);
        if (first >= last)
            return kNever;
        const Range inner{m_words[static_cast<std::size_t>(first)].begin,
                          m_words[static_cast<std::size_t>(last - 1)].end};
        const double edges = boundaryKeys(inner, target.first);
        if (edges < 0)
            return kNever;
        const auto [from, until] = reach(cursor);
        const double steps = std::min(stepsForward(until, first), stepsBack(from, last));
        return steps + (last - first > 1 ? last - first : 0) + edges + 1;
    }
    [[nodiscard]] double byMouse(const Span& target) const {
        const auto [first, last] = wordsOf(target.first);
        if (!m_usesMouse || first >= last)
            return kNever;
        const Range inner{m_words[static_cast<std::size_t>(first)].begin,
                          m_words[static_cast<std::size_t>(last - 1)].end};
        const double edges = boundaryKeys(inner, target.first);
        // A double click and Shift with Right for each further word, or a drag.
        const double more = last - first > 1 ? last - first : 0;
        return edges < 0 ? kNever : std::min(kDoubleClick + more, kDrag) + edges + 1;
    }
    [[nodiscard]] static std::pair<Offset, Offset> reach(const Cursor& cursor) {
        return {cursor.range.begin, cursor.range.end};
    }
    /// Presses of Right until word `first` is selected, and of Left until the one before `last` is.
    [[nodiscard]] double stepsForward(Offset from, int first) const {
        const auto next = std::partition_point(m_words.begin(), m_words.end(),
                                               [&](const Range& word) { return word.end <= from; });
        const auto steps = first - static_cast<int>(next - m_words.begin()) + 1;
        return steps > 0 ? steps : kNever;
    }
    [[nodiscard]] double stepsBack(Offset from, int last) const {
        const auto next = std::partition_point(
            m_words.begin(), m_words.end(), [&](const Range& word) { return word.begin < from; });
        const auto steps = static_cast<int>(next - m_words.begin()) - last + 1;
        return steps > 0 ? steps : kNever;
    }

    /// Presses of Tab from the cursor to an offer.
    [[nodiscard]] static double tabs(const Scene& scene, RecordId offer) {
        if (scene.cursor.focused == offer)
            return 0;
        double count = 1;
        const auto key = [](const Offer& o) {
            return std::tuple(o.span.first.begin, -o.span.first.end, o.id);
        };
        const auto from = scene.cursor.focused != 0
                              ? std::tuple(scene.cursor.range.begin, -scene.cursor.range.end,
                                           scene.cursor.focused)
                              : std::tuple(scene.cursor.range.begin,
                                           std::numeric_limits<Offset>::min(), RecordId{0});
        std::vector<Offer> order = scene.offers;
        std::sort(order.begin(), order.end(),
                  [&](const Offer& a, const Offer& b) { return key(a) < key(b); });
        auto at = std::partition_point(order.begin(), order.end(),
                                       [&](const Offer& o) { return key(o) <= from; });
        for (std::size_t i = 0; i < order.size(); ++i, ++at, ++count) {
            if (at == order.end())
                at = order.begin();
            if (at->id == offer)
                return count;
        }
        return kNever;
    }

    /// What turns an offer under the focus into the target: A, a type's key, or its boundaries.
    [[nodiscard]] double correction(const Offer& offer, const Span& target) const {
        if (offer.span == target)
            return 1;
        if (offer.span.first == target.first)
            return 1;
        const double keys = boundaryKeys(offer.span.first, target.first);
        if (keys < 0)
            return kNever;
        return keys + (offer.span.second == target.second ? 0 : 1);
    }

    [[nodiscard]] double focusCost(const Scene& scene, RecordId offer) const {
        return std::min(tabs(scene, offer), m_usesMouse ? kClick : kNever);
    }

    [[nodiscard]] Step best(const Scene& scene, const Span& target) const {
        Step best{target};
        const auto consider = [&](How how, RecordId offer, double cost) {
            if (cost < best.cost)
                best = {target, how, offer, cost};
        };
        consider(How::ByKeys, 0, byKeys(scene.cursor, target));
        consider(How::ByMouse, 0, byMouse(target));
        for (const Offer& offer : scene.offers) {
            if (offer.span.first.overlaps(target.first) &&
                (offer.span == target || !isGold(offer.span)))
                consider(How::Offered, offer.id,
                         focusCost(scene, offer.id) + correction(offer, target));
        }
        return best;
    }

    /// What remains to be done one label after the other, in text order, and its first step.
    [[nodiscard]] std::pair<double, Step> walk(Scene scene) const {
        double cost = 0;
        Step first;
        for (bool isFirst = true; !scene.missing.empty(); isFirst = false) {
            const Span target = scene.missing.front();
            const Step step = best(scene, target);
            cost += step.cost;
            if (isFirst)
                first = step;
            scene.missing.erase(scene.missing.begin());
            const bool advances =
                step.how == How::Offered &&
                std::any_of(scene.offers.begin(), scene.offers.end(), [&](const Offer& offer) {
                    return offer.id == step.offer && offer.span.first == target.first;
                });
            std::erase_if(scene.offers, [&](const Offer& offer) {
                return offer.span.first.overlaps(target.first);
            });
            scene.cursor = {target.first, -1};
            if (advances && !scene.offers.empty()) {
                const auto next = std::find_if(
                    scene.offers.begin(), scene.offers.end(),
                    [&](const Offer& o) { return o.span.first.begin >= target.first.begin; });
                const Offer& to = next == scene.offers.end() ? scene.offers.front() : *next;
                scene.cursor = {to.span.first, to.id};
            }
        }
        return {cost, first};
    }

    [[nodiscard]] std::vector<Offer> inTheWay(const Scene& scene) const {
        std::vector<Offer> wrong;
        std::copy_if(scene.offers.begin(), scene.offers.end(), std::back_inserter(wrong),
                     [this](const Offer& offer) { return !isGold(offer.span); });
        return wrong;
    }

    /// What it takes to reject what is wrong, accept all the rest at once and label what is left.
    [[nodiscard]] double atOnce(Scene scene) const {
        double cost = 2;
        for (const Offer& offer : inTheWay(scene)) {
            cost += focusCost(scene, offer.id) + 1;
            const auto place =
                std::find_if(scene.offers.begin(), scene.offers.end(),
                             [&](const Offer& other) { return other.id == offer.id; });
            const auto next = scene.offers.erase(place);
            if (!scene.offers.empty()) {
                const Offer& to = next == scene.offers.end() ? scene.offers.front() : *next;
                scene.cursor = {to.span.first, to.id};
            }
        }
        if (scene.offers.empty())
            return kNever;
        std::erase_if(scene.missing, [&](const Span& span) {
            return std::any_of(scene.offers.begin(), scene.offers.end(),
                               [&](const Offer& offer) { return offer.span == span; });
        });
        scene.offers.clear();
        return cost + walk(scene).first;
    }

    /// To where the rest costs least, if the moving pays.
    void moveSlider() {
        const double here = m_session.threshold();
        const auto costAt = [&](double threshold) {
            const Scene scene = this->scene(threshold);
            return scene.missing.empty() ? 0 : std::min(walk(scene).first, atOnce(scene));
        };
        constexpr double kStep = 0.05;
        double least = costAt(here);
        int steps = 0;
        for (int by = -10; by <= 10; ++by) {
            const double threshold = here + by * kStep;
            if (by == 0 || threshold < 0.2 || threshold > 0.98)
                continue;
            const double cost = costAt(threshold) + std::abs(by) + 1;
            if (cost < least) {
                least = cost;
                steps = by;
            }
        }
        for (int i = 0; i < std::abs(steps); ++i)
            m_hands.key(steps < 0 ? Qt::Key_BracketLeft : Qt::Key_BracketRight,
                        Qt::ControlModifier);
        if (steps != 0 && std::abs(m_session.threshold() - here - steps * kStep) > kStep / 2)
            fail("Ctrl and [ or ] did not move the slider");
    }

    /// False: the worker has just made other suggestions.
    [[nodiscard]] bool focus(const Scene& scene, RecordId offer) {
        const auto& there = m_session.labels().suggestions;
        const auto isThere = [&] {
            return std::any_of(there.begin(), there.end(),
                               [&](const Suggestion& each) { return each.id == offer; });
        };
        if (m_usesMouse && tabs(scene, offer) > kClick) {
            for (const Offer& each : scene.offers) {
                if (each.id == offer) {
                    const auto [first, last] = wordsOf(each.span.first);
                    m_hands.click(first < last ? m_words[static_cast<std::size_t>(first)]
                                               : each.span.first);
                }
            }
        }
        // A click may have met another span around this one.
        for (std::size_t i = 0; i < scene.offers.size() + 2 && isThere(); ++i) {
            if (m_view.focusedSpan() == offer)
                break;
            m_hands.key(Qt::Key_Tab);
        }
        if (m_view.focusedSpan() == offer)
            return isThere();
        const auto offers = this->scene(m_session.threshold()).offers;
        if (std::equal(offers.begin(), offers.end(), scene.offers.begin(), scene.offers.end(),
                       [](const Offer& a, const Offer& b) { return a.id == b.id; }))
            fail("a suggestion cannot be reached");
        return false;
    }

    void acceptAtOnce(const Scene& now) {
        const auto wrong = inTheWay(now);
        if (!wrong.empty()) {
            if (!focus(now, wrong.front().id))
                return;
            m_hands.key(Qt::Key_X);
            ++m_effort.rejected;
            return;
        }
        const auto before = m_session.labels().annotations.size();
        m_hands.key(Qt::Key_A, Qt::ShiftModifier);
        m_effort.acceptedAtOnce += static_cast<int>(m_session.labels().annotations.size() - before);
    }

    void typeKey(TypeId type) { m_hands.type(m_session.scheme().byId(type)->shortcut.front()); }

    /// Presses [ ] { } until what is selected or focused covers `target`.
    void fitBoundaries(Range target) {
        for (int i = 0; i < 60; ++i) {
            const Range range = scene(m_session.threshold()).cursor.range;
            if (range == target)
                return;
            if (range.begin > target.begin)
                m_hands.type('[');
            else if (range.end < target.end)
                m_hands.type(']');
            else if (range.begin < target.begin)
                m_hands.type('{', Qt::ShiftModifier);
            else
                m_hands.type('}', Qt::ShiftModifier);
        }
    }

    void carryOut(const Scene& now, const Step& step) {
        const auto [range, type] = step.target;
        if (step.cost >= kNever)
            fail("“" + m_session.textOf(range).toStdString() + "” cannot be selected by words");
        const auto [first, last] = wordsOf(range);
        const auto wordAt = [this](int index) { return m_words[static_cast<std::size_t>(index)]; };
        switch (step.how) {
            case How::Offered: {
                if (!focus(now, step.offer))
                    return;
                const auto offer =
                    std::find_if(now.offers.begin(), now.offers.end(),
                                 [&](const Offer& each) { return each.id == step.offer; });
                if (offer->span == step.target) {
                    m_hands.key(Qt::Key_A);
                    ++m_effort.accepted;
                } else if (offer->span.first == range) {
                    typeKey(type);
                    ++m_effort.retyped;
                } else {
                    fitBoundaries(range);
                    if (offer->span.second != type)
                        typeKey(type);
                    ++m_effort.resized;
                }
                break;
            }
            case How::ByKeys: {
                const auto [from, until] = reach(now.cursor);
                const bool forward = stepsForward(until, first) <= stepsBack(from, last);
                const Qt::Key key = forward ? Qt::Key_Right : Qt::Key_Left;
                const int steps =
                    static_cast<int>(forward ? stepsForward(until, first) : stepsBack(from, last));
                for (int i = 0; i < steps; ++i)
                    m_hands.key(key);
                for (int i = first + 1; i < last; ++i)
                    m_hands.key(key, Qt::ShiftModifier);
                fitBoundaries(range);
                typeKey(type);
                ++m_effort.labelled;
                break;
            }
            case How::ByMouse:
                if (last - first > 1 && kDoubleClick + last - first > kDrag) {
                    m_hands.drag(wordAt(first), wordAt(last - 1));
                } else {
                    m_hands.doubleClick(wordAt(first));
                    for (int i = first + 1; i < last; ++i)
                        m_hands.key(Qt::Key_Right, Qt::ShiftModifier);
                }
                fitBoundaries(range);
                typeKey(type);
                ++m_effort.labelled;
                break;
        }
    }

    DocumentView& m_view;
    ProjectSession& m_session;
    Hands& m_hands;
    Effort& m_effort;
    bool m_usesMouse;
    TextBlocks m_blocks;
    std::set<Span> m_gold;
    std::vector<Range> m_words;
};

// --- the journey

struct Conditions {
    bool suggestions = true;
    bool usesMouse = true;
    double patience = 3, pace = 0;
    int triageAfter = 0;  ///< documents; 0: no triage
    QString worker;
};
constexpr const char* kTriageRow = "(triage)";

void openProject(MainWindow& window, const Source& source, const QString& folder) {
    if (!source.sample.isEmpty()) {
        if (!window.openSample(source.sample))
            fail("the sample cannot be opened: " + window.messages()->text().toStdString());
        return;
    }
    std::map<std::string, int> counts;
    QByteArray lines;
    for (const Record& record : source.records) {
        for (const NamedSpan& span : record.spans)
            ++counts[span.type];
        Record plain = record;
        plain.spans.clear();
        plain.labelled = false;
        lines += QByteArray::fromStdString(recordToJson(plain)) + "\n";
    }
    std::vector<std::string> names;
    for (const auto& [name, count] : counts)
        names.push_back(name);
    std::stable_sort(names.begin(), names.end(),
                     [&](const auto& a, const auto& b) { return counts[a] > counts[b]; });
    if (names.empty() || names.size() > 10)
        fail("the file has " + std::to_string(names.size()) +
             " types; 1 to 10 have keys of their own (--coarse cuts names at '-' or '_')");
    const QString texts = folder + "/texts.jsonl";
    QFile file(texts);
    if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
        fail("cannot write " + texts.toStdString());
    file.close();
    if (!window.createProject(folder + "/journey.spanwise", *LabelScheme::fromNames(names)))
        fail("the project cannot be made");
    QSignalSpy imported(window.session(), &ProjectSession::importFinished);
    window.importFiles({texts}, false);
    if (imported.isEmpty() && !imported.wait(60000))
        fail("the import did not end");
    window.messages()->dismiss();
    if (window.session()->documentId() == 0)
        window.session()->openFirstDocument();
}

/// While the person reads.
double waitForWorker(MainWindow& window, double most) {
    QElapsedTimer timer;
    timer.start();
    const auto isThere = [&] {
        using Stage = LearningStatus::Stage;
        const Stage stage = window.learning()->status().stage;
        return stage == Stage::UpToDate || stage == Stage::Checking || stage == Stage::Saving;
    };
    while (!isThere() && static_cast<double>(timer.elapsed()) / 1000 < most)
        QTest::qWait(20);
    return static_cast<double>(timer.elapsed()) / 1000;
}

using Gold = std::map<std::string, const Record*>;

/// The type that the gold gives a place; empty: none.
std::string goldType(const Gold& gold, const SuggestionPlace& place) {
    for (const NamedSpan& span : gold.at(place.documentName)->spans) {
        if (span.range == place.suggestion.range)
            return span.type;
    }
    return {};
}

/// The group that is up. False: it was put off before, so all the others are decided.
bool decideGroup(MainWindow& window, const Gold& gold, Hands& hands, Effort& effort,
                 std::set<std::pair<std::string, TypeId>>& later) {
    const TriageItem item = *window.triage()->item();
    const LabelScheme& scheme = window.session()->scheme();
    const std::string type = scheme.byId(item.group.type)->name;
    std::vector<std::string> truth;
    for (const SuggestionPlace& place : item.places)
        truth.push_back(goldType(gold, place));
    const auto right = std::count(truth.begin(), truth.end(), type);
    const auto places = static_cast<std::ptrdiff_t>(truth.size());
    const bool isOneType = std::count(truth.begin(), truth.end(), truth.front()) == places;
    const int count = static_cast<int>(item.group.ids.size());
    if (right == places) {
        hands.key(Qt::Key_A);
        effort.accepted += count;
    } else if (isOneType && truth.front().empty()) {
        hands.key(Qt::Key_X);
        effort.rejected += count;
    } else if (isOneType) {
        hands.type(scheme.byName(truth.front())->shortcut.front());
        effort.retyped += count;
    } else if (2 * right > places) {
        hands.key(Qt::Key_Down);  // to the list, at its first place
        const auto last = std::find_if(truth.rbegin(), truth.rend(),
                                       [&](const std::string& each) { return each != type; });
        const auto until = truth.rend() - last;
        for (std::ptrdiff_t row = 0; row < until; ++row) {
            if (row > 0)
                hands.key(Qt::Key_Down);
            if (truth[static_cast<std::size_t>(row)] != type)
                hands.key(Qt::Key_Space);
        }
        hands.key(Qt::Key_A);
        effort.accepted += static_cast<int>(right);
    } else {
        if (!later.emplace(item.group.words, item.group.type).second)
            return false;
        hands.key(Qt::Key_Space);
    }
    return true;
}

/// All groups that are suggested now, then back to reading.
Row triage(MainWindow& window, const Gold& gold, const Conditions& conditions) {
    Row row;
    row.document = kTriageRow;
    row.waited = waitForWorker(window, std::max(20.0, conditions.patience));
    Hands hands(window, row.effort, row.computed, conditions.pace);
    hands.key(Qt::Key_T, Qt::ControlModifier);
    std::set<std::pair<std::string, TypeId>> later;
    using State = TriageController::State;
    for (int decisions = 0; decisions < 2000; ++decisions) {
        QElapsedTimer timer;
        timer.start();
        while (window.triage()->state() == State::Loading && timer.elapsed() < 20000)
            QTest::qWait(5);
        if (window.triage()->state() != State::Deciding ||
            !decideGroup(window, gold, hands, row.effort, later))
            break;
        QTest::qWait(1);
    }
    ++row.effort.clicks;  // on the Label tab
    window.findChild<QTabBar*>(QStringLiteral("pageBar"))->setCurrentIndex(0);
    QTest::qWait(50);
    return row;
}

std::vector<Row> journey(const Source& source, const Conditions& conditions) {
    const QTemporaryDir folder;
    qputenv("SPANWISE_CONFIG", (folder.path() + "/config").toUtf8());
    qputenv("SPANWISE_SAMPLES_OUT", (folder.path() + "/samples").toUtf8());
    qputenv("SPANWISE_ANNOTATOR", "simulated");
    QDir().mkpath(folder.path() + "/config");
    Gold gold;
    for (const Record& record : source.records)
        gold.emplace(record.document.name, &record);

    MainWindowOptions options;
    options.dataFolder = folder.path() + "/data";
    if (conditions.suggestions)
        options.workerCommand = {conditions.worker, "worker"};
    MainWindow window(options);
    window.resize(1280, 900);
    window.show();
    window.activateWindow();
    if (!QTest::qWaitForWindowActive(&window, 10000))
        fail("the window does not get the keys");
    openProject(window, source, folder.path());
    if (conditions.suggestions) {  // the program has started when a person begins
        QElapsedTimer timer;
        timer.start();
        while (window.learning()->status().stage == LearningStatus::Stage::Starting &&
               timer.elapsed() < 60000)
            QTest::qWait(50);
    }
    std::vector<Row> rows;
    DocumentView* view = window.labelPage()->view();
    while (window.session()->labels().status != DocumentStatus::Done) {
        if (conditions.suggestions && conditions.triageAfter > 0 &&
            rows.size() == static_cast<std::size_t>(conditions.triageAfter))
            rows.push_back(triage(window, gold, conditions));
        const auto document = window.session()->document();
        const auto found = gold.find(document->name);
        if (found == gold.end())
            fail("there is no gold for " + document->name);
        view->setFocus();
        Row row;
        row.document = document->name;
        Hands hands(window, row.effort, row.computed, conditions.pace);
        User user(window, *found->second, hands, row.effort, conditions.usesMouse);
        row.spans = static_cast<int>(user.gold().size());
        if (conditions.suggestions)
            row.waited = waitForWorker(
                window,
                std::min(static_cast<double>(user.words()) / kWordsPerSecond, conditions.patience));
        const Scene offered = user.scene(window.session()->threshold());
        row.offered = static_cast<int>(offered.offers.size());
        for (const Offer& offer : offered.offers)
            row.right += user.gold().contains(offer.span) ? 1 : 0;
        for (int step = 0; user.act(); ++step) {
            if (step > 10 * row.spans + 20)
                fail("the user goes round in circles in " + document->name);
        }
        row.wrong = user.wrong();
        const DocumentId done = window.session()->documentId();
        hands.key(Qt::Key_Return);
        if (window.session()->summary(done)->status != DocumentStatus::Done)
            fail("Enter did not mark " + document->name + " as done");
        rows.push_back(row);
        std::fprintf(stderr, "\r%s, suggestions %s: %zu documents",
                     source.name.toStdString().c_str(), conditions.suggestions ? "on" : "off",
                     rows.size());
    }
    std::fprintf(stderr, "\n");
    return rows;
}

// --- the report

struct Sum {
    int spans = 0, decisions = 0, keys = 0, mouse = 0, offered = 0, right = 0;
    double equivalents = 0, waited = 0, computed = 0;

    void add(const Row& row) {
        spans += row.spans;
        decisions += row.effort.decisions();
        keys += row.effort.keys;
        mouse += row.effort.mouse();
        offered += row.offered;
        right += row.right;
        equivalents += row.effort.equivalents();
        waited += row.waited;
        computed += row.computed;
    }
};

nlohmann::json toJson(const Row& row) {
    const Effort& e = row.effort;
    return {{"document", row.document},
            {"spans", row.spans},
            {"decisions", e.decisions()},
            {"keys", e.keys},
            {"clicks", e.clicks},
            {"double_clicks", e.doubleClicks},
            {"drags", e.drags},
            {"keystroke_equivalents", e.equivalents()},
            {"accepted", e.accepted},
            {"accepted_at_once", e.acceptedAtOnce},
            {"retyped", e.retyped},
            {"resized", e.resized},
            {"rejected", e.rejected},
            {"labelled", e.labelled},
            {"offered", row.offered},
            {"right", row.right},
            {"f1", row.f1()},
            {"waited_seconds", row.waited},
            {"window_seconds", row.computed}};
}

/// Documents in the order in which they came with suggestions, each beside itself without.
nlohmann::json report(const Source& source, const std::vector<Row>& with,
                      const std::vector<Row>& without) {
    std::map<std::string, const Row*> plain;
    for (const Row& row : without)
        plain.emplace(row.document, &row);
    std::printf("\n%s\n%-22s %5s | %-38s | %-18s | %5s %5s %6s %6s\n",
                source.name.toStdString().c_str(), "document", "spans",
                "on: decisions keys mouse equivalents", "off: keys mouse eq.", "less", "F1",
                "waited", "window");
    std::array<Sum, 2> all, last;
    int wrong = 0;
    const std::size_t third = with.size() - (with.size() + 2) / 3;
    for (std::size_t i = 0; i < with.size(); ++i) {
        const Row& on = with[i];
        const Row none;
        const bool isTriage = on.document == kTriageRow;
        const Row& off = isTriage ? none : *plain.at(on.document);
        wrong += on.wrong + off.wrong;
        const double less = isTriage ? 0 : 1 - on.effort.equivalents() / off.effort.equivalents();
        std::printf(
            "%-22s %5d | %13d %5d %5d %11.0f | %9d %5d %4.0f | %4.0f%% %5.1f %5.1fs %5.2fs\n",
            on.document.c_str(), on.spans, on.effort.decisions(), on.effort.keys, on.effort.mouse(),
            on.effort.equivalents(), off.effort.keys, off.effort.mouse(), off.effort.equivalents(),
            100 * less, 100 * on.f1(), on.waited, on.computed);
        all[0].add(on);
        all[1].add(off);
        if (i >= third || isTriage) {  // what triage took, the rest is spared
            last[0].add(on);
            last[1].add(off);
        }
    }
    if (wrong > 0)
        fail(std::to_string(wrong) + " labels differ from the gold in the end");
    nlohmann::json sums;
    const auto sum = [&](const char* name, const std::array<Sum, 2>& of) {
        const double less = 1 - of[0].equivalents / of[1].equivalents;
        const double f1 = 2.0 * of[0].right / std::max(1, of[0].offered + of[0].spans);
        std::printf(
            "%s: %d spans; keystrokes %.0f on (%d keys, %d of the mouse), %.0f off (%d, %d): %.1f "
            "%% fewer; F1 of what was offered %.1f; waited %.1f s; the window took %.2f s on, %.2f "
            "s off\n",
            name, of[0].spans, of[0].equivalents, of[0].keys, of[0].mouse, of[1].equivalents,
            of[1].keys, of[1].mouse, 100 * less, 100 * f1, of[0].waited, of[0].computed,
            of[1].computed);
        sums[name] = {{"spans", of[0].spans},
                      {"on", of[0].equivalents},
                      {"off", of[1].equivalents},
                      {"fewer", less},
                      {"f1", f1}};
    };
    sum("all documents", all);
    sum("the last third", last);
    nlohmann::json json{{"source", source.name.toStdString()}, {"sums", sums}};
    for (const Row& row : with)
        json["on"].push_back(toJson(row));
    for (const Row& row : without)
        json["off"].push_back(toJson(row));
    return json;
}

std::vector<Record> read(const QString& path, bool isConll, int perDocument) {
    std::ifstream in(path.toStdString(), std::ios::binary);
    std::vector<Record> records;
    const auto sink = [&](Record&& record) -> Result<void> {
        records.push_back(std::move(record));
        return {};
    };
    if (isConll) {
        ConllReadOptions options;
        options.sentencesPerDocument = perDocument;
        if (const auto read = readConll(in, path.toStdString(), options, sink); !read)
            fail(read.error().text());
    } else if (const auto read = readJsonl(in, path.toStdString(), sink); !read) {
        fail(read.error().text());
    }
    if (records.empty())
        fail("there is nothing to read in " + path.toStdString());
    return records;
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FILE", "CoNLL file with gold", "[FILE]");
    parser.addOptions({{"sample", "clinic, contracts or reviews; all when nothing is given", "ID"},
                       {"sentences", "Of the CoNLL file, the first ones", "N", "120"},
                       {"per-document", "Sentences in a document", "N", "6"},
                       {"coarse", "Names of types up to the first '-' or '_'"},
                       {"patience", "Seconds to wait for suggestions at most", "S", "3"},
                       {"pace", "Seconds that a person takes for each key or click", "S", "0"},
                       {"triage", "Decide in Triage once N documents are done", "N", "0"},
                       {"keys-only", "The user has no mouse"},
                       {"json", "Also write the figures there", "FILE"}});
    parser.process(app);
    theme::apply(app, ThemeChoice::Light);
    std::vector<Source> sources;
    for (const QString& path : parser.positionalArguments()) {
        Source source{path.section('/', -2), {}, {}};
        const int perDocument = parser.value("per-document").toInt();
        source.records = read(path, true, perDocument);
        const std::size_t count =
            parser.value("sentences").toULongLong() / static_cast<std::size_t>(perDocument);
        source.records.resize(std::min(count, source.records.size()));
        if (parser.isSet("coarse")) {
            for (Record& record : source.records) {
                for (NamedSpan& span : record.spans)
                    span.type = span.type.substr(0, span.type.find_first_of("-_"));
            }
        }
        sources.push_back(std::move(source));
    }
    QStringList samples = parser.values("sample");
    if (samples.isEmpty() && sources.empty())
        samples = {"clinic", "contracts", "reviews"};
    for (const QString& sample : samples)
        sources.push_back(
            {sample, sample,
             read(QStringLiteral(SPANWISE_RESOURCES "/samples/%1/documents.jsonl").arg(sample),
                  false, 0)});
    Conditions conditions;
    conditions.patience = parser.value("patience").toDouble();
    conditions.pace = parser.value("pace").toDouble();
    conditions.triageAfter = parser.value("triage").toInt();
    conditions.usesMouse = !parser.isSet("keys-only");
    conditions.worker = QStringLiteral(SPANWISE_BIN "/spanwise-cli");
    nlohmann::json all = nlohmann::json::array();
    for (const Source& source : sources) {
        conditions.suggestions = false;
        const auto without = journey(source, conditions);
        conditions.suggestions = true;
        const auto with = journey(source, conditions);
        const bool hasTriage = std::any_of(
            with.begin(), with.end(), [](const Row& row) { return row.document == kTriageRow; });
        if (with.size() != without.size() + (hasTriage ? 1 : 0))
            fail("the two journeys have different documents");
        all.push_back(report(source, with, without));
    }
    if (const QString path = parser.value("json"); !path.isEmpty()) {
        std::ofstream out(path.toStdString());
        out << all.dump(1) << "\n";
        if (!out)
            fail("cannot write " + path.toStdString());
    }
    return 0;
}
