#pragma once

#include <QString>
#include <QStringList>
#include <memory>

#include "core/annotation/entity_type.h"
#include "storage/statistics.h"
#include "ui/dashboard/chart_card.h"

namespace spanwise::ui {

/// What may be wrong with the labels: each check with its count, the places of the one chosen, and
/// what can be put right at once.
class HealthPanel : public Card {
    Q_OBJECT
public:
    explicit HealthPanel(QWidget* parent = nullptr);
    ~HealthPanel() override;

    struct State {
        const HealthReport* report = nullptr;  ///< null: none yet
        bool isExamining = false, isFixing = false, isWritable = false;
        double examined = -1;
        QStringList training;  ///< what the last training did not learn, and why
    };
    void showState(const State& state, const LabelScheme& scheme);
    void setChosen(HealthCheck check);
    [[nodiscard]] HealthCheck chosen() const;

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void fixRequested(int check);

private:
    void showPlaces();
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace spanwise::ui
