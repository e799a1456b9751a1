#include "ui/session/place_finder.h"

#include <QDateTime>
#include <algorithm>
#include <map>

#include "core/text/offset_map.h"
#include "ui/language/plural.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {

constexpr Offset kContext = 80;
constexpr qint64 kPlacesAtOnce = 100;  ///< in the window's thread

void judge(FoundPlace& place, const DocumentLabels& labels, TypeId type) {
    for (const Annotation& annotation : labels.annotations) {
        if (annotation.range == place.range && annotation.type == type) {
            place.is = FoundPlace::Is::Labelled;
            return;
        }
        if (place.is == FoundPlace::Is::Taken || !annotation.range.overlaps(place.range))
            continue;
        place.label = annotation.type;
        if (settles(annotation, place.range, type))
            place.is = FoundPlace::Is::Taken;
    }
    if (place.is == FoundPlace::Is::Taken)
        return;
    const bool isRefused = std::any_of(
        labels.rejections.begin(), labels.rejections.end(), [&](const Rejection& rejection) {
            return rejection.range == place.range && rejection.type == type;
        });
    if (isRefused)
        place.is = FoundPlace::Is::Refused;
}

PlaceText textOf(const Document& document, const OffsetMap& offsets, Range range) {
    const auto part = [&](Offset begin, Offset end) {
        const auto from = offsets.toByte(std::max<Offset>(0, begin));
        const auto to = offsets.toByte(std::min(offsets.codePoints(), end));
        return QString::fromUtf8(document.text.data() + from, static_cast<qsizetype>(to - from));
    };
    return {QString::fromStdString(document.name), part(range.begin - kContext, range.begin),
            part(range.begin, range.end), part(range.end, range.end + kContext)};
}

Result<std::vector<DocumentId>> documentsFor(const Project& project, const PlaceQuery& query) {
    if (query.document != 0)
        return std::vector<DocumentId>{query.document};
    DocumentFilter filter;
    if (!query.phrase.empty()) {
        std::string phrase = query.phrase;
        std::replace(phrase.begin(), phrase.end(), '"', ' ');
        filter.search = '"' + phrase + '"';
    }
    const auto summaries = project.documents(filter);
    if (!summaries)
        return tl::unexpected(summaries.error());
    std::vector<DocumentId> ids;
    ids.reserve(summaries->size());
    for (const DocumentSummary& summary : *summaries)
        ids.push_back(summary.id);
    return ids;
}

Result<std::shared_ptr<const FoundPlaces>> search(const Project& project, const PlaceQuery& query,
                                                  const std::stop_token& stop,
                                                  const std::function<void(int, int)>& progress) {
    auto matcher = PatternMatcher::make(query.pattern);
    if (!matcher)
        return failure(ErrorCode::InvalidArgument, matcher.error().message);
    const auto ids = documentsFor(project, query);
    if (!ids)
        return tl::unexpected(ids.error());
    auto found = std::make_shared<FoundPlaces>();
    const HoldOut holdOut = query.document == 0 ? project.holdOut() : HoldOut{};
    int done = 0;
    for (const DocumentId id : *ids) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "The search was stopped.");
        progress(done++, static_cast<int>(ids->size()));
        const auto document = project.document(id);
        if (!document)
            return tl::unexpected(document.error());
        const auto ranges = matcher->find(document->text);
        if (!ranges) {
            Error error = ranges.error();
            error.where = document->name;
            return tl::unexpected(error);
        }
        if (ranges->empty())
            continue;
        const auto labels = project.labels(id);
        if (!labels)
            return tl::unexpected(labels.error());
        ++found->documents;
        const bool isHeldOut = holdOut.isHeldOut(id);
        found->heldOut += isHeldOut ? 1 : 0;
        std::optional<OffsetMap> offsets;
        for (const Range range : *ranges) {
            FoundPlace place{id, range};
            judge(place, *labels, query.pattern.type);
            if (isHeldOut && place.is != FoundPlace::Is::Labelled)
                place.is = FoundPlace::Is::HeldOut;
            switch (place.is) {
                case FoundPlace::Is::Free:
                    ++found->free;
                    break;
                case FoundPlace::Is::Labelled:
                    ++found->labelled;
                    break;
                case FoundPlace::Is::Taken:
                    ++found->taken;
                    break;
                case FoundPlace::Is::Refused:
                    ++found->refused;
                    break;
                case FoundPlace::Is::HeldOut:
                    break;
            }
            found->places.push_back(place);
            if (found->texts.size() < query.texts) {
                if (!offsets)
                    offsets.emplace(document->text);
                found->texts.push_back(textOf(*document, *offsets, range));
            }
        }
        if (found->places.size() >= query.limit) {
            found->isCut = true;
            break;
        }
    }
    return std::shared_ptr<const FoundPlaces>(std::move(found));
}

}  // namespace

PlaceFinder::PlaceFinder(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {}

PlaceFinder::~PlaceFinder() {
    m_task.requestStop();
}

void PlaceFinder::cancel() {
    m_next.reset();
    m_task.requestStop();
}

void PlaceFinder::find(PlaceQuery query) {
    if (m_task.isRunning()) {  // its end starts this one: nobody waits for it
        m_next = std::move(query);
        m_task.requestStop();
        return;
    }
    if (!m_project) {
        auto opened = m_session.project().reopenForThread();
        if (!opened) {
            m_result = tl::unexpected(opened.error());
            Q_EMIT found();
            return;
        }
        m_project = std::move(*opened);
    }
    m_task.start(
        this,
        [project = m_project, query = std::move(query)](
            const std::stop_token& stop, const std::function<void(int, int)>& progress) {
            return search(*project, query, stop, progress);
        },
        [this](Found places) {
            if (m_next) {
                find(*std::exchange(m_next, std::nullopt));
                return;
            }
            m_result = std::move(places);
            Q_EMIT found();
        },
        [this](int documents, int) { Q_EMIT progress(documents); });
}

void usePlaces(ProjectSession& session, std::vector<FoundPlace> places, TypeId type, PlaceUse use,
               const QString& words, std::function<void(qint64)> done) {
    std::erase_if(places, [&](const FoundPlace& place) {
        return session.summary(place.document) == nullptr ||  // in the trash since
               (use == PlaceUse::Suggest && session.isHeldOut(place.document));
    });
    const EntityType* as = session.scheme().byId(type);
    if (!as || places.empty()) {
        done(0);
        return;
    }
    const auto count = static_cast<qint64>(places.size());
    const QString name = QString::fromStdString(as->name);
    QString what;
    if (use == PlaceUse::Label)
        what = count == 1
                   ? PlaceFinder::tr("Label “%1” as %2").arg(words, name)
                   : PlaceFinder::tr("Label “%1” as %2 in %Ln place(s)", nullptr, plural(count))
                         .arg(words, name);
    else
        what = count == 1
                   ? PlaceFinder::tr("Suggest “%1” as %2").arg(words, name)
                   : PlaceFinder::tr("Suggest “%1” as %2 in %Ln place(s)", nullptr, plural(count))
                         .arg(words, name);
    EditContext context;
    context.annotator = session.annotator();
    context.now = QDateTime::currentMSecsSinceEpoch();
    const RecordId first = session.project().reserveRecordIds(count);
    auto made = std::make_shared<qint64>(0);
    const auto make = [places = std::move(places), type, use, context, first,
                       made](const Project& project) -> Result<Edit> {
        std::map<DocumentId, std::vector<Range>> byDocument;
        for (const FoundPlace& place : places)
            byDocument[place.document].push_back(place.range);
        Edit edit;
        RecordId next = first;
        EditContext here = context;
        here.nextId = &next;
        for (const auto& [document, ranges] : byDocument) {
            const auto labels = project.labels(document);
            if (!labels)
                return tl::unexpected(labels.error());
            here.document = document;
            append(edit, use == PlaceUse::Label
                             ? annotateEdit(*labels, here, ranges, type, Origin::Pattern)
                             : proposeEdit(*labels, here, ranges, type));
        }
        *made = static_cast<qint64>(use == PlaceUse::Label ? edit.addAnnotations.size()
                                                           : edit.addSuggestions.size());
        return edit;
    };
    if (count > kPlacesAtOnce) {
        session.commitInBackground(make, what,
                                   [made, done](std::int64_t event) { done(event ? *made : 0); });
        return;
    }
    const Result<Edit> edit = make(session.project());
    if (!edit)
        session.report(edit.error());
    done(edit && session.commitEverywhere(*edit, what) != 0 ? *made : 0);
}

}  // namespace spanwise::ui
