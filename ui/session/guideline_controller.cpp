#include "ui/session/guideline_controller.h"

namespace spanwise::ui {
namespace {

constexpr int kRestMs = 400;

GuidelineWords translatedWords() {
    GuidelineWords words;
    words.title = GuidelineController::tr("Labelling guidelines").toStdString();
    words.key = GuidelineController::tr("key").toStdString();
    words.examples = GuidelineController::tr("Examples").toStdString();
    words.nearMisses = GuidelineController::tr("Not this").toStdString();
    words.instead = GuidelineController::tr("labelled as").toStdString();
    words.noExamples = GuidelineController::tr("No labels yet.").toStdString();
    return words;
}

}  // namespace

GuidelineController::GuidelineController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(kRestMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { find(); });
    connect(&m_session, &ProjectSession::teachingChanged, this, [this] { forget(); });
    connect(&m_session, &ProjectSession::documentsChanged, this, [this] { forget(); });
    connect(&m_session, &ProjectSession::schemeChanged, this, [this] {
        if (!m_session.scheme().byId(m_type))
            m_type = 0;
        forget();
        Q_EMIT changed();
    });
}

GuidelineController::~GuidelineController() = default;

void GuidelineController::setType(TypeId type) {
    if (type == m_type)
        return;
    m_type = type;
    m_problem.clear();
    m_timer.stop();
    m_find.cancel();
    if (m_type != 0 && !m_known.contains(m_type))
        find();
    Q_EMIT changed();
}

const TypeExamples* GuidelineController::examples() const {
    const auto known = m_known.find(m_type);
    return known == m_known.end() ? nullptr : &known->second;
}

/// What is shown stays until there is something newer.
void GuidelineController::forget() {
    std::erase_if(m_known, [this](const auto& known) { return known.first != m_type; });
    if (m_type != 0)
        m_timer.start();
}

void GuidelineController::find() {
    if (!m_connection) {
        auto opened = m_session.project().reopenForThread();
        if (!opened) {
            m_problem = QString::fromStdString(opened.error().text());
            Q_EMIT changed();
            return;
        }
        m_connection = std::move(*opened);
    }
    m_find.start(
        this,
        [project = m_connection, type = m_type](std::stop_token stop) {
            return project->typeExamples(type, std::move(stop));
        },
        [this, type = m_type](Result<TypeExamples> found) {
            if (found) {
                m_known[type] = std::move(*found);
                m_problem.clear();
            } else if (found.error().code != ErrorCode::Cancelled) {
                m_problem = QString::fromStdString(found.error().text());
            }
            Q_EMIT changed();
        });
}

void GuidelineController::exportTo(const QString& path) {
    auto opened = m_session.project().reopenForThread();
    if (!opened) {
        m_session.report(opened.error());
        return;
    }
    m_export.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*opened)), path = path.toStdString(),
         words = translatedWords()](const std::stop_token& stop, const auto&) {
            ExportOptions options;
            options.format = ExportFormat::Guidelines;
            options.guidelines = words;
            return exportProject(*project, options, path, {}, stop);
        },
        [this, path](const Result<ExportReport>& done) {
            if (done)
                Q_EMIT exported(path);
            else
                m_session.report(done.error());
        });
}

}  // namespace spanwise::ui
