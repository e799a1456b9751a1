#include "ui/session/endpoint.h"

#include <QRegularExpression>

namespace spanwise::ui {

QUrl endpointUrl(const QString& text) {
    QString address = text.trimmed();
    if (address.isEmpty())
        return {};
    if (!address.contains(QLatin1String("://"))) {
        const bool isHere = address.startsWith(QLatin1String("localhost")) ||
                            address.startsWith(QLatin1String("127.")) ||
                            address.startsWith(QLatin1String("[::1]"));
        address.prepend(isHere ? QLatin1String("http://") : QLatin1String("https://"));
    }
    QUrl url(address, QUrl::StrictMode);
    const QString scheme = url.scheme();
    if (!url.isValid() || url.host().isEmpty() ||
        (scheme != QLatin1String("http") && scheme != QLatin1String("https")))
        return {};
    return url;
}

QString endpointHost(const QUrl& url) {
    const QString host =
        url.host().contains(QLatin1Char(':')) ? QStringLiteral("[%1]").arg(url.host()) : url.host();
    return url.port() > 0 ? QStringLiteral("%1:%2").arg(host).arg(url.port()) : host;
}

bool isLoopback(const QUrl& url) {
    static const QRegularExpression v4(QStringLiteral("^127(\\.\\d{1,3}){3}$"));
    const QString host = url.host();
    return host == QLatin1String("localhost") || host == QLatin1String("::1") ||
           v4.match(host).hasMatch();
}

}  // namespace spanwise::ui
