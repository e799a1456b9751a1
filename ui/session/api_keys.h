#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>

namespace spanwise::ui {

/// Where secrets are kept, by name. Asynchronous: a handler runs in the caller's thread, after the
/// call has returned.
class Keychain {
public:
    enum class Outcome {
        Done,
        NotThere,   ///< no secret of that name
        Refused,    ///< a person or the service said no
        NoService,  ///< none that could keep it
    };
    /// `text`: the secret that was read; after a failure what the service said of it.
    using Handler = std::function<void(Outcome outcome, const QString& text)>;

    virtual ~Keychain() = default;
    virtual void read(const QString& name, Handler handler) = 0;
    virtual void write(const QString& name, const QString& secret, Handler handler) = 0;
    virtual void remove(const QString& name, Handler handler) = 0;
};

/// The desktop's own (QtKeychain: Secret Service, KWallet), never its plain-text fallback.
[[nodiscard]] std::shared_ptr<Keychain> desktopKeychain();

/// The keys of chat servers, one for each host (endpointHost). They are in the keychain and, while
/// the app runs, in memory; in no file, setting or message. No widgets.
class ApiKeys : public QObject {
    Q_OBJECT
public:
    enum class Source {
        None,
        Looking,     ///< the keychain is being asked
        Keychain,    ///< kept there
        Session,     ///< in memory until the app ends
        Environment  ///< variable() has it; a key of the host's own goes first
    };
    Q_ENUM(Source)

    /// No keychain: keys are kept for the session alone.
    explicit ApiKeys(std::shared_ptr<Keychain> keychain, QObject* parent = nullptr);

    /// The hosts that the keychain has a key for, so far as is known; it is asked for these alone,
    /// lest it bother people to unlock it for nothing. No secret: may be remembered in a setting.
    [[nodiscard]] QStringList keptHosts() const { return m_kept; }
    void setKeptHosts(const QStringList& hosts) { m_kept = hosts; }

    /// Asks the keychain, where it is known to have a key and was not asked yet.
    void look(const QString& host);
    [[nodiscard]] Source source(const QString& host) const;
    [[nodiscard]] QString key(const QString& host) const;  ///< empty: none
    /// SPANWISE_API_KEY, or for hosts of OpenAI's OPENAI_API_KEY, where that is set; else empty.
    [[nodiscard]] static QString variable(const QString& host);
    /// Holds at once; the keychain gets it too. White space around it is cut off.
    void set(const QString& host, const QString& key);
    /// Takes it out of memory and keychain.
    void forget(const QString& host);
    /// Why keys are not kept beyond the session, for people; empty: they are, so far as is known.
    [[nodiscard]] QString problem() const { return m_problem; }

Q_SIGNALS:
    void changed(const QString& host);
    void keptHostsChanged();
    /// Once: a key could not be kept.
    void notKept(const QString& why);

private:
    struct Entry {
        QString key;
        Source source = Source::None;
        int generation = 0;  ///< an answer about an older key is of no use
    };
    void setKept(const QString& host, bool isKept);
    void fail(Keychain::Outcome outcome, const QString& what);

    std::shared_ptr<Keychain> m_keychain;
    QHash<QString, Entry> m_entries;
    QStringList m_kept;
    QString m_problem;
    int m_generation = 0;
};

}  // namespace spanwise::ui
