#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formats/passages.h"
#include "models/pretraining/wordnet.h"

namespace spanwise {

/// Is this a hypernym so far up ("entity", "abstraction") that it says nothing about a mention?
[[nodiscard]] bool isVagueConcept(std::string_view name);

/// What kind of thing a definition says that its subject is: of "an English mathematician and
/// writer" the mathematician, of "a family of musical instruments of the …" the musical instrument.
/// The noun phrase ends at punctuation, a preposition, a conjunction or a participle; its head is
/// the longest end of it, up to three words, that WordNet has as a noun. "kind of", "family of" and
/// their like are passed over; of "part of" and "branch of" nothing is learnt. `definition` begins
/// with the noun phrase, with or without an article. Empty when there is none.
struct DefinedKind {
    std::string name;             ///< the lemma, spaces between words
    std::string phrase;           ///< with one or two lower-case modifiers, or empty
    WordNet::Synset synset = -1;  ///< the noun's most frequent sense, right or wrong
};
[[nodiscard]] DefinedKind kindOfDefinition(std::string_view definition, const WordNet& wordNet);

/// Silver labels for the lead of an encyclopedia article. They are guesses: of 100 mentions drawn
/// at random from 84,205 and read one by one, 5 were wrong and some 10 true but vague ("region").
/// - Every mention of the title (else the subject of the first sentence, where it ends in the
///   title's last word) gets the kind that the first sentence names ("X is a Y"), the kind with
///   its modifiers, and the kind in the article's short description. The description is WordNet's
///   gloss of the sense that is above the title's, where WordNet has the title; else, of a noun
///   with at most two senses, of the more frequent one.
/// - Every word or phrase (up to five words, the longest first) that WordNet knows as a noun of one
///   sense and as nothing else, of at least four letters, gets its two nearest hypernyms with
///   their glosses. Written with a capital it must be one that
///   WordNet writes so, or begin a sentence; an individual's name must not be a part of a longer
///   name. Forms of verbs ("using") and plurals with a sense of their own ("elements") are left
///   out.
struct Lead {
    std::string title;
    std::string text;
    std::string description;  ///< short ("1885 novel by Mark Twain"), may be empty
};
struct SilverLabels {
    std::vector<Mention> mentions;  ///< sorted
    /// The lead has "X is a Y", but its subject could not be found in the text.
    bool lostSubject = false;
};
[[nodiscard]] SilverLabels labelLead(const Lead& lead, const WordNet& wordNet);

}  // namespace spanwise
