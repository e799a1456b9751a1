#pragma once

#include <QTextLayout>
#include <QWidget>
#include <optional>

#include "storage/project.h"
#include "ui/theme/type_pattern.h"

namespace spanwise::ui {

/// One suggestion in its sentence, large: the sentence in the text's colour, what is around it
/// muted, the suggestion tinted and underlined as in the document. Shows as many lines as there is
/// room for, those around the suggestion first.
class SentenceCard : public QWidget {
    Q_OBJECT
public:
    explicit SentenceCard(QWidget* parent = nullptr);

    /// `color` and `pattern`: the type's, "#rrggbb". None: nothing is shown.
    void setPlace(const std::optional<SuggestionPlace>& place, const QString& color,
                  TypePattern pattern = TypePattern::Plain);
    /// Rings it with the accent: the keys act on it.
    void setLit(bool lit);
    /// The sentence's text, for screen readers and tests.
    [[nodiscard]] QString sentence() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();

    QTextLayout m_layout;
    QString m_text;
    QString m_color;
    TypePattern m_pattern = TypePattern::Plain;
    int m_matchBegin = 0, m_matchEnd = 0;  ///< UTF-16 units of m_text
    int m_sentenceBegin = 0, m_sentenceEnd = 0;
    bool m_dotted = false;  ///< a guess from names
    bool m_lit = false;
    double m_height = 0;
};

}  // namespace spanwise::ui
