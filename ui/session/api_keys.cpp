#include "ui/session/api_keys.h"

#include <QPointer>

namespace spanwise::ui {

ApiKeys::ApiKeys(std::shared_ptr<Keychain> keychain, QObject* parent)
    : QObject(parent), m_keychain(std::move(keychain)) {}

QString ApiKeys::variable(const QString& host) {
    const auto isSet = [](const char* name) {
        return !qEnvironmentVariable(name).trimmed().isEmpty();
    };
    if (isSet("SPANWISE_API_KEY"))
        return QStringLiteral("SPANWISE_API_KEY");
    const bool isOpenAi =
        host == QLatin1String("openai.com") || host.endsWith(QLatin1String(".openai.com"));
    return isOpenAi && isSet("OPENAI_API_KEY") ? QStringLiteral("OPENAI_API_KEY") : QString();
}

ApiKeys::Source ApiKeys::source(const QString& host) const {
    const Source own = m_entries.value(host).source;
    return own == Source::None && !variable(host).isEmpty() ? Source::Environment : own;
}

QString ApiKeys::key(const QString& host) const {
    const Entry entry = m_entries.value(host);
    if (!entry.key.isEmpty())
        return entry.key;
    const QString name = variable(host);
    return name.isEmpty() ? QString() : qEnvironmentVariable(name.toLatin1().constData()).trimmed();
}

void ApiKeys::look(const QString& host) {
    if (!m_keychain || host.isEmpty() || m_entries.contains(host) || !m_kept.contains(host))
        return;
    const int generation = ++m_generation;
    m_entries[host] = {{}, Source::Looking, generation};
    m_keychain->read(host, [self = QPointer<ApiKeys>(this), host, generation](
                               Keychain::Outcome outcome, const QString& text) {
        if (!self || self->m_entries.value(host).generation != generation)
            return;
        const bool isRead = outcome == Keychain::Outcome::Done && !text.isEmpty();
        self->m_entries[host] = {isRead ? text : QString(),
                                 isRead ? Source::Keychain : Source::None, generation};
        if (outcome == Keychain::Outcome::NotThere)
            self->setKept(host, false);
        else if (!isRead)
            self->fail(outcome, text);
        Q_EMIT self->changed(host);
    });
    Q_EMIT changed(host);
}

void ApiKeys::set(const QString& host, const QString& key) {
    const QString trimmed = key.trimmed();
    if (host.isEmpty())
        return;
    if (trimmed.isEmpty()) {
        forget(host);
        return;
    }
    const int generation = ++m_generation;
    m_entries[host] = {trimmed, Source::Session, generation};
    if (m_keychain) {
        m_keychain->write(host, trimmed,
                          [self = QPointer<ApiKeys>(this), host, generation](
                              Keychain::Outcome outcome, const QString& text) {
                              if (!self || self->m_entries.value(host).generation != generation)
                                  return;
                              if (outcome == Keychain::Outcome::Done) {
                                  self->m_entries[host].source = Source::Keychain;
                                  self->m_problem.clear();
                                  self->setKept(host, true);
                              } else {
                                  self->fail(outcome, text);
                              }
                              Q_EMIT self->changed(host);
                          });
    } else {
        fail(Keychain::Outcome::NoService, {});
    }
    Q_EMIT changed(host);
}

void ApiKeys::forget(const QString& host) {
    const bool wasKept = m_kept.contains(host);
    m_entries[host] = {{}, Source::None, ++m_generation};
    if (m_keychain && wasKept) {
        m_keychain->remove(host, [self = QPointer<ApiKeys>(this), host](Keychain::Outcome outcome,
                                                                        const QString& text) {
            if (!self)
                return;
            if (outcome == Keychain::Outcome::Done || outcome == Keychain::Outcome::NotThere)
                self->setKept(host, self->m_entries.value(host).source == Source::Keychain);
            else
                self->fail(outcome, text);
            Q_EMIT self->changed(host);
        });
    }
    Q_EMIT changed(host);
}

void ApiKeys::setKept(const QString& host, bool isKept) {
    if (m_kept.contains(host) == isKept)
        return;
    if (isKept)
        m_kept << host;
    else
        m_kept.removeAll(host);
    Q_EMIT keptHostsChanged();
}

void ApiKeys::fail(Keychain::Outcome outcome, const QString& what) {
    const bool isFirst = m_problem.isEmpty();
    m_problem = outcome == Keychain::Outcome::Refused ? tr("The keychain was not opened.")
                                                      : tr("No keychain answers on this desktop.");
    if (!what.trimmed().isEmpty())
        m_problem += QStringLiteral(" (%1)").arg(what.trimmed());
    if (isFirst)
        Q_EMIT notKept(m_problem);
}

}  // namespace spanwise::ui
