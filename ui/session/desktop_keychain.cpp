#include <qt6keychain/keychain.h>

#include "ui/session/api_keys.h"

namespace spanwise::ui {
namespace {

constexpr const char* kService = "Spanwise";

class DesktopKeychain : public Keychain {
public:
    void read(const QString& name, Handler handler) override {
        start(new QKeychain::ReadPasswordJob(QString::fromLatin1(kService)), name,
              std::move(handler));
    }
    void write(const QString& name, const QString& secret, Handler handler) override {
        auto* job = new QKeychain::WritePasswordJob(QString::fromLatin1(kService));
        job->setTextData(secret);
        start(job, name, std::move(handler));
    }
    void remove(const QString& name, Handler handler) override {
        start(new QKeychain::DeletePasswordJob(QString::fromLatin1(kService)), name,
              std::move(handler));
    }

private:
    /// The job deletes itself.
    void start(QKeychain::Job* job, const QString& name, Handler handler) {
        job->setKey(name);
        job->setInsecureFallback(false);
        QObject::connect(
            job, &QKeychain::Job::finished, &m_context,
            [handler = std::move(handler)](QKeychain::Job* done) {
                const auto* read = qobject_cast<QKeychain::ReadPasswordJob*>(done);
                const bool isGood = done->error() == QKeychain::NoError;
                handler(outcomeOf(done->error()),
                        isGood ? (read ? read->textData() : QString()) : done->errorString());
            });
        job->start();
    }

    static Outcome outcomeOf(QKeychain::Error error) {
        switch (error) {
            case QKeychain::NoError:
                return Outcome::Done;
            case QKeychain::EntryNotFound:
                return Outcome::NotThere;
            case QKeychain::AccessDenied:
            case QKeychain::AccessDeniedByUser:
                return Outcome::Refused;
            case QKeychain::CouldNotDeleteEntry:
            case QKeychain::NoBackendAvailable:
            case QKeychain::NotImplemented:
            case QKeychain::OtherError:
                break;
        }
        return Outcome::NoService;
    }

    QObject m_context;  ///< nobody hears of a job that ends after this
};

}  // namespace

std::shared_ptr<Keychain> desktopKeychain() {
    return std::make_shared<DesktopKeychain>();
}

}  // namespace spanwise::ui
