#include "storage/pre_annotated.h"

namespace spanwise {

Result<std::set<DocumentId>> preAnnotatedDocuments(const Project& project,
                                                   const std::stop_token& stop) {
    constexpr int kEvents = 1000;
    std::set<DocumentId> documents;
    std::int64_t last = 0;
    for (;;) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        const auto events = project.events(last, kEvents);
        if (!events)
            return tl::unexpected(events.error());
        if (events->empty())
            return documents;
        for (const Event& event : *events) {
            for (const Annotation& annotation : event.edit.addAnnotations) {
                if (annotation.origin == Origin::Accepted)
                    documents.insert(annotation.document);
            }
        }
        last = events->back().id;
    }
}

}  // namespace spanwise
