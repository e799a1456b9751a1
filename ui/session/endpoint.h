#pragma once

#include <QString>
#include <QUrl>

namespace spanwise::ui {

/// What a person wrote as the address of a chat server, as the worker reads it: without a scheme it
/// is https, but for this machine. Invalid: no address of a server.
[[nodiscard]] QUrl endpointUrl(const QString& text);
/// "api.openai.com", "localhost:8000": what people see, and what a key belongs to. Empty for no
/// address.
[[nodiscard]] QString endpointHost(const QUrl& url);
/// Whether what is sent there stays on the machine that sends it.
[[nodiscard]] bool isLoopback(const QUrl& url);

}  // namespace spanwise::ui
