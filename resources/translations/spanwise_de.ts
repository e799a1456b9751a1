<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>spanwise::ui::AnnotateDialog</name>
    <message>
        <source>Annotate texts with a language model</source>
        <translation>Texte mit einem Sprachmodell annotieren</translation>
    </message>
    <message>
        <source>&amp;Forecast</source>
        <translation>&amp;Vorhersage</translation>
    </message>
    <message>
        <source>Counts passages, tokens and cost; nothing is asked</source>
        <translation>Zählt Textabschnitte, Token und Kosten; nichts wird angefragt</translation>
    </message>
    <message>
        <source>Start &amp;annotating</source>
        <translation>Annotieren sta&amp;rten</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>Sch&amp;ließen</translation>
    </message>
    <message>
        <source>The forecast counts what would be asked and what it would cost, before anything is sent.</source>
        <translation>Die Vorhersage zählt, was angefragt würde und was es kosten würde, bevor etwas gesendet wird.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::AnnotateForm</name>
    <message>
        <source>Ollama on this computer</source>
        <translation>Ollama auf diesem Computer</translation>
    </message>
    <message>
        <source>llama.cpp on this computer</source>
        <translation>llama.cpp auf diesem Computer</translation>
    </message>
    <message>
        <source>vLLM on this computer</source>
        <translation>vLLM auf diesem Computer</translation>
    </message>
    <message>
        <source>another</source>
        <translation>ein anderer</translation>
    </message>
    <message>
        <source>Drop text or JSONL files here.</source>
        <translation>Ziehen Sie Text- oder JSONL-Dateien hierher.</translation>
    </message>
    <message>
        <source>Language model</source>
        <translation>Sprachmodell</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>It is kept in your keychain, never in a file.</source>
        <translation>Er liegt in Ihrem Schlüsselbund, nie in einer Datei.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget the key</source>
        <translation>Schlüssel vergessen</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>Sc&amp;hlüssel</translation>
    </message>
    <message>
        <source>What it reads</source>
        <translation>Was es liest</translation>
    </message>
    <message>
        <source>files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>&amp;Texts</source>
        <translation>&amp;Texte</translation>
    </message>
    <message>
        <source>Files with texts</source>
        <translation>Dateien mit Texten</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>The member of each JSON object that is the text</source>
        <translation>Das Feld jedes JSON-Objekts, das den Text enthält</translation>
    </message>
    <message>
        <source>Mem&amp;ber of JSON</source>
        <translation>&amp;JSON-Feld</translation>
    </message>
    <message>
        <source>a paragraph at a time</source>
        <translation>Absatz für Absatz</translation>
    </message>
    <message>
        <source>a sentence at a time</source>
        <translation>Satz für Satz</translation>
    </message>
    <message>
        <source>a line at a time</source>
        <translation>Zeile für Zeile</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>&amp;Unit</source>
        <translation>&amp;Einheit</translation>
    </message>
    <message>
        <source>What is in it already is not asked again</source>
        <translation>Was schon darin steht, wird nicht erneut angefragt</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Choose the file to write</source>
        <translation>Zu schreibende Datei wählen</translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation>Schreiben na&amp;ch</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>Anweisung</translation>
    </message>
    <message>
        <source>Instruction to the model</source>
        <translation>Anweisung an das Modell</translation>
    </message>
    <message>
        <source>Back to the usual one</source>
        <translation>Zurück zur üblichen</translation>
    </message>
    <message>
        <source>Answers must be lines “mention &lt;&gt; type &lt;&gt; description”, or nothing is found in them.</source>
        <translation>Antworten müssen Zeilen der Form „Erwähnung &lt;&gt; Typ &lt;&gt; Beschreibung“ sein, sonst wird darin nichts gefunden.</translation>
    </message>
    <message>
        <source>Limits and prices</source>
        <translation>Grenzen und Preise</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>More are faster, where the server can take them</source>
        <translation>Mehr sind schneller, wenn der Server sie bewältigt</translation>
    </message>
    <message>
        <source>The run ends there</source>
        <translation>Dort endet der Lauf</translation>
    </message>
    <message>
        <source>In and out together; the run ends before more are used</source>
        <translation>Eingabe und Ausgabe zusammen; der Lauf endet, bevor mehr verbraucht werden</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>Of a million tokens that are sent</source>
        <translation>Für eine Million gesendete Token</translation>
    </message>
    <message>
        <source>Of a million tokens that the model writes</source>
        <translation>Für eine Million Token, die das Modell schreibt</translation>
    </message>
    <message>
        <source>In the prices’ currency; the run ends before it costs more</source>
        <translation>In der Währung der Preise; der Lauf endet, bevor er mehr kostet</translation>
    </message>
    <message>
        <source>&amp;Questions at a time</source>
        <translation>Anfragen &amp;gleichzeitig</translation>
    </message>
    <message>
        <source>&amp;Price of 1M tokens in</source>
        <translation>&amp;Preis je 1&#xa0;Mio. Token Eingabe</translation>
    </message>
    <message>
        <source>&amp;Requests at most</source>
        <translation>A&amp;nfragen höchstens</translation>
    </message>
    <message>
        <source>Price of 1M tokens &amp;out</source>
        <translation>Preis je 1&#xa0;Mio. Token A&amp;usgabe</translation>
    </message>
    <message>
        <source>Toke&amp;ns at most</source>
        <translation>T&amp;oken höchstens</translation>
    </message>
    <message>
        <source>&amp;Cost at most</source>
        <translation>&amp;Kosten höchstens</translation>
    </message>
    <message>
        <source>such as %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>another one, to replace it</source>
        <translation>ein anderer, um ihn zu ersetzen</translation>
    </message>
    <message>
        <source>this project’s documents (%1)</source>
        <translation>Dokumente dieses Projekts (%1)</translation>
    </message>
    <message>
        <source>a project’s documents (none is open)</source>
        <translation>Dokumente eines Projekts (keines ist geöffnet)</translation>
    </message>
    <message>
        <source>Instruction: the usual one</source>
        <translation>Anweisung: die übliche</translation>
    </message>
    <message>
        <source>Instruction: your own</source>
        <translation>Anweisung: Ihre eigene</translation>
    </message>
    <message>
        <source>Texts to annotate</source>
        <translation>Zu annotierende Texte</translation>
    </message>
    <message>
        <source>Texts (*.txt *.jsonl *.ndjson *.json *.md)</source>
        <translation>Texte (*.txt *.jsonl *.ndjson *.json *.md)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>Zu schreibende Datei</translation>
    </message>
    <message>
        <source>Annotated passages (*.jsonl)</source>
        <translation>Annotierte Textabschnitte (*.jsonl)</translation>
    </message>
    <message>
        <source>For one answer; then it is asked again, a few times</source>
        <translation>Auf eine Antwort; danach wird noch ein paar Mal gefragt</translation>
    </message>
    <message>
        <source>A model that thinks before it answers needs room for both</source>
        <translation>Ein Modell, das vor der Antwort nachdenkt, braucht Platz für beides</translation>
    </message>
    <message>
        <source>Seconds to wa&amp;it</source>
        <translation>Sekunden w&amp;arten</translation>
    </message>
    <message>
        <source>Tokens of an answ&amp;er</source>
        <translation>Token je Ant&amp;wort</translation>
    </message>
    <message>
        <source>List…</source>
        <translation>Liste…</translation>
    </message>
    <message>
        <source>List the server’s models</source>
        <translation>Die Modelle des Servers auflisten</translation>
    </message>
    <message>
        <source>Asks the server which models it has</source>
        <translation>Fragt den Server, welche Modelle er hat</translation>
    </message>
    <message>
        <source>asking the server…</source>
        <translation>der Server wird gefragt…</translation>
    </message>
    <message>
        <source>The server has no models: see how it is given one.</source>
        <translation>Der Server hat keine Modelle: Sehen Sie nach, wie er eines bekommt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln model(s) there: List… shows them.</source>
        <translation>
            <numerusform>%Ln Modell dort: Liste… zeigt es.</numerusform>
            <numerusform>%Ln Modelle dort: Liste… zeigt sie.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::AnnotateRun</name>
    <message>
        <source>Annotating</source>
        <translation>Annotieren läuft</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>What has come is kept; it can go on from there at any time</source>
        <translation>Was gekommen ist, bleibt erhalten; von dort kann es jederzeit weitergehen</translation>
    </message>
    <message>
        <source>&amp;Use as material</source>
        <translation>Als &amp;Material verwenden</translation>
    </message>
    <message>
        <source>Adds the annotated passages to what the encoder learns from</source>
        <translation>Fügt die annotierten Textabschnitte dem hinzu, woraus der Encoder lernt</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Fortfahren</translation>
    </message>
    <message>
        <source>&amp;Back to the settings</source>
        <translation>&amp;Zurück zu den Einstellungen</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>Sch&amp;ließen</translation>
    </message>
    <message>
        <source>First answers</source>
        <translation>Erste Antworten</translation>
    </message>
    <message>
        <source>Annotating with %1</source>
        <translation>Annotieren mit %1</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>The first one without an answer: %1</source>
        <translation>Der erste ohne Antwort: %1</translation>
    </message>
    <message>
        <source>This window may be closed; it goes on. Stop it when the first answers are not what you want: what came is kept.</source>
        <translation>Dieses Fenster kann geschlossen werden; es geht weiter. Halten Sie an, wenn die ersten Antworten nicht sind, was Sie wollen: Was gekommen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Raise the limit in the settings and start again: what was answered is not asked again.</source>
        <translation>Erhöhen Sie die Grenze in den Einstellungen und starten Sie neu: Was beantwortet ist, wird nicht erneut angefragt.</translation>
    </message>
    <message>
        <source>The first answers are shown here.</source>
        <translation>Hier erscheinen die ersten Antworten.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>nothing was found</source>
        <translation>nichts wurde gefunden</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::AnnotationController</name>
    <message>
        <source>There is no worker to do it. Install spanwise-cli beside spanwise.</source>
        <translation>Dafür fehlt der Hintergrundprozess. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
    <message>
        <source>Give the server’s address, such as http://localhost:11434 or https://api.openai.com/v1.</source>
        <translation>Geben Sie die Adresse des Servers an, etwa http://localhost:11434 oder https://api.openai.com/v1.</translation>
    </message>
    <message>
        <source>Name a model of the server.</source>
        <translation>Nennen Sie ein Modell des Servers.</translation>
    </message>
    <message>
        <source>Add a file with texts.</source>
        <translation>Fügen Sie eine Datei mit Texten hinzu.</translation>
    </message>
    <message>
        <source>No project is open.</source>
        <translation>Kein Projekt ist geöffnet.</translation>
    </message>
    <message>
        <source>The project has no documents.</source>
        <translation>Das Projekt hat keine Dokumente.</translation>
    </message>
    <message>
        <source>“%1” is to be read and to be written. Name another file to write.</source>
        <translation>„%1“ soll gelesen und geschrieben werden. Nennen Sie eine andere Datei zum Schreiben.</translation>
    </message>
    <message>
        <source>A limit of money needs prices.</source>
        <translation>Eine Kostengrenze braucht Preise.</translation>
    </message>
    <message>
        <source>Looking for the key in the keychain…</source>
        <translation>Schlüssel wird im Schlüsselbund gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>This worker cannot annotate. Install spanwise and spanwise-cli from one release.</source>
        <translation>Dieser Hintergrundprozess kann nicht annotieren. Installieren Sie spanwise und spanwise-cli aus derselben Version.</translation>
    </message>
    <message>
        <source>Put the key into its own field, not into the address.</source>
        <translation>Schreiben Sie den Schlüssel in sein eigenes Feld, nicht in die Adresse.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::AnnotationText</name>
    <message numerus="yes">
        <source>%Ln without “&lt;&gt;”</source>
        <translation>
            <numerusform>%Ln ohne „&lt;&gt;“</numerusform>
            <numerusform>%Ln ohne „&lt;&gt;“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of more than three parts</source>
        <translation>
            <numerusform>%Ln mit mehr als drei Teilen</numerusform>
            <numerusform>%Ln mit mehr als drei Teilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a mention</source>
        <translation>
            <numerusform>%Ln ohne Erwähnung</numerusform>
            <numerusform>%Ln ohne Erwähnung</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a concept</source>
        <translation>
            <numerusform>%Ln ohne Konzept</numerusform>
            <numerusform>%Ln ohne Konzept</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with a concept that says nothing</source>
        <translation>
            <numerusform>%Ln mit nichtssagendem Konzept</numerusform>
            <numerusform>%Ln mit nichtssagendem Konzept</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln too long</source>
        <translation>
            <numerusform>%Ln zu lang</numerusform>
            <numerusform>%Ln zu lang</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with control characters</source>
        <translation>
            <numerusform>%Ln mit Steuerzeichen</numerusform>
            <numerusform>%Ln mit Steuerzeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln whose mention is not in the text</source>
        <translation>
            <numerusform>%Ln, deren Erwähnung nicht im Text steht</numerusform>
            <numerusform>%Ln, deren Erwähnung nicht im Text steht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln whose mention is only a part of words</source>
        <translation>
            <numerusform>%Ln, deren Erwähnung nur ein Teil von Wörtern ist</numerusform>
            <numerusform>%Ln, deren Erwähnung nur ein Teil von Wörtern ist</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln said twice</source>
        <translation>
            <numerusform>%Ln doppelt genannt</numerusform>
            <numerusform>%Ln doppelt genannt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cut off</source>
        <translation>
            <numerusform>%Ln abgeschnitten</numerusform>
            <numerusform>%Ln abgeschnitten</numerusform>
        </translation>
    </message>
    <message>
        <source>Your texts and the key are sent to %1 without encryption: others on the way can read them.</source>
        <translation>Ihre Texte und der Schlüssel werden unverschlüsselt an %1 gesendet: Andere können sie unterwegs lesen.</translation>
    </message>
    <message>
        <source>Your texts are sent to %1.</source>
        <translation>Ihre Texte werden an %1 gesendet.</translation>
    </message>
    <message>
        <source>Your texts stay on this computer.</source>
        <translation>Ihre Texte bleiben auf diesem Computer.</translation>
    </message>
    <message>
        <source>Your texts are sent to the worker’s machine and stay there.</source>
        <translation>Ihre Texte werden an den Rechner des Hintergrundprozesses gesendet und bleiben dort.</translation>
    </message>
    <message>
        <source>Looking for the key in your keychain…</source>
        <translation>Schlüssel wird in Ihrem Schlüsselbund gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>The key for %1 is kept in your keychain.</source>
        <translation>Der Schlüssel für %1 liegt in Ihrem Schlüsselbund.</translation>
    </message>
    <message>
        <source>The key is from the environment (%1).</source>
        <translation>Der Schlüssel stammt aus der Umgebung (%1).</translation>
    </message>
    <message>
        <source>The key for %1 is known until Spanwise closes.</source>
        <translation>Der Schlüssel für %1 ist bekannt, bis Spanwise sich schließt.</translation>
    </message>
    <message>
        <source>%1 The key for %2 is known until Spanwise closes, and written nowhere.</source>
        <translation>%1 Der Schlüssel für %2 ist bekannt, bis Spanwise sich schließt, und wird nirgends gespeichert.</translation>
    </message>
    <message>
        <source>Servers on this computer mostly need none.</source>
        <translation>Server auf diesem Computer brauchen meist keinen.</translation>
    </message>
    <message>
        <source>It is kept in your keychain, never in a file.</source>
        <translation>Er liegt in Ihrem Schlüsselbund, nie in einer Datei.</translation>
    </message>
    <message numerus="yes">
        <source>Reading: %Ln passage(s)…</source>
        <translation>
            <numerusform>Wird gelesen: %Ln Textabschnitt&#xa0;…</numerusform>
            <numerusform>Wird gelesen: %Ln Textabschnitte&#xa0;…</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing is left to ask.</source>
        <translation>Es ist nichts mehr anzufragen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) to ask about: about %1 tokens in and %2 out.</source>
        <translation>
            <numerusform>%Ln Textabschnitt anzufragen: etwa %1 Token Eingabe und %2 Ausgabe.</numerusform>
            <numerusform>%Ln Textabschnitte anzufragen: etwa %1 Token Eingabe und %2 Ausgabe.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cost: about %1.</source>
        <translation>Kosten: etwa %1.</translation>
    </message>
    <message>
        <source>The cost is not known without prices.</source>
        <translation>Ohne Preise sind die Kosten nicht bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>The limits are enough for about %Ln of them.</source>
        <translation>
            <numerusform>Die Grenzen reichen für etwa %Ln davon.</numerusform>
            <numerusform>Die Grenzen reichen für etwa %Ln davon.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in the file already</source>
        <translation>
            <numerusform>%Ln schon in der Datei</numerusform>
            <numerusform>%Ln schon in der Datei</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln there more than once</source>
        <translation>
            <numerusform>%Ln mehrfach vorhanden</numerusform>
            <numerusform>%Ln mehrfach vorhanden</numerusform>
        </translation>
    </message>
    <message>
        <source>Not asked: %1.</source>
        <translation>Nicht angefragt: %1.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten&#xa0;…</translation>
    </message>
    <message>
        <source>%1 of %2 passages</source>
        <translation>%1 von %2 Textabschnitten</translation>
    </message>
    <message>
        <source>%1 mentions a passage</source>
        <translation>%1 Erwähnungen je Textabschnitt</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>cost %1</source>
        <translation>Kosten %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>It broke off</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>The limit of requests is reached</source>
        <translation>Die Grenze der Anfragen ist erreicht</translation>
    </message>
    <message>
        <source>The limit of tokens is reached</source>
        <translation>Die Token-Grenze ist erreicht</translation>
    </message>
    <message>
        <source>The limit of money is reached</source>
        <translation>Die Kostengrenze ist erreicht</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Done, but for some</source>
        <translation>Fertig, bis auf einige</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) annotated</source>
        <translation>
            <numerusform>%Ln Textabschnitt annotiert</numerusform>
            <numerusform>%Ln Textabschnitte annotiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln mention(s)</source>
        <translation>
            <numerusform>%Ln Erwähnung</numerusform>
            <numerusform>%Ln Erwähnungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln request(s)</source>
        <translation>
            <numerusform>%Ln Anfrage</numerusform>
            <numerusform>%Ln Anfragen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens in and %2 out</source>
        <translation>%1 Token Eingabe und %2 Ausgabe</translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) had been in the file already</source>
        <translation>
            <numerusform>%Ln Textabschnitt war schon in der Datei</numerusform>
            <numerusform>%Ln Textabschnitte waren schon in der Datei</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) not asked yet</source>
        <translation>
            <numerusform>%Ln Textabschnitt noch nicht angefragt</numerusform>
            <numerusform>%Ln Textabschnitte noch nicht angefragt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) without an answer; they can be asked again</source>
        <translation>
            <numerusform>%Ln Textabschnitt ohne Antwort; er kann erneut angefragt werden</numerusform>
            <numerusform>%Ln Textabschnitte ohne Antwort; sie können erneut angefragt werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) too long, left out</source>
        <translation>
            <numerusform>%Ln Textabschnitt zu lang, ausgelassen</numerusform>
            <numerusform>%Ln Textabschnitte zu lang, ausgelassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) in prose, without a mention</source>
        <translation>
            <numerusform>%Ln Antwort in Prosa, ohne Erwähnung</numerusform>
            <numerusform>%Ln Antworten in Prosa, ohne Erwähnung</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln empty answer(s)</source>
        <translation>
            <numerusform>%Ln leere Antwort</numerusform>
            <numerusform>%Ln leere Antworten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) cut off by the limit of tokens</source>
        <translation>
            <numerusform>%Ln Antwort durch die Token-Grenze abgeschnitten</numerusform>
            <numerusform>%Ln Antworten durch die Token-Grenze abgeschnitten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) of answers dropped: %1</source>
        <translation>
            <numerusform>%Ln Antwortzeile verworfen: %1</numerusform>
            <numerusform>%Ln Antwortzeilen verworfen: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>at most %1 tokens more for requests that broke off</source>
        <translation>höchstens %1 Token mehr für abgebrochene Anfragen</translation>
    </message>
    <message>
        <source>%1: about %2 more, cost about %3</source>
        <translation>%1: noch etwa %2, Kosten etwa %3</translation>
    </message>
    <message>
        <source>%1: about %2 more</source>
        <translation>%1: noch etwa %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ApiKeys</name>
    <message>
        <source>The keychain was not opened.</source>
        <translation>Der Schlüsselbund wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>No keychain answers on this desktop.</source>
        <translation>Auf diesem Desktop antwortet kein Schlüsselbund.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ChartCard</name>
    <message>
        <source>%1: what is shown</source>
        <translation>%1: was gezeigt wird</translation>
    </message>
    <message>
        <source>Save or copy</source>
        <translation>Speichern oder kopieren</translation>
    </message>
    <message>
        <source>%1: save or copy</source>
        <translation>%1: speichern oder kopieren</translation>
    </message>
    <message>
        <source>Save as &amp;SVG…</source>
        <translation>Als &amp;SVG speichern&#xa0;…</translation>
    </message>
    <message>
        <source>SVG pictures (*.svg)</source>
        <translation>SVG-Bilder (*.svg)</translation>
    </message>
    <message>
        <source>Save as &amp;PNG…</source>
        <translation>Als &amp;PNG speichern&#xa0;…</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>&amp;Copy figures</source>
        <translation>Zahlen &amp;kopieren</translation>
    </message>
    <message>
        <source>This file cannot be written: %1.</source>
        <translation>Diese Datei kann nicht geschrieben werden: %1.</translation>
    </message>
    <message>
        <source>A picture is saved as .svg or .png, its figures as .csv.</source>
        <translation>Ein Bild wird als .svg oder .png gespeichert, seine Zahlen als .csv.</translation>
    </message>
    <message>
        <source>This file could not be written: %1.</source>
        <translation>Diese Datei konnte nicht geschrieben werden: %1.</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 speichern</translation>
    </message>
    <message>
        <source>Save figures as CS&amp;V…</source>
        <translation>Zahlen als &amp;CSV speichern&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Charts</name>
    <message>
        <source>%1, %2: %3</source>
        <translation>%1, %2: %3</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>low (95 %)</source>
        <translation>unten (95&#xa0;%)</translation>
    </message>
    <message>
        <source>high (95 %)</source>
        <translation>oben (95&#xa0;%)</translation>
    </message>
    <message>
        <source>counted</source>
        <translation>gezählt</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>labelled documents</source>
        <translation>annotierte Dokumente</translation>
    </message>
    <message>
        <source>F1 measured</source>
        <translation>F1 gemessen</translation>
    </message>
    <message numerus="yes">
        <source>%1 with %Ln document(s)</source>
        <translation>
            <numerusform>%1 mit %Ln Dokument</numerusform>
            <numerusform>%1 mit %Ln Dokumenten</numerusform>
        </translation>
    </message>
    <message>
        <source>expected</source>
        <translation>erwartet</translation>
    </message>
    <message>
        <source>within</source>
        <translation>innerhalb</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::CheckPage</name>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>How good the model is</source>
        <translation>Wie gut das Modell ist</translation>
    </message>
    <message>
        <source>Progress of the check</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Trains several models, each without some of the documents, and asks them about these</source>
        <translation>Trainiert mehrere Modelle, jedes ohne einen Teil der Dokumente, und befragt sie zu diesem Teil</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>open</source>
        <translation>öffnen</translation>
    </message>
    <message>
        <source>take the model&apos;s</source>
        <translation>übernehmen</translation>
    </message>
    <message>
        <source>the label is right</source>
        <translation>stimmt so</translation>
    </message>
    <message>
        <source>Open the document there</source>
        <translation>Dokument an dieser Stelle öffnen</translation>
    </message>
    <message>
        <source>Take the model&apos;s version</source>
        <translation>Fassung des Modells übernehmen</translation>
    </message>
    <message>
        <source>Dismiss: the label is right</source>
        <translation>Verwerfen: Die Annotation stimmt</translation>
    </message>
    <message>
        <source>Labels to look at again</source>
        <translation>Zum Nachsehen</translation>
    </message>
    <message>
        <source>Nothing is known yet. When you pause, Spanwise trains on some of your documents and compares what it finds in the others with your labels: that says how good the model is, which types need examples, and which labels to look at again.</source>
        <translation>Noch ist nichts bekannt. Wenn Sie eine Pause machen, trainiert Spanwise auf einem Teil Ihrer Dokumente und vergleicht, was es in den übrigen findet, mit Ihren Annotationen: So zeigt sich, wie gut das Modell ist, welchen Typen Beispiele fehlen und welche Annotationen Sie sich noch einmal ansehen sollten.</translation>
    </message>
    <message>
        <source>F1 of the model: %1</source>
        <translation>F1 des Modells: %1</translation>
    </message>
    <message>
        <source>F1 on documents that it had not seen; probably %1.</source>
        <translation>F1 auf ungesehenen Dokumenten; wahrscheinlich %1.</translation>
    </message>
    <message>
        <source>F1 on documents that it had not seen.</source>
        <translation>F1 auf ungesehenen Dokumenten.</translation>
    </message>
    <message numerus="yes">
        <source>Checked %1 with %Ln label(s).</source>
        <translation>
            <numerusform>Geprüft %1 mit %Ln Annotation.</numerusform>
            <numerusform>Geprüft %1 mit %Ln Annotationen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are new since.</source>
        <translation>
            <numerusform>%Ln ist seitdem neu.</numerusform>
            <numerusform>%Ln sind seitdem neu.</numerusform>
        </translation>
    </message>
    <message>
        <source>What more labels will bring</source>
        <translation>Was weitere Annotationen bringen</translation>
    </message>
    <message>
        <source>By hand or pre-annotated</source>
        <translation>Von Hand oder mit Vorschlägen</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s) labelled by hand</source>
        <translation>
            <numerusform>%1 in %Ln von Hand annotierten Dokument</numerusform>
            <numerusform>%1 in %Ln von Hand annotierten Dokumenten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln where suggestions were accepted</source>
        <translation>
            <numerusform>%1 in %Ln, in dem Vorschläge angenommen wurden</numerusform>
            <numerusform>%1 in %Ln, in denen Vorschläge angenommen wurden</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted suggestions agree with the model that made them, so the first figure is the one to trust.</source>
        <translation>Angenommene Vorschläge stimmen mit dem Modell überein, das sie gemacht hat. Verlässlich ist deshalb die erste Zahl.</translation>
    </message>
    <message>
        <source>By type</source>
        <translation>Nach Typ</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: F1 %2</source>
        <translation>%1: F1 %2</translation>
    </message>
    <message>
        <source>Types that lack examples</source>
        <translation>Typen, denen Beispiele fehlen</translation>
    </message>
    <message>
        <source>The project is read-only, so nothing is checked.</source>
        <translation>Das Projekt ist schreibgeschützt, deshalb wird nichts geprüft.</translation>
    </message>
    <message numerus="yes">
        <source>A check needs labels in at least %Ln document(s) and %1.</source>
        <translation>
            <numerusform>Eine Prüfung braucht Annotationen in mindestens %Ln Dokument und %1.</numerusform>
            <numerusform>Eine Prüfung braucht Annotationen in mindestens %Ln Dokumenten und %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sentence(s)</source>
        <comment>labels in at least …</comment>
        <translation>
            <numerusform>%Ln Satz</numerusform>
            <numerusform>%Ln Sätzen</numerusform>
        </translation>
    </message>
    <message>
        <source>Learning from all labels first…</source>
        <translation>Zuerst wird aus allen Annotationen gelernt&#xa0;…</translation>
    </message>
    <message>
        <source>Checked anew when you pause.</source>
        <translation>Wird in der nächsten Pause neu geprüft.</translation>
    </message>
    <message>
        <source>Checking… %1 s left</source>
        <translation>Prüfung läuft&#xa0;… noch %1&#xa0;s</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Prüfung läuft&#xa0;…</translation>
    </message>
    <message>
        <source>Up to date with your labels.</source>
        <translation>Auf dem Stand Ihrer Annotationen.</translation>
    </message>
    <message>
        <source>The check failed. %1</source>
        <translation>Prüfung fehlgeschlagen. %1</translation>
    </message>
    <message>
        <source>Labels to look at again · %1</source>
        <translation>Zum Nachsehen · %1</translation>
    </message>
    <message numerus="yes">
        <source>Show the %Ln dismissed again</source>
        <translation>
            <numerusform>Die %Ln verworfene wieder zeigen</numerusform>
            <numerusform>Die %Ln verworfenen wieder zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>No label is in doubt</source>
        <translation>Keine Annotation ist zweifelhaft</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Noch nicht geprüft</translation>
    </message>
    <message>
        <source>The models of the last check contradict none of your labels strongly.</source>
        <translation>Die Modelle der letzten Prüfung widersprechen keiner Ihrer Annotationen deutlich.</translation>
    </message>
    <message>
        <source>Labels that models trained without them contradict will be listed here, the surest first. Label a few documents, then pause, or press Check now.</source>
        <translation>Hier erscheinen Annotationen, denen Modelle widersprechen, die ohne sie trainiert wurden; die sichersten Fälle zuerst. Annotieren Sie einige Dokumente und machen Sie dann eine Pause, oder wählen Sie „Jetzt prüfen“.</translation>
    </message>
    <message>
        <source>Without a worker nothing is checked. Install spanwise-cli beside spanwise.</source>
        <translation>Ohne Hintergrundprozess wird nichts geprüft. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
    <message>
        <source>It takes the background worker. Install spanwise-cli beside spanwise.</source>
        <translation>Dazu braucht es den Hintergrundprozess. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::CommandPalette</name>
    <message>
        <source>%1, key %2</source>
        <translation>%1, Taste %2</translation>
    </message>
    <message>
        <source>Looking through the documents…</source>
        <translation>Dokumente werden durchsucht&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing is called “%1”.</source>
        <translation>Nichts heißt „%1“.</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Command, entity type or document</source>
        <translation>Befehl, Entitätstyp oder Dokument</translation>
    </message>
    <message>
        <source>Do, label as, open…</source>
        <translation>Ausführen, annotieren als, öffnen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DashboardController</name>
    <message>
        <source>The project cannot be written now, so nothing is put right.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden, deshalb wird nichts berichtigt.</translation>
    </message>
    <message numerus="yes">
        <source>Widen %Ln label(s) to words</source>
        <translation>
            <numerusform>%Ln Annotation auf ganze Wörter erweitern</numerusform>
            <numerusform>%Ln Annotationen auf ganze Wörter erweitern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trim white space of %Ln label(s)</source>
        <translation>
            <numerusform>Leerraum an %Ln Annotation entfernen</numerusform>
            <numerusform>Leerraum an %Ln Annotationen entfernen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trim punctuation of %Ln label(s)</source>
        <translation>
            <numerusform>Satzzeichen an %Ln Annotation entfernen</numerusform>
            <numerusform>Satzzeichen an %Ln Annotationen entfernen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DashboardPage</name>
    <message>
        <source>%1 of %2 accepted, %3 corrected, %4 rejected</source>
        <translation>%1 von %2 angenommen, %3 korrigiert, %4 abgelehnt</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>Dashboard</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>suggestions open</source>
        <translation>Vorschläge offen</translation>
    </message>
    <message>
        <source>suggestions accepted</source>
        <translation>Vorschläge angenommen</translation>
    </message>
    <message>
        <source>labels per hour of work</source>
        <translation>Annotationen je Arbeitsstunde</translation>
    </message>
    <message>
        <source>Check the model…</source>
        <translation>Modell prüfen&#xa0;…</translation>
    </message>
    <message>
        <source>How good it is, and the labels that it contradicts</source>
        <translation>Wie gut es ist und welchen Annotationen es widerspricht</translation>
    </message>
    <message>
        <source> %</source>
        <translation>&#xa0;%</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>&amp;Documents held out</source>
        <translation>&amp;Dokumente zurückgehalten</translation>
    </message>
    <message>
        <source>Share of documents without suggestions</source>
        <translation>Anteil der Dokumente ohne Vorschläge</translation>
    </message>
    <message>
        <source>&amp;Suggestions kept back</source>
        <translation>&amp;Vorschläge verdeckt</translation>
    </message>
    <message>
        <source>Share of suggestions that are not shown</source>
        <translation>Anteil der Vorschläge, die nicht gezeigt werden</translation>
    </message>
    <message>
        <source>The guard is set.</source>
        <translation>Die Gegenprobe ist eingestellt.</translation>
    </message>
    <message>
        <source>Suggestions of the documents held out are gone; labels stay.</source>
        <translation>Die Vorschläge der zurückgehaltenen Dokumente sind entfernt; Annotationen bleiben.</translation>
    </message>
    <message>
        <source>All documents get suggestions again.</source>
        <translation>Alle Dokumente erhalten wieder Vorschläge.</translation>
    </message>
    <message>
        <source>Labels by type</source>
        <translation>Annotationen nach Typ</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Arbeit</translation>
    </message>
    <message>
        <source>Labels a day</source>
        <translation>Annotationen je Tag</translation>
    </message>
    <message>
        <source>Labels an hour</source>
        <translation>Annotationen je Stunde</translation>
    </message>
    <message>
        <source>Labels per hour of work</source>
        <translation>Annotationen je Arbeitsstunde</translation>
    </message>
    <message>
        <source>Suggestions accepted</source>
        <translation>Vorschläge angenommen</translation>
    </message>
    <message>
        <source>By type</source>
        <translation>Nach Typ</translation>
    </message>
    <message>
        <source>By score</source>
        <translation>Nach Score</translation>
    </message>
    <message>
        <source>By source</source>
        <translation>Nach Quelle</translation>
    </message>
    <message>
        <source>F1 by type</source>
        <translation>F1 nach Typ</translation>
    </message>
    <message>
        <source>Learning curve</source>
        <translation>Lernkurve</translation>
    </message>
    <message>
        <source>What is taken for what</source>
        <translation>Was wofür gehalten wird</translation>
    </message>
    <message>
        <source>Are suggestions believed too easily?</source>
        <translation>Wird Vorschlägen zu leicht geglaubt?</translation>
    </message>
    <message>
        <source>Labelled types down, found types across</source>
        <translation>Zeilen: annotierte Typen, Spalten: gefundene Typen</translation>
    </message>
    <message>
        <source>Mistakes of the model</source>
        <translation>Fehler des Modells</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are in the trash.</source>
        <translation>
            <numerusform>%Ln Dokument ist im Papierkorb.</numerusform>
            <numerusform>%Ln Dokumente sind im Papierkorb.</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit, Trash… brings them back.</source>
        <translation>„Bearbeiten ▸ Papierkorb&#xa0;…“ holt sie zurück.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) are put right.</source>
        <translation>
            <numerusform>%Ln Annotation ist berichtigt.</numerusform>
            <numerusform>%Ln Annotationen sind berichtigt.</numerusform>
        </translation>
    </message>
    <message>
        <source>counted %1</source>
        <translation>gezählt um %1</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>%1 new, %2 in progress, %3 done</source>
        <translation>%1 neu, %2 in Arbeit, %3 fertig</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Pauses of more than half a minute count as half a minute.</source>
        <translation>Pausen von mehr als einer halben Minute zählen als halbe Minute.</translation>
    </message>
    <message>
        <source>No entity types yet</source>
        <translation>Noch keine Entitätstypen</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>in done documents</source>
        <translation>in fertigen Dokumenten</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>in new ones</source>
        <translation>in neuen</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Documents that have at least one label of the type.</source>
        <translation>Dokumente mit mindestens einer Annotation des Typs.</translation>
    </message>
    <message>
        <source>Nothing labelled yet</source>
        <translation>Noch nichts annotiert</translation>
    </message>
    <message>
        <source>ddd HH:mm</source>
        <comment>weekday and time, as in QLocale::toString()</comment>
        <translation>ddd HH:mm</translation>
    </message>
    <message>
        <source>hour</source>
        <translation>Stunde</translation>
    </message>
    <message>
        <source>The last 48 hours.</source>
        <translation>Die letzten 48 Stunden.</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>day and month, as in QLocale::toString()</comment>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>labels per hour</source>
        <translation>Annotationen je Stunde</translation>
    </message>
    <message>
        <source>Labels by the time between gestures; pauses count as half a minute at most.</source>
        <translation>Annotationen je Zeit zwischen den Eingaben; Pausen zählen höchstens als halbe Minute.</translation>
    </message>
    <message>
        <source>The last 30 days. What was undone does not count.</source>
        <translation>Die letzten 30 Tage. Rückgängig Gemachtes zählt nicht.</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>type names alone</source>
        <translation>nur Typnamen</translation>
    </message>
    <message>
        <source>trained model</source>
        <translation>trainiertes Modell</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importiert</translation>
    </message>
    <message>
        <source>No suggestion decided yet</source>
        <translation>Noch kein Vorschlag entschieden</translation>
    </message>
    <message>
        <source>Accept suggestions with A and refuse them with X: this says which types, and which scores, can be trusted.</source>
        <translation>Nehmen Sie Vorschläge mit A an und lehnen Sie sie mit X ab: So zeigt sich, welchen Typen und welchen Scores zu trauen ist.</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>Accepted of all decided; corrected ones count as not accepted. Whiskers: 95 %, Wilson&apos;s interval.</source>
        <translation>Anteil der angenommenen an allen entschiedenen; korrigierte zählen als nicht angenommen. Fehlerbalken: 95&#xa0;%, Wilson-Intervall.</translation>
    </message>
    <message numerus="yes">
        <source>When you pause, Spanwise trains on some documents and judges the others. It needs labels in at least %Ln document(s).</source>
        <translation>
            <numerusform>Wenn Sie eine Pause machen, trainiert Spanwise auf einem Teil der Dokumente und beurteilt die übrigen. Dazu braucht es Annotationen in mindestens %Ln Dokument.</numerusform>
            <numerusform>Wenn Sie eine Pause machen, trainiert Spanwise auf einem Teil der Dokumente und beurteilt die übrigen. Dazu braucht es Annotationen in mindestens %Ln Dokumenten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Noch nicht geprüft</translation>
    </message>
    <message numerus="yes">
        <source>Check of %1 with %Ln label(s).</source>
        <translation>
            <numerusform>Prüfung von %1 mit %Ln Annotation.</numerusform>
            <numerusform>Prüfung von %1 mit %Ln Annotationen.</numerusform>
        </translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Strict F1 on documents that the model had not seen. Whiskers: 95 %, by resampling documents (bootstrap).</source>
        <translation>Strenges F1 auf Dokumenten, die das Modell nicht gesehen hat. Fehlerbalken: 95&#xa0;%, durch wiederholtes Ziehen von Dokumenten (Bootstrap).</translation>
    </message>
    <message>
        <source>No curve yet</source>
        <translation>Noch keine Kurve</translation>
    </message>
    <message numerus="yes">
        <source>With labels in %Ln document(s) the check also tells what more labels will bring.</source>
        <translation>
            <numerusform>Mit Annotationen in %Ln Dokument sagt die Prüfung auch, was weitere Annotationen bringen.</numerusform>
            <numerusform>Mit Annotationen in %Ln Dokumenten sagt die Prüfung auch, was weitere Annotationen bringen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not known of the last check</source>
        <translation>Bei der letzten Prüfung nicht ermittelt</translation>
    </message>
    <message>
        <source>The next check tells what the model takes for what.</source>
        <translation>Die nächste Prüfung sagt, was das Modell wofür hält.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Labelled types down, found types across; a corner marks mistakes. Enter on a figure lists them.</source>
        <translation>Zeilen: annotierte Typen, Spalten: gefundene Typen; eine Ecke kennzeichnet Fehler. Die Eingabetaste auf einer Zahl listet sie auf.</translation>
    </message>
    <message>
        <source>%1, not found</source>
        <translation>%1, nicht gefunden</translation>
    </message>
    <message>
        <source>no label, found as %1 (%2)</source>
        <translation>nicht annotiert, gefunden als %1 (%2)</translation>
    </message>
    <message>
        <source>%1, found as “%2”</source>
        <translation>%1, gefunden als „%2“</translation>
    </message>
    <message>
        <source>%1, found as %2 (%3)</source>
        <translation>%1, gefunden als %2 (%3)</translation>
    </message>
    <message>
        <source>%1: no mistake there.</source>
        <translation>%1: kein Fehler dabei.</translation>
    </message>
    <message>
        <source>%1; %2 of them listed.</source>
        <translation>%1; %2 davon aufgelistet.</translation>
    </message>
    <message>
        <source>F1, by hand</source>
        <translation>F1, von Hand</translation>
    </message>
    <message>
        <source>F1, assisted</source>
        <translation>F1, mit Vorschlägen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 documents are held out: nobody sees suggestions there. %2 of them are done.</source>
        <translation>
            <numerusform>%Ln von %1 Dokumenten ist zurückgehalten: Dort sieht niemand Vorschläge. Fertig davon: %2.</numerusform>
            <numerusform>%Ln von %1 Dokumenten sind zurückgehalten: Dort sieht niemand Vorschläge. Fertig davon: %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels per 1,000 characters of done documents: %1 without, %2 with suggestions.</source>
        <translation>Annotationen je 1.000 Zeichen fertiger Dokumente: %1 ohne, %2 mit Vorschlägen.</translation>
    </message>
    <message>
        <source>No document is held out. Hold out a few, and you will see whether people label the same when no model whispers.</source>
        <translation>Kein Dokument ist zurückgehalten. Halten Sie einige zurück: So zeigt sich, ob Menschen dasselbe annotieren, wenn kein Modell einflüstert.</translation>
    </message>
    <message>
        <source>People accept more of what they are shown than they find alone: look twice before A.</source>
        <translation>Von dem, was gezeigt wird, wird mehr angenommen, als Menschen allein finden: Sehen Sie vor A zweimal hin.</translation>
    </message>
    <message>
        <source>People find alone about what they accept when it is shown.</source>
        <translation>Menschen finden allein etwa so viel, wie sie annehmen, wenn es gezeigt wird.</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>Labels made with suggestions will be compared here with those made without.</source>
        <translation>Hier werden Annotationen, die mit Vorschlägen entstanden, mit denen verglichen, die ohne sie entstanden.</translation>
    </message>
    <message>
        <source>share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>By hand: documents in which no suggestion was accepted. If the model agrees far more with assisted labels, its mistakes become labels. Whiskers: 95 % (Wilson for shares, bootstrap for F1).</source>
        <translation>Von Hand: Dokumente, in denen kein Vorschlag angenommen wurde. Wenn das Modell mit Annotationen nach Vorschlägen weit besser übereinstimmt, werden seine Fehler zu Annotationen. Fehlerbalken: 95&#xa0;% (Wilson für Anteile, Bootstrap für F1).</translation>
    </message>
    <message>
        <source>Select words on the Label page and press a type&apos;s key. Each label is counted here by the day and hour it was made.</source>
        <translation>Wählen Sie auf der Seite „Annotieren“ Wörter aus und drücken Sie die Taste eines Typs. Jede Annotation zählt hier an dem Tag und zu der Stunde, in der sie entstand.</translation>
    </message>
    <message>
        <source>Without a worker nothing is checked. Install spanwise-cli beside spanwise.</source>
        <translation>Ohne Hintergrundprozess wird nichts geprüft. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
    <message>
        <source>Labels per hour, by annotator</source>
        <translation>Annotationen je Stunde, nach Person</translation>
    </message>
    <message>
        <source>Nobody has labelled for a minute yet</source>
        <translation>Noch niemand hat eine Minute annotiert</translation>
    </message>
    <message>
        <source>Whoever has is shown here, with their labels per hour of work.</source>
        <translation>Wer es getan hat, steht hier mit den Annotationen je Arbeitsstunde.</translation>
    </message>
    <message>
        <source>annotator</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Of the whole history, by the time between gestures; pauses count as half a minute at most. Less than a minute of work tells no pace.</source>
        <translation>Aus dem ganzen Verlauf, nach der Zeit zwischen den Handgriffen; Pausen zählen höchstens als halbe Minute. Weniger als eine Minute Arbeit ergibt kein Tempo.</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>shown: labelled so</source>
        <translation>gezeigt: so annotiert</translation>
    </message>
    <message>
        <source>kept back: labelled so</source>
        <translation>verdeckt: so annotiert</translation>
    </message>
    <message>
        <source>People accept more of what they are shown than they find alone, but too few are counted to tell chance apart.</source>
        <translation>Es wird mehr vom Gezeigten angenommen als allein gefunden, aber es sind zu wenige, um Zufall auszuschließen.</translation>
    </message>
    <message>
        <source>Both count what a trained model proposed at %1 or more for documents that were untouched then and are done now.</source>
        <translation>Beide zählen, was ein trainiertes Modell mit mindestens %1 für Dokumente vorschlug, die damals unberührt waren und nun fertig sind.</translation>
    </message>
    <message>
        <source>Undo takes it back as one step.</source>
        <translation>„Rückgängig“ nimmt das in einem Schritt zurück.</translation>
    </message>
    <message>
        <source>Name what you are looking for on the Label page.</source>
        <translation>Benennen Sie auf der Seite „Annotieren“, was Sie suchen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DocumentFind</name>
    <message>
        <source>from the top again</source>
        <translation>wieder von oben</translation>
    </message>
    <message>
        <source>from the end again</source>
        <translation>wieder vom Ende her</translation>
    </message>
    <message>
        <source>no document of the filter after this one</source>
        <translation>danach kein Dokument des Filters mehr</translation>
    </message>
    <message>
        <source>no document of the filter before this one</source>
        <translation>davor kein Dokument des Filters</translation>
    </message>
    <message>
        <source>the next document</source>
        <translation>das nächste Dokument</translation>
    </message>
    <message>
        <source>the document before</source>
        <translation>das Dokument davor</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>Suche läuft&#xa0;…</translation>
    </message>
    <message>
        <source>Type what to find.</source>
        <translation>Eingeben, was gesucht wird.</translation>
    </message>
    <message>
        <source>Not in this document.</source>
        <translation>Nicht in diesem Dokument.</translation>
    </message>
    <message>
        <source>“%1”: not in this document&apos;s text</source>
        <translation>„%1“: nicht im Text dieses Dokuments</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 found</source>
        <translation>%1 gefunden</translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <translation>„%1“: %2</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DocumentView</name>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>No document is open</source>
        <translation>Kein Dokument ist geöffnet</translation>
    </message>
    <message>
        <source>Choose one in the list on the left.</source>
        <translation>Wählen Sie links eines aus der Liste.</translation>
    </message>
    <message>
        <source>(no type)</source>
        <translation>(kein Typ)</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>accept</source>
        <translation>annehmen</translation>
    </message>
    <message>
        <source>reject</source>
        <translation>ablehnen</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>entfernen</translation>
    </message>
    <message>
        <source>other type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>resize</source>
        <translation>Rand</translation>
    </message>
    <message>
        <source>zero-shot, from the type&apos;s name</source>
        <translation>Zero-Shot, aus dem Namen des Typs</translation>
    </message>
    <message>
        <source>Suggestion of a pattern: %1, %2</source>
        <translation>Vorschlag eines Musters: %1, %2</translation>
    </message>
    <message>
        <source>Suggestion from the type&apos;s name: %1, %2, score %3</source>
        <translation>Vorschlag aus dem Namen des Typs: %1, %2, Score %3</translation>
    </message>
    <message>
        <source>Suggestion: %1, %2, score %3</source>
        <translation>Vorschlag: %1, %2, Score %3</translation>
    </message>
    <message>
        <source>Label: %1, %2</source>
        <translation>Annotation: %1, %2</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Remove label</source>
        <translation>Annotation entfernen</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>%1 · done</source>
        <translation>%1 · fertig</translation>
    </message>
    <message>
        <source>%1 · read-only</source>
        <translation>%1 · schreibgeschützt</translation>
    </message>
    <message>
        <source>This document is empty.</source>
        <translation>Dieses Dokument ist leer.</translation>
    </message>
    <message>
        <source>Labelled: %1, %2</source>
        <translation>Annotiert: %1, %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) made</source>
        <translation>
            <numerusform>%Ln Annotation angelegt</numerusform>
            <numerusform>%Ln Annotationen angelegt</numerusform>
        </translation>
    </message>
    <message>
        <source>Label changed: %1, %2</source>
        <translation>Annotation geändert: %1, %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln Annotation geändert</numerusform>
            <numerusform>%Ln Annotationen geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>Label removed: %1, %2</source>
        <translation>Annotation entfernt: %1, %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) removed</source>
        <translation>
            <numerusform>%Ln Annotation entfernt</numerusform>
            <numerusform>%Ln Annotationen entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>The next type stands beside %1.</source>
        <translation>Der nächste Typ kommt neben %1.</translation>
    </message>
    <message>
        <source>add a type</source>
        <translation>Typ dazu</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>leave</source>
        <translation>lassen</translation>
    </message>
    <message>
        <source>Another type as well</source>
        <translation>Auch als</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DoubtDelegate</name>
    <message>
        <source>no label</source>
        <translation>nicht annotiert</translation>
    </message>
    <message>
        <source>no entity</source>
        <translation>keine Entität</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DoubtModel</name>
    <message>
        <source>Missing label</source>
        <translation>Annotation fehlt</translation>
    </message>
    <message>
        <source>Perhaps no entity</source>
        <translation>Vielleicht keine Entität</translation>
    </message>
    <message>
        <source>Perhaps another type</source>
        <translation>Vielleicht anderer Typ</translation>
    </message>
    <message>
        <source>Perhaps other boundaries</source>
        <translation>Vielleicht andere Grenzen</translation>
    </message>
    <message>
        <source>%1 % sure</source>
        <translation>%1&#xa0;% sicher</translation>
    </message>
    <message>
        <source>%1 in %2 of %3 other places.</source>
        <translation>%1 an %2 von %3 anderen Stellen.</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>nicht annotiert</translation>
    </message>
    <message>
        <source>no entity</source>
        <translation>keine Entität</translation>
    </message>
    <message>
        <source>%1, %2: “%3” in %4. It is %5, the model says %6. %7</source>
        <translation>%1, %2: „%3“ in %4. Jetzt: %5, laut Modell: %6. %7</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::EngineText</name>
    <message>
        <source>This is no regular expression: a character is out of place.</source>
        <translation>Das ist kein regulärer Ausdruck: Ein Zeichen steht am falschen Ort.</translation>
    </message>
    <message>
        <source>There is no such escape. Write \\ for a backslash.</source>
        <translation>Diese Escape-Folge gibt es nicht. Für einen Backslash schreiben Sie \\.</translation>
    </message>
    <message>
        <source>There is no such property. Properties look like \p{Lu} or \p{Greek}.</source>
        <translation>Diese Eigenschaft gibt es nicht. Eigenschaften sehen aus wie \p{Lu} oder \p{Greek}.</translation>
    </message>
    <message>
        <source>A parenthesis has no partner. Write \( or \) for the character itself.</source>
        <translation>Eine Klammer hat kein Gegenstück. Für das Zeichen selbst schreiben Sie \( oder \).</translation>
    </message>
    <message>
        <source>This number is too large.</source>
        <translation>Diese Zahl ist zu groß.</translation>
    </message>
    <message>
        <source>A count looks like {2}, {2,} or {2,5}.</source>
        <translation>Eine Anzahl sieht aus wie {2}, {2,} oder {2,5}.</translation>
    </message>
    <message>
        <source>In a count the second number is smaller than the first.</source>
        <translation>In einer Anzahl ist die zweite Zahl kleiner als die erste.</translation>
    </message>
    <message>
        <source>There is no group of this number.</source>
        <translation>Eine Gruppe mit dieser Nummer gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no such option. (?i) ignores case, (?x) ignores white space.</source>
        <translation>Diese Option gibt es nicht. (?i) ignoriert Groß-/Kleinschreibung, (?x) Leerraum.</translation>
    </message>
    <message>
        <source>A look-behind needs a length that has a limit: no * or + in (?&lt;=…).</source>
        <translation>Ein Rückblick braucht eine begrenzte Länge: kein * oder + in (?&lt;=…).</translation>
    </message>
    <message>
        <source>A bracket is not closed. Write \[ for the character itself.</source>
        <translation>Eine eckige Klammer ist nicht geschlossen. Für das Zeichen selbst schreiben Sie \[.</translation>
    </message>
    <message>
        <source>A range in brackets goes from the smaller character to the larger.</source>
        <translation>Ein Bereich in eckigen Klammern geht vom kleineren zum größeren Zeichen.</translation>
    </message>
    <message>
        <source>The set in brackets is not a valid one.</source>
        <translation>Die Menge in eckigen Klammern ist nicht gültig.</translation>
    </message>
    <message>
        <source>A group&apos;s name has letters and digits only, and each name stands once.</source>
        <translation>Der Name einer Gruppe besteht nur aus Buchstaben und Ziffern, und jeder steht nur einmal.</translation>
    </message>
    <message>
        <source>The expression is too large. Make it a list of strings.</source>
        <translation>Der Ausdruck ist zu groß. Machen Sie eine Liste daraus.</translation>
    </message>
    <message>
        <source>The expression cannot be used (%1).</source>
        <translation>Der Ausdruck kann nicht verwendet werden (%1).</translation>
    </message>
    <message>
        <source>The list has no entries yet: one a line.</source>
        <translation>Die Liste hat noch keine Einträge: einer je Zeile.</translation>
    </message>
    <message>
        <source>There is no expression yet.</source>
        <translation>Es gibt noch keinen Ausdruck.</translation>
    </message>
    <message>
        <source>The expression &quot;%1&quot; cannot be read at character %2: %3.</source>
        <translation>Der Ausdruck „%1“ ist bei Zeichen %2 nicht lesbar: %3.</translation>
    </message>
    <message>
        <source>The expression needs too much memory on this text. Make it simpler: avoid repetitions inside repetitions.</source>
        <translation>Der Ausdruck braucht für diesen Text zu viel Speicher. Vereinfachen Sie ihn: keine Wiederholungen in Wiederholungen.</translation>
    </message>
    <message>
        <source>The expression takes too long on one document. Make it simpler: avoid repetitions inside repetitions.</source>
        <translation>Der Ausdruck braucht für ein Dokument zu lange. Vereinfachen Sie ihn: keine Wiederholungen in Wiederholungen.</translation>
    </message>
    <message>
        <source>The model sees &quot;%1&quot; as %2 (%3); the label %4 is %5 likely to it.</source>
        <translation>Das Modell sieht „%1“ als %2 (%3); der Annotation %4 gibt es %5.</translation>
    </message>
    <message>
        <source>The model sees &quot;%1&quot; as %2 (%3).</source>
        <translation>Das Modell sieht „%1“ als %2 (%3).</translation>
    </message>
    <message>
        <source>The model finds nothing here, though it finds %1 of the other %2 of %3; the label %4 is %5 likely to it.</source>
        <translation>Das Modell findet hier nichts, obwohl es %1 der anderen %2 von %3 findet; der Annotation %4 gibt es %5.</translation>
    </message>
    <message>
        <source>Elsewhere &quot;%1&quot; is not labelled %2 of %3 times.</source>
        <translation>Anderswo ist „%1“ %2 von %3 Mal nicht annotiert.</translation>
    </message>
    <message>
        <source>Elsewhere &quot;%1&quot; is not labelled %2 of %3 time.</source>
        <translation>Anderswo ist „%1“ %2 von %3 Mal nicht annotiert.</translation>
    </message>
    <message>
        <source>Elsewhere &quot;%1&quot; is %2 %3 of %4 times.</source>
        <translation>Anderswo ist „%1“ %3 von %4 Mal %2.</translation>
    </message>
    <message>
        <source>Elsewhere &quot;%1&quot; is %2 %3 of %4 time.</source>
        <translation>Anderswo ist „%1“ %3 von %4 Mal %2.</translation>
    </message>
    <message>
        <source>Judged by %1 sentences of %2, to bound the time.</source>
        <translation>Beurteilt anhand von %1 von %2 Sätzen, um die Zeit zu begrenzen.</translation>
    </message>
    <message>
        <source>There is one labelled document: its sentences were parted instead. They resemble each other, so a new document will fare worse.</source>
        <translation>Es gibt nur ein annotiertes Dokument: Stattdessen wurden seine Sätze aufgeteilt. Sie ähneln einander, ein neues Dokument wird also schlechter abschneiden.</translation>
    </message>
    <message>
        <source>There are fewer labelled documents than the folds asked for: %1 of %2 were made.</source>
        <translation>Es gibt weniger annotierte Dokumente als gewünschte Teile: %1 von %2 wurden gebildet.</translation>
    </message>
    <message>
        <source>There are fewer labelled sentences than the folds asked for: %1 of %2 were made.</source>
        <translation>Es gibt weniger annotierte Sätze als gewünschte Teile: %1 von %2 wurden gebildet.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; occurs in one document only: the model that judges it has never seen the type, so its F1 of 0 says nothing yet.</source>
        <translation>„%1“ kommt nur in einem Dokument vor: Das Modell, das dieses beurteilt, hat den Typ nie gesehen. Das F1 von 0 sagt noch nichts.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; occurs in one sentence only: the model that judges it has never seen the type, so its F1 of 0 says nothing yet.</source>
        <translation>„%1“ kommt nur in einem Satz vor: Das Modell, das diesen beurteilt, hat den Typ nie gesehen. Das F1 von 0 sagt noch nichts.</translation>
    </message>
    <message>
        <source>No span is labelled yet, so there is nothing to check. Label some first.</source>
        <translation>Noch ist nichts annotiert, also gibt es nichts zu prüfen. Annotieren Sie zuerst etwas.</translation>
    </message>
    <message>
        <source>There are no entity types to learn. Define some first.</source>
        <translation>Es gibt keine Entitätstypen zu lernen. Legen Sie zuerst welche an.</translation>
    </message>
    <message>
        <source>Nothing is labelled yet, so there is nothing to learn from.</source>
        <translation>Noch ist nichts annotiert, also gibt es nichts zu lernen.</translation>
    </message>
    <message>
        <source>An entity needs at least one character.</source>
        <translation>Eine Entität braucht mindestens ein Zeichen.</translation>
    </message>
    <message>
        <source>The entity to change is not there any more.</source>
        <translation>Die zu ändernde Entität gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The change does not fit the document&apos;s labels as they are now.</source>
        <translation>Die Änderung passt nicht zu den jetzigen Annotationen des Dokuments.</translation>
    </message>
    <message>
        <source>An entity type needs a name.</source>
        <translation>Ein Entitätstyp braucht einen Namen.</translation>
    </message>
    <message>
        <source>The name &quot;%1&quot; begins or ends with a space.</source>
        <translation>Der Name „%1“ beginnt oder endet mit einem Leerzeichen.</translation>
    </message>
    <message>
        <source>There is an entity type &quot;%1&quot; already.</source>
        <translation>Den Entitätstyp „%1“ gibt es schon.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no colour of the form #rrggbb.</source>
        <translation>„%1“ ist keine Farbe der Form #rrggbb.</translation>
    </message>
    <message>
        <source>The name of an entity type cannot have tabs, line breaks or other control characters.</source>
        <translation>Der Name eines Entitätstyps darf keine Tabulatoren, Zeilenumbrüche oder anderen Steuerzeichen enthalten.</translation>
    </message>
    <message>
        <source>A scheme is an object with a list &quot;types&quot;, or a list of names.</source>
        <translation>Ein Schema ist ein Objekt mit einer Liste „types“ oder eine Liste von Namen.</translation>
    </message>
    <message>
        <source>This is not valid JSON.</source>
        <translation>Das ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>Another entity type is called &quot;%1&quot; by now: rename that one first.</source>
        <translation>Inzwischen heißt ein anderer Entitätstyp „%1“: Benennen Sie zuerst diesen um.</translation>
    </message>
    <message>
        <source>There is no document %1.</source>
        <translation>Das Dokument %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>Document %1 is in the trash: restore it first.</source>
        <translation>Das Dokument %1 ist im Papierkorb: Stellen Sie es zuerst wieder her.</translation>
    </message>
    <message>
        <source>There is no entity type %1.</source>
        <translation>Den Entitätstyp %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>Es gibt nichts zu wiederholen.</translation>
    </message>
    <message>
        <source>The pattern is not there any more.</source>
        <translation>Das Muster gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>Es wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The import was stopped.</source>
        <translation>Der Import wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The search was stopped.</source>
        <translation>Die Suche wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The project needs a file name.</source>
        <translation>Das Projekt braucht einen Dateinamen.</translation>
    </message>
    <message>
        <source>There is a file of this name already. Choose another name, or open that file.</source>
        <translation>Eine Datei mit diesem Namen gibt es schon. Wählen Sie einen anderen Namen, oder öffnen Sie diese Datei.</translation>
    </message>
    <message>
        <source>There is no folder %1. Create it first.</source>
        <translation>Den Ordner %1 gibt es nicht. Legen Sie ihn zuerst an.</translation>
    </message>
    <message>
        <source>The folder %1 is write-protected. Choose another place.</source>
        <translation>Der Ordner %1 ist schreibgeschützt. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>You may not read this folder.</source>
        <translation>Sie dürfen diesen Ordner nicht lesen.</translation>
    </message>
    <message>
        <source>You may not read this file.</source>
        <translation>Sie dürfen diese Datei nicht lesen.</translation>
    </message>
    <message>
        <source>There is no such project file.</source>
        <translation>Diese Projektdatei gibt es nicht.</translation>
    </message>
    <message>
        <source>This is not a Spanwise project but a folder or device.</source>
        <translation>Das ist kein Spanwise-Projekt, sondern ein Ordner oder Gerät.</translation>
    </message>
    <message>
        <source>This is not a Spanwise project. To bring in texts, create a project and import the file there.</source>
        <translation>Das ist kein Spanwise-Projekt. Um Texte aufzunehmen, legen Sie ein Projekt an und importieren Sie die Datei dort.</translation>
    </message>
    <message>
        <source>This file is empty: it is not a Spanwise project. Delete it and create the project anew.</source>
        <translation>Diese Datei ist leer: Sie ist kein Spanwise-Projekt. Löschen Sie sie und legen Sie das Projekt neu an.</translation>
    </message>
    <message>
        <source>This is a database of another program, not a Spanwise project.</source>
        <translation>Das ist die Datenbank eines anderen Programms, kein Spanwise-Projekt.</translation>
    </message>
    <message>
        <source>The file system of this folder cannot hold a project safely (no shared memory for the write-ahead log). Choose a folder on a local disk.</source>
        <translation>Das Dateisystem dieses Ordners kann ein Projekt nicht sicher aufnehmen (kein gemeinsamer Speicher für das Write-Ahead-Log). Wählen Sie einen Ordner auf einem lokalen Datenträger.</translation>
    </message>
    <message>
        <source>The project was not closed properly and lies in a write-protected place. Copy &quot;%1&quot; and &quot;%2&quot; to another folder and open the copy.</source>
        <translation>Das Projekt wurde nicht richtig geschlossen und liegt an einem schreibgeschützten Ort. Kopieren Sie „%1“ und „%2“ in einen anderen Ordner und öffnen Sie die Kopie.</translation>
    </message>
    <message>
        <source>The project was written by an earlier version of Spanwise and has to be converted first, which needs write access.</source>
        <translation>Das Projekt stammt aus einer früheren Version von Spanwise und muss erst umgewandelt werden; dazu muss es beschreibbar sein.</translation>
    </message>
    <message>
        <source>The project was written by a later version of Spanwise (its format is %1, this program knows up to %2). Install a newer Spanwise to open it.</source>
        <translation>Das Projekt stammt aus einer neueren Version von Spanwise (sein Format ist %1, dieses Programm kennt bis %2). Installieren Sie ein neueres Spanwise, um es zu öffnen.</translation>
    </message>
    <message>
        <source>The project can only be read: nothing was changed.</source>
        <translation>Das Projekt kann nur gelesen werden: Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The project is busy with another task (an import, for example): nothing was changed. Try again in a moment.</source>
        <translation>Das Projekt ist mit etwas anderem beschäftigt (etwa einem Import): Nichts wurde geändert. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Another program has the project open: until it is closed there, it can only be read here.</source>
        <translation>Ein anderes Programm hat das Projekt geöffnet: Bis es dort geschlossen ist, kann es hier nur gelesen werden.</translation>
    </message>
    <message>
        <source>This program has the project open already: until it is closed there, it can only be read here.</source>
        <translation>Dieses Programm hat das Projekt schon geöffnet: Bis es dort geschlossen ist, kann es hier nur gelesen werden.</translation>
    </message>
    <message>
        <source>Another Spanwise (process %1 on %2) has the project open: until it is closed there, it can only be read here.</source>
        <translation>Ein anderes Spanwise (Prozess %1 auf %2) hat das Projekt geöffnet: Bis es dort geschlossen ist, kann es hier nur gelesen werden.</translation>
    </message>
    <message>
        <source>The lock file %1 cannot be written (%2): the project can only be read.</source>
        <translation>Die Sperrdatei %1 kann nicht geschrieben werden (%2): Das Projekt kann nur gelesen werden.</translation>
    </message>
    <message>
        <source>The lock file %1 keeps changing: the project can only be read.</source>
        <translation>Die Sperrdatei %1 ändert sich ständig: Das Projekt kann nur gelesen werden.</translation>
    </message>
    <message>
        <source>There is no room left to write the export. Free some space or choose another folder; nothing was changed.</source>
        <translation>Für den Export ist kein Platz mehr. Schaffen Sie Platz, oder wählen Sie einen anderen Ordner; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The export cannot be written here. Choose a folder that you may write to.</source>
        <translation>Der Export kann hier nicht geschrieben werden. Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>There is no such folder. Create it, or choose another place.</source>
        <translation>Diesen Ordner gibt es nicht. Legen Sie ihn an, oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>This is a folder. Name a file in it.</source>
        <translation>Das ist ein Ordner. Nennen Sie eine Datei darin.</translation>
    </message>
    <message>
        <source>This is the project file itself. Name another file for the export.</source>
        <translation>Das ist die Projektdatei selbst. Nennen Sie eine andere Datei für den Export.</translation>
    </message>
    <message>
        <source>This is a folder, not a file. Name the files in it.</source>
        <translation>Das ist ein Ordner, keine Datei. Nennen Sie die Dateien darin.</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>You may not read this file. Change its permissions or copy it.</source>
        <translation>Sie dürfen diese Datei nicht lesen. Ändern Sie ihre Rechte, oder kopieren Sie sie.</translation>
    </message>
    <message>
        <source>The file cannot be opened: %1.</source>
        <translation>Die Datei kann nicht geöffnet werden: %1.</translation>
    </message>
    <message>
        <source>The file cannot be read to its end.</source>
        <translation>Die Datei kann nicht bis zum Ende gelesen werden.</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>A text file of more than 256 MiB is too large for one document. Split it, or import it as JSONL with a document a line.</source>
        <translation>Eine Textdatei von mehr als 256 MiB ist zu groß für ein Dokument. Teilen Sie sie auf, oder importieren Sie sie als JSONL mit einem Dokument je Zeile.</translation>
    </message>
    <message>
        <source>The text is UTF-16, not UTF-8. Convert it first, e.g. with &quot;%1&quot;.</source>
        <translation>Der Text ist UTF-16, nicht UTF-8. Wandeln Sie ihn zuerst um, etwa mit „%1“.</translation>
    </message>
    <message>
        <source>Byte %1 of the line (%2) is not UTF-8: this looks like a binary file. Spanwise reads text in UTF-8.</source>
        <translation>Byte %1 der Zeile (%2) ist kein UTF-8: Das sieht nach einer Binärdatei aus. Spanwise liest Text in UTF-8.</translation>
    </message>
    <message>
        <source>Byte %1 of the line is NUL: this looks like a binary file. Spanwise reads text in UTF-8.</source>
        <translation>Byte %1 der Zeile ist NUL: Das sieht nach einer Binärdatei aus. Spanwise liest Text in UTF-8.</translation>
    </message>
    <message>
        <source>Byte %1 of the line (%2) is not UTF-8; the file looks like Latin-1 or Windows-1252. Convert it first, e.g. with &quot;%3&quot;.</source>
        <translation>Byte %1 der Zeile (%2) ist kein UTF-8; die Datei sieht nach Latin-1 oder Windows-1252 aus. Wandeln Sie sie zuerst um, etwa mit „%3“.</translation>
    </message>
    <message>
        <source>The line is no JSON object like %1.</source>
        <translation>Die Zeile ist kein JSON-Objekt wie %1.</translation>
    </message>
    <message>
        <source>The object has no string &quot;%1&quot;.</source>
        <translation>Dem Objekt fehlt der Text „%1“.</translation>
    </message>
    <message>
        <source>The text has a NUL character (%1).</source>
        <translation>Der Text enthält ein NUL-Zeichen (%1).</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a string nor a number.</source>
        <translation>„%1“ ist weder Text noch Zahl.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a list.</source>
        <translation>„%1“ ist keine Liste.</translation>
    </message>
    <message>
        <source>Span %1 is no object with &quot;begin&quot;, &quot;end&quot; and &quot;type&quot;.</source>
        <translation>Die Stelle %1 ist kein Objekt mit „begin“, „end“ und „type“.</translation>
    </message>
    <message>
        <source>Span %1 needs whole numbers &quot;begin&quot; and &quot;end&quot;.</source>
        <translation>Die Stelle %1 braucht ganze Zahlen „begin“ und „end“.</translation>
    </message>
    <message>
        <source>Span %1 has no string &quot;type&quot;.</source>
        <translation>Der Stelle %1 fehlt der Text „type“.</translation>
    </message>
    <message>
        <source>%1 spans start with B-</source>
        <translation>%1 Stellen beginnen mit B-</translation>
    </message>
    <message>
        <source>%1 spans start with I-, none with B-</source>
        <translation>%1 Stellen beginnen mit I-, keine mit B-</translation>
    </message>
    <message>
        <source>%1 spans start with I-, %2 with B- after a span of the same type</source>
        <translation>%1 Stellen beginnen mit I-, %2 mit B- nach einer Stelle des gleichen Typs</translation>
    </message>
    <message>
        <source>%1 tags with L-, U-, E- or S-</source>
        <translation>%1 Tags mit L-, U-, E- oder S-</translation>
    </message>
    <message>
        <source>no entity tags</source>
        <translation>keine Entitäts-Tags</translation>
    </message>
    <message>
        <source>%1 irregular tags repaired</source>
        <translation>%1 unregelmäßige Tags berichtigt</translation>
    </message>
    <message>
        <source>%1 lines without a word left out</source>
        <translation>%1 Zeilen ohne Wort ausgelassen</translation>
    </message>
    <message>
        <source>%1 text is labelled with more than one type; of each, the type that comes first in the alphabet is learned. Keep one.</source>
        <translation>%1 Text ist mit mehr als einem Typ annotiert; gelernt wird der im Alphabet erste. Behalten Sie einen.</translation>
    </message>
    <message>
        <source>%1 texts are labelled with more than one type; of each, the type that comes first in the alphabet is learned. Keep one.</source>
        <translation>%1 Texte sind mit mehr als einem Typ annotiert; gelernt wird jeweils der im Alphabet erste. Behalten Sie einen.</translation>
    </message>
    <message>
        <source>%1 annotation overlaps a longer one, which is learned instead.</source>
        <translation>%1 Annotation überlappt eine längere, die stattdessen gelernt wird.</translation>
    </message>
    <message>
        <source>%1 annotations overlap a longer one, which is learned instead.</source>
        <translation>%1 Annotationen überlappen eine längere, die stattdessen gelernt wird.</translation>
    </message>
    <message>
        <source>%1 annotation covers no word, so nothing is learned from it.</source>
        <translation>%1 Annotation enthält kein Wort, daher wird aus ihr nichts gelernt.</translation>
    </message>
    <message>
        <source>%1 annotations cover no word, so nothing is learned from them.</source>
        <translation>%1 Annotationen enthalten kein Wort, daher wird aus ihnen nichts gelernt.</translation>
    </message>
    <message>
        <source>The type &quot;%1&quot; has no example yet.</source>
        <translation>Der Typ „%1“ hat noch kein Beispiel.</translation>
    </message>
    <message>
        <source>The device&apos;s memory was short: batches went through in smaller pieces.</source>
        <translation>Der Speicher des Geräts war knapp: Die Daten wurden in kleineren Stücken verarbeitet.</translation>
    </message>
    <message>
        <source>The training diverged and was begun again with a smaller learning rate.</source>
        <translation>Das Training lief auseinander und wurde mit kleinerer Lernrate neu begonnen.</translation>
    </message>
    <message>
        <source>The GPU has too little free memory: trained on the CPU.</source>
        <translation>Die GPU hat zu wenig freien Speicher: Trainiert wurde auf der CPU.</translation>
    </message>
    <message>
        <source>%1 label of these came back from the history; a few of them may have been removed later.</source>
        <translation>%1 Annotation davon kam aus dem Verlauf zurück; vielleicht war sie später entfernt worden.</translation>
    </message>
    <message>
        <source>%1 labels of these came back from the history; a few of them may have been removed later.</source>
        <translation>%1 Annotationen davon kamen aus dem Verlauf zurück; einige waren vielleicht später entfernt worden.</translation>
    </message>
    <message>
        <source>The disk could not read %1 block of the file.</source>
        <translation>%1 Block der Datei war nicht von der Festplatte zu lesen.</translation>
    </message>
    <message>
        <source>The disk could not read %1 blocks of the file.</source>
        <translation>%1 Blöcke der Datei waren nicht von der Festplatte zu lesen.</translation>
    </message>
    <message>
        <source>%1 entity type lost its name: look for &quot;type-&quot; among the types.</source>
        <translation>%1 Entitätstyp hat seinen Namen verloren: Suchen Sie „type-“ unter den Typen.</translation>
    </message>
    <message>
        <source>%1 entity types lost its name: look for &quot;type-&quot; among the types.</source>
        <translation>%1 Entitätstypen haben ihren Namen verloren: Suchen Sie „type-“ unter den Typen.</translation>
    </message>
    <message>
        <source>%1 text differed from what was imported: look for &quot;(damaged)&quot; in the names.</source>
        <translation>%1 Text weicht vom importierten ab: Suchen Sie „(damaged)“ in den Namen.</translation>
    </message>
    <message>
        <source>%1 texts differed from what was imported: look for &quot;(damaged)&quot; in the names.</source>
        <translation>%1 Texte weichen von den importierten ab: Suchen Sie „(damaged)“ in den Namen.</translation>
    </message>
    <message>
        <source>%1 label or suggestion belonged to a document that could not be read.</source>
        <translation>%1 Annotation oder Vorschlag gehörte zu einem Dokument, das nicht zu lesen war.</translation>
    </message>
    <message>
        <source>%1 label or suggestions belonged to a document that could not be read.</source>
        <translation>%1 Annotationen oder Vorschläge gehörten zu Dokumenten, die nicht zu lesen waren.</translation>
    </message>
    <message>
        <source>Every table could be read in full.</source>
        <translation>Jede Tabelle war vollständig zu lesen.</translation>
    </message>
    <message>
        <source>Not everything could be read in: %1.</source>
        <translation>Nicht alles war zu lesen in: %1.</translation>
    </message>
    <message>
        <source>The expression takes too long, as it can be matched in too many ways. Avoid repetitions within repetitions such as (a+)+, or say {1,20} for +.</source>
        <translation>Der Ausdruck braucht zu lange, weil er auf zu viele Arten passen kann. Vermeiden Sie Wiederholungen in Wiederholungen wie (a+)+, oder schreiben Sie {1,20} statt +.</translation>
    </message>
    <message>
        <source>The merge was stopped.</source>
        <translation>Das Zusammenführen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>This is the project itself. Name the files of the annotators.</source>
        <translation>Das ist das Projekt selbst. Nennen Sie die Dateien der Annotierenden.</translation>
    </message>
    <message>
        <source>No temporary folder can be made to convert the project in, which an earlier version of Spanwise wrote. Open it once in Spanwise, or free space.</source>
        <translation>Das Projekt stammt von einer früheren Version von Spanwise, und zum Umwandeln lässt sich kein temporärer Ordner anlegen. Öffnen Sie es einmal in Spanwise oder schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be an annotator&apos;s name: it becomes a file&apos;s name, so it needs a letter and may have no slash and no point in front.</source>
        <translation>„%1“ kann niemand heißen, der annotiert: Der Name wird zum Dateinamen, braucht also einen Buchstaben und darf keinen Schrägstrich und vorn keinen Punkt haben.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; was named twice: each annotator gets one file.</source>
        <translation>„%1“ kommt zweimal vor: Jede Person erhält eine Datei.</translation>
    </message>
    <message>
        <source>There are fewer documents than annotators: nothing is left for &quot;%1&quot;.</source>
        <translation>Es gibt weniger Dokumente als Annotierende: Für „%1“ bleibt nichts übrig.</translation>
    </message>
    <message>
        <source>There is a file of this name already, and nothing is overwritten. Choose another folder.</source>
        <translation>Es gibt schon eine Datei dieses Namens, und nichts wird überschrieben. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The folder cannot be made: %1.</source>
        <translation>Der Ordner lässt sich nicht anlegen: %1.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Errors</name>
    <message>
        <source>Stopped.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>That is not possible.</source>
        <translation>Das ist nicht möglich.</translation>
    </message>
    <message>
        <source>This is not UTF-8 text.</source>
        <translation>Das ist kein UTF-8-Text.</translation>
    </message>
    <message>
        <source>The file has an error.</source>
        <translation>Die Datei enthält einen Fehler.</translation>
    </message>
    <message>
        <source>It was not found.</source>
        <translation>Es wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>There is one already.</source>
        <translation>Das gibt es schon.</translation>
    </message>
    <message>
        <source>Permission denied.</source>
        <translation>Der Zugriff wurde verweigert.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Der Datenträger ist voll.</translation>
    </message>
    <message>
        <source>Reading or writing failed.</source>
        <translation>Lesen oder Schreiben ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The file is damaged.</source>
        <translation>Die Datei ist beschädigt.</translation>
    </message>
    <message>
        <source>The file was written by a later version of Spanwise.</source>
        <translation>Die Datei stammt aus einer neueren Version von Spanwise.</translation>
    </message>
    <message>
        <source>Nothing can be changed now.</source>
        <translation>Zurzeit kann nichts geändert werden.</translation>
    </message>
    <message>
        <source>The model does not fit.</source>
        <translation>Das Modell passt nicht.</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>Der Arbeitsspeicher reicht nicht aus.</translation>
    </message>
    <message>
        <source>The background worker has a problem.</source>
        <translation>Der Hintergrundprozess hat ein Problem.</translation>
    </message>
    <message>
        <source>Something went wrong inside Spanwise.</source>
        <translation>In Spanwise ist etwas schiefgegangen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ExportPage</name>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>CoNLL-2003</source>
        <translation>CoNLL-2003</translation>
    </message>
    <message>
        <source>one word a line, a tag in the last column</source>
        <translation>ein Wort je Zeile, ein Tag in der letzten Spalte</translation>
    </message>
    <message>
        <source>JSONL</source>
        <translation>JSONL</translation>
    </message>
    <message>
        <source>one document a line, text and spans, nothing lost</source>
        <translation>ein Dokument je Zeile, Text und Annotationen, ohne Verluste</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation>&amp;Tags</translation>
    </message>
    <message>
        <source>Keep ids and texts as comments</source>
        <translation>IDs und Texte als Kommentare erhalten</translation>
    </message>
    <message>
        <source>“# id” and “# text” lines, with which the original text survives</source>
        <translation>„# id“- und „# text“-Zeilen, mit denen der ursprüngliche Text erhalten bleibt</translation>
    </message>
    <message>
        <source>Only documents that are done</source>
        <translation>Nur fertige Dokumente</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Preview of the export</source>
        <translation>Vorschau des Exports</translation>
    </message>
    <message>
        <source>The first lines; the export has all.</source>
        <translation>Die ersten Zeilen; der Export enthält alles.</translation>
    </message>
    <message>
        <source>%1, %2.</source>
        <translation>%1, %2.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln nested or overlapping label(s) are left out</source>
        <translation>
            <numerusform>%Ln verschachtelte oder überlappende Annotation entfällt</numerusform>
            <numerusform>%Ln verschachtelte oder überlappende Annotationen entfallen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that begin or end inside a word are widened to the word</source>
        <translation>
            <numerusform>%Ln Annotation, die in einem Wort beginnt oder endet, wird auf das Wort erweitert</numerusform>
            <numerusform>%Ln Annotationen, die in einem Wort beginnen oder enden, werden auf das Wort erweitert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %Ln type name(s) spaces become “_”</source>
        <translation>
            <numerusform>in %Ln Typnamen werden Leerzeichen zu „_“</numerusform>
            <numerusform>in %Ln Typnamen werden Leerzeichen zu „_“</numerusform>
        </translation>
    </message>
    <message>
        <source>This format cannot carry everything: %1. JSONL can.</source>
        <translation>Dieses Format kann nicht alles aufnehmen: %1. JSONL kann es.</translation>
    </message>
    <message>
        <source>Spacing and line ends of the texts are not kept in this format, unless as comments.</source>
        <translation>Leerraum und Zeilenenden der Texte bleiben in diesem Format nur als Kommentare erhalten.</translation>
    </message>
    <message>
        <source>JSONL (*.jsonl);;All files (*)</source>
        <translation>JSONL (*.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>CoNLL (*.conll);;All files (*)</source>
        <translation>CoNLL (*.conll);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>There is nothing to export yet. Import documents and label them.</source>
        <translation>Noch gibt es nichts zu exportieren. Importieren Sie Dokumente und annotieren Sie sie.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::FindBar</name>
    <message>
        <source>Find in the document</source>
        <translation>Im Dokument suchen</translation>
    </message>
    <message>
        <source>Find in this document…</source>
        <translation>In diesem Dokument suchen&#xa0;…</translation>
    </message>
    <message>
        <source>Capital and small letters differ</source>
        <translation>Groß- und Kleinbuchstaben unterscheiden</translation>
    </message>
    <message>
        <source>Whole words only</source>
        <translation>Nur ganze Wörter</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>close</source>
        <translation>schließen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Close the find bar</source>
        <translation>Suchleiste schließen</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Vorheriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>label all…</source>
        <translation>alle annotieren&#xa0;…</translation>
    </message>
    <message>
        <source>Alt+↵</source>
        <translation>Alt+↵</translation>
    </message>
    <message>
        <source>Label this text wherever it stands</source>
        <translation>Diesen Text überall annotieren, wo er steht</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::FindingModel</name>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1: “%2” in %3</source>
        <translation>%1: „%2“ in %3</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::GuidelineController</name>
    <message>
        <source>Labelling guidelines</source>
        <translation>Annotationsrichtlinien</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>Dies nicht</translation>
    </message>
    <message>
        <source>labelled as</source>
        <translation>annotiert als</translation>
    </message>
    <message>
        <source>No labels yet.</source>
        <translation>Noch keine Annotationen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::GuidelinePanel</name>
    <message>
        <source>“%1” in: %2 (%3)</source>
        <translation>„%1“ in: %2 (%3)</translation>
    </message>
    <message>
        <source>Not “%1”, which is %2, in: %3 (%4)</source>
        <translation>Nicht „%1“, das %2 ist, in: %3 (%4)</translation>
    </message>
    <message>
        <source>Not “%1” in: %2 (%3)</source>
        <translation>Nicht „%1“ in: %2 (%3)</translation>
    </message>
    <message>
        <source>edit</source>
        <translation>bearbeiten</translation>
    </message>
    <message>
        <source>F2</source>
        <translation>F2</translation>
    </message>
    <message>
        <source>close</source>
        <translation>schließen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Close the guideline</source>
        <translation>Richtlinie schließen</translation>
    </message>
    <message>
        <source>No entity types yet</source>
        <translation>Noch keine Entitätstypen</translation>
    </message>
    <message>
        <source>Guideline: %1</source>
        <translation>Richtlinie: %1</translation>
    </message>
    <message>
        <source>Edit the guideline of %1</source>
        <translation>Richtlinie zu %1 bearbeiten</translation>
    </message>
    <message>
        <source>Nothing is written down yet. Say what counts as %1 and what does not: F2 here, or “Edit type…” in the list of types.</source>
        <translation>Noch ist nichts festgehalten. Schreiben Sie, was als %1 zählt und was nicht: hier mit F2 oder mit „Typ bearbeiten&#xa0;…“ in der Liste der Typen.</translation>
    </message>
    <message>
        <source>What counts as %1</source>
        <translation>Was als %1 zählt</translation>
    </message>
    <message>
        <source>looking for examples…</source>
        <translation>sucht Beispiele&#xa0;…</translation>
    </message>
    <message>
        <source>examples from a sample of the labels</source>
        <translation>Beispiele aus einer Stichprobe der Annotationen</translation>
    </message>
    <message>
        <source>%1: go to the examples</source>
        <translation>%1: zu den Beispielen</translation>
    </message>
    <message>
        <source>No label shows it yet: select words that are %1 and choose it.</source>
        <translation>Noch zeigt es keine Annotation: Wählen Sie Wörter aus, die %1 sind, und wählen Sie den Typ.</translation>
    </message>
    <message>
        <source>No label shows it yet: select words that are %1 and press %2.</source>
        <translation>Noch zeigt es keine Annotation: Wählen Sie Wörter aus, die %1 sind, und drücken Sie %2.</translation>
    </message>
    <message>
        <source>Examples of %1</source>
        <translation>Beispiele für %1</translation>
    </message>
    <message>
        <source>Guideline</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Name one at the right. Its note and its examples stand here then.</source>
        <translation>Benennen Sie rechts einen. Seine Notiz und seine Beispiele stehen dann hier.</translation>
    </message>
    <message>
        <source>Press %1 in the document to name one. Its note and its examples stand here then.</source>
        <translation>Drücken Sie %1 im Dokument, um einen zu benennen. Seine Notiz und seine Beispiele stehen dann hier.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HealthPanel</name>
    <message>
        <source>White space at an edge</source>
        <translation>Leerraum am Rand</translation>
    </message>
    <message>
        <source>Punctuation at an edge</source>
        <translation>Satzzeichen am Rand</translation>
    </message>
    <message>
        <source>Edge inside a word</source>
        <translation>Grenze in einem Wort</translation>
    </message>
    <message>
        <source>Lost in CoNLL</source>
        <translation>In CoNLL verloren</translation>
    </message>
    <message>
        <source>Same words, another type</source>
        <translation>Gleiche Wörter, anderer Typ</translation>
    </message>
    <message>
        <source>Types without labels</source>
        <translation>Typen ohne Annotationen</translation>
    </message>
    <message>
        <source>Empty documents</source>
        <translation>Leere Dokumente</translation>
    </message>
    <message>
        <source>Labels that begin or end with white space or invisible characters. They look right and match nothing.</source>
        <translation>Annotationen, die mit Leerraum oder unsichtbaren Zeichen beginnen oder enden. Sie sehen richtig aus und stimmen mit nichts überein.</translation>
    </message>
    <message>
        <source>Labels that begin or end with a punctuation mark. Some are meant so (“Yahoo!”): look before you trim.</source>
        <translation>Annotationen, die mit einem Satzzeichen beginnen oder enden. Manche sind so gemeint („Yahoo!“): Sehen Sie hin, bevor Sie kürzen.</translation>
    </message>
    <message>
        <source>Labels that begin or end inside a word. Models learn the whole word, and CoNLL has no half words.</source>
        <translation>Annotationen, die in einem Wort beginnen oder enden. Modelle lernen das ganze Wort, und CoNLL kennt keine halben Wörter.</translation>
    </message>
    <message>
        <source>Nested or overlapping labels that CoNLL, and what models learn from, leave out: the longest stays. JSONL keeps all.</source>
        <translation>Verschachtelte oder überlappende Annotationen, die in CoNLL und beim Lernen entfallen: Die längste bleibt. JSONL behält alle.</translation>
    </message>
    <message>
        <source>Words that mostly have another type elsewhere. Often a slip, sometimes two meanings.</source>
        <translation>Wörter, die anderswo meist einen anderen Typ haben. Oft ein Versehen, manchmal zwei Bedeutungen.</translation>
    </message>
    <message>
        <source>No model can learn a type without labels.</source>
        <translation>Einen Typ ohne Annotationen kann kein Modell lernen.</translation>
    </message>
    <message>
        <source>Documents with nothing but white space.</source>
        <translation>Dokumente, die nur aus Leerraum bestehen.</translation>
    </message>
    <message numerus="yes">
        <source>Trim %Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation kürzen</numerusform>
            <numerusform>%Ln Annotationen kürzen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Widen %Ln label(s) to words</source>
        <translation>
            <numerusform>%Ln Annotation auf ganze Wörter erweitern</numerusform>
            <numerusform>%Ln Annotationen auf ganze Wörter erweitern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln document(s) to the trash</source>
        <translation>
            <numerusform>%Ln Dokument in den Papierkorb legen</numerusform>
            <numerusform>%Ln Dokumente in den Papierkorb legen</numerusform>
        </translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Health of the labels</source>
        <translation>Zustand der Annotationen</translation>
    </message>
    <message>
        <source>Checks of the labels</source>
        <translation>Prüfpunkte der Annotationen</translation>
    </message>
    <message>
        <source>Looking at the labels…</source>
        <translation>Annotationen werden durchgesehen&#xa0;…</translation>
    </message>
    <message>
        <source>Looking at the labels… %1</source>
        <translation>Annotationen werden durchgesehen&#xa0;… %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln labelled document(s) looked at</source>
        <translation>
            <numerusform>%Ln annotiertes Dokument durchgesehen</numerusform>
            <numerusform>%Ln annotierte Dokumente durchgesehen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>%1, elsewhere %2 (%3×)</source>
        <translation>%1, sonst %2 (%3×)</translation>
    </message>
    <message>
        <source>Nothing of the kind.</source>
        <translation>Nichts dergleichen.</translation>
    </message>
    <message>
        <source>Nothing is known yet: the labels are being looked at.</source>
        <translation>Noch ist nichts bekannt: Die Annotationen werden durchgesehen.</translation>
    </message>
    <message numerus="yes">
        <source>The first %Ln of %1 are listed.</source>
        <translation>
            <numerusform>Die erste von %1 ist aufgelistet (%Ln).</numerusform>
            <numerusform>Die ersten %Ln von %1 sind aufgelistet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln need a person: they would touch another label.</source>
        <translation>
            <numerusform>%Ln müssen Sie selbst ansehen: Sie würde eine andere Annotation berühren.</numerusform>
            <numerusform>%Ln müssen Sie selbst ansehen: Sie würden eine andere Annotation berühren.</numerusform>
        </translation>
    </message>
    <message>
        <source>They can be restored from there</source>
        <translation>Von dort können sie wiederhergestellt werden</translation>
    </message>
    <message>
        <source>One step that can be undone</source>
        <translation>Ein Schritt, der sich rückgängig machen lässt</translation>
    </message>
    <message>
        <source>The last training says: %1</source>
        <translation>Das letzte Training meldet: %1</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HistoryModel</name>
    <message>
        <source>yesterday %1</source>
        <translation>gestern %1</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redone</source>
        <translation>Wiederholt</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>Typen</translation>
    </message>
    <message>
        <source>To the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>From the trash</source>
        <translation>Aus dem Papierkorb</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>is undone now</source>
        <translation>ist jetzt rückgängig</translation>
    </message>
    <message>
        <source>%1
%2</source>
        <translation>%1
%2</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1&#xa0;min</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HistoryPage</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Kind of change</source>
        <translation>Art der Änderung</translation>
    </message>
    <message>
        <source>Entity type</source>
        <translation>Entitätstyp</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>This document</source>
        <translation>Dieses Dokument</translation>
    </message>
    <message>
        <source>Only what concerns the document that is open on the Label page</source>
        <translation>Nur was das Dokument betrifft, das auf der Seite „Annotieren“ geöffnet ist</translation>
    </message>
    <message>
        <source>Since the last export</source>
        <translation>Seit dem letzten Export</translation>
    </message>
    <message>
        <source>Changes, the newest first</source>
        <translation>Änderungen, die neuesten zuerst</translation>
    </message>
    <message>
        <source>go there</source>
        <translation>hingehen</translation>
    </message>
    <message>
        <source>Go to the place of this change</source>
        <translation>Zur Stelle dieser Änderung gehen</translation>
    </message>
    <message>
        <source>undo to here</source>
        <translation>bis hier zurück</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Made beside the project while you work, at most every ten minutes. Restoring makes a copy; nothing is overwritten.</source>
        <translation>Entstehen neben dem Projekt, während Sie arbeiten, höchstens alle zehn Minuten. Wiederherstellen legt eine Kopie an; nichts wird überschrieben.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Documents and entity types that were removed are kept with their labels.</source>
        <translation>Entfernte Dokumente und Entitätstypen bleiben mit ihren Annotationen erhalten.</translation>
    </message>
    <message>
        <source>Open the trash…</source>
        <translation>Papierkorb öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>All changes</source>
        <translation>Alle Änderungen</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>Alle Typen</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing of the kind</source>
        <translation>Nichts dergleichen</translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation>Noch ist nichts geschehen</translation>
    </message>
    <message>
        <source>No change fits all that is chosen above.</source>
        <translation>Keine Änderung passt zu allem, was oben gewählt ist.</translation>
    </message>
    <message>
        <source>redo to here</source>
        <translation>bis hier wiederholen</translation>
    </message>
    <message>
        <source>takes this change back</source>
        <translation>nimmt diese Änderung zurück</translation>
    </message>
    <message>
        <source>takes back this and the change after it</source>
        <translation>nimmt diese und die Änderung danach zurück</translation>
    </message>
    <message numerus="yes">
        <source>takes back this and the %Ln change(s) after it</source>
        <translation>
            <numerusform>nimmt diese und die %Ln Änderung danach zurück</numerusform>
            <numerusform>nimmt diese und die %Ln Änderungen danach zurück</numerusform>
        </translation>
    </message>
    <message>
        <source>applies this change again</source>
        <translation>wendet diese Änderung wieder an</translation>
    </message>
    <message>
        <source>applies this and the change before it again</source>
        <translation>wendet diese und die Änderung davor wieder an</translation>
    </message>
    <message numerus="yes">
        <source>applies this and the %Ln change(s) before it again</source>
        <translation>
            <numerusform>wendet diese und die %Ln Änderung davor wieder an</numerusform>
            <numerusform>wendet diese und die %Ln Änderungen davor wieder an</numerusform>
        </translation>
    </message>
    <message>
        <source>undone, and then something else was done</source>
        <translation>rückgängig gemacht, und danach wurde anderes geändert</translation>
    </message>
    <message>
        <source>the trash brings back what was removed</source>
        <translation>der Papierkorb gibt zurück, was entfernt wurde</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln Annotation geändert</numerusform>
            <numerusform>%Ln Annotationen geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) changed their status</source>
        <translation>
            <numerusform>%Ln Dokument mit neuem Status</numerusform>
            <numerusform>%Ln Dokumente mit neuem Status</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) of types or of the documents there are</source>
        <translation>
            <numerusform>%Ln Änderung an Typen oder am Bestand der Dokumente</numerusform>
            <numerusform>%Ln Änderungen an Typen oder am Bestand der Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>Exported %1 to %2. %3.</source>
        <translation>Exportiert am %1 nach %2. %3.</translation>
    </message>
    <message>
        <source>Nothing has changed since</source>
        <translation>Seitdem hat sich nichts geändert</translation>
    </message>
    <message>
        <source>Since then: %1</source>
        <translation>Seitdem: %1</translation>
    </message>
    <message>
        <source>%1: %2, %3, %4</source>
        <translation>%1: %2, %3, %4</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: cannot be read. %2</source>
        <translation>%1: nicht lesbar. %2</translation>
    </message>
    <message>
        <source>Restore as a copy…</source>
        <translation>Als Kopie wiederherstellen&#xa0;…</translation>
    </message>
    <message>
        <source>Restore the backup of %1 as a copy</source>
        <translation>Sicherung von %1 als Kopie wiederherstellen</translation>
    </message>
    <message>
        <source>This document is in the trash.</source>
        <translation>Dieses Dokument ist im Papierkorb.</translation>
    </message>
    <message>
        <source>Restore it first.</source>
        <translation>Stellen Sie es zuerst wieder her.</translation>
    </message>
    <message numerus="yes">
        <source>Undo %Ln change(s)?</source>
        <translation>
            <numerusform>%Ln Änderung rückgängig machen?</numerusform>
            <numerusform>%Ln Änderungen rückgängig machen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Apply %Ln change(s) again?</source>
        <translation>
            <numerusform>%Ln Änderung wiederholen?</numerusform>
            <numerusform>%Ln Änderungen wiederholen?</numerusform>
        </translation>
    </message>
    <message>
        <source>All label changes from “%1” on, in all documents. They can be redone until something else is changed.</source>
        <translation>Alle Änderungen an Annotationen ab „%1“, in allen Dokumenten. Sie lassen sich wiederholen, bis etwas anderes geändert wird.</translation>
    </message>
    <message>
        <source>All label changes up to “%1”.</source>
        <translation>Alle Änderungen an Annotationen bis „%1“.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) are undone.</source>
        <translation>
            <numerusform>%Ln Änderung ist rückgängig gemacht.</numerusform>
            <numerusform>%Ln Änderungen sind rückgängig gemacht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) are applied again.</source>
        <translation>
            <numerusform>%Ln Änderung ist wiederholt.</numerusform>
            <numerusform>%Ln Änderungen sind wiederholt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Open the backup as a project of its own?</source>
        <translation>Sicherung als eigenes Projekt öffnen?</translation>
    </message>
    <message>
        <source>It is copied to “%1” and opened. This project stays as it is.</source>
        <translation>Sie wird nach „%1“ kopiert und geöffnet. Dieses Projekt bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>There is none yet: one is made while you work.</source>
        <translation>Es gibt noch keine: Eine entsteht, während Sie arbeiten.</translation>
    </message>
    <message>
        <source>Every label, import and deletion will be listed here, with who made it and when. Import brings the first documents. Nothing is ever taken out of the history; undoing is a change of its own.</source>
        <translation>Jede Annotation, jeder Import und jede Löschung steht hier, mit Person und Zeit. „Importieren“ bringt die ersten Dokumente. Aus dem Verlauf wird nie etwas entfernt; auch das Rückgängigmachen ist eine Änderung.</translation>
    </message>
    <message>
        <source>Nothing was exported yet. The Export page writes the labels to a file.</source>
        <translation>Noch wurde nichts exportiert. Die Seite „Export“ schreibt die Annotationen in eine Datei.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::LabelPage</name>
    <message numerus="yes">
        <source>How well the model knows it will stand here once %Ln document(s) are labelled and you pause.</source>
        <translation>
            <numerusform>Wie gut das Modell ihn kennt, steht hier, sobald %Ln Dokument annotiert ist und Sie eine Pause machen.</numerusform>
            <numerusform>Wie gut das Modell ihn kennt, steht hier, sobald %Ln Dokumente annotiert sind und Sie eine Pause machen.</numerusform>
        </translation>
    </message>
    <message>
        <source>How well the model knows it will stand here after a check, when you pause.</source>
        <translation>Wie gut das Modell ihn kennt, steht hier nach einer Prüfung, wenn Sie eine Pause machen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>noch %Ln</numerusform>
            <numerusform>noch %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>lacks %Ln example(s)</source>
        <translation>
            <numerusform>es fehlt %Ln Beispiel</numerusform>
            <numerusform>es fehlen %Ln Beispiele</numerusform>
        </translation>
    </message>
    <message>
        <source>F1 %1</source>
        <translation>F1 %1</translation>
    </message>
    <message>
        <source>The last check did not concern this type.</source>
        <translation>Die letzte Prüfung betraf diesen Typ nicht.</translation>
    </message>
    <message>
        <source>No documents yet</source>
        <translation>Noch keine Dokumente</translation>
    </message>
    <message>
        <source>No document is open</source>
        <translation>Kein Dokument ist geöffnet</translation>
    </message>
    <message>
        <source>Select words or a label first.</source>
        <translation>Wählen Sie zuerst Wörter oder eine Annotation aus.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are labelled.</source>
        <translation>
            <numerusform>%Ln Stelle ist annotiert.</numerusform>
            <numerusform>%Ln Stellen sind annotiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Without a worker nothing similar is found.</source>
        <translation>Ohne Hintergrundprozess wird nichts Ähnliches gefunden.</translation>
    </message>
    <message numerus="yes">
        <source>also in %Ln other document(s)</source>
        <translation>
            <numerusform>auch in %Ln anderen Dokument</numerusform>
            <numerusform>auch in %Ln anderen Dokumenten</numerusform>
        </translation>
    </message>
    <message>
        <source>Select words first.</source>
        <translation>Wählen Sie zuerst Wörter aus.</translation>
    </message>
    <message>
        <source>Then a click on a type, or its key, labels them.</source>
        <translation>Danach annotiert sie ein Klick auf einen Typ oder dessen Taste.</translation>
    </message>
    <message>
        <source>“%1” is now “%2”.</source>
        <translation>„%1“ ist jetzt „%2“.</translation>
    </message>
    <message>
        <source>Undo parts them again.</source>
        <translation>„Rückgängig“ trennt sie wieder.</translation>
    </message>
    <message>
        <source>“%1” and its labels are in the trash.</source>
        <translation>„%1“ und zugehörige Annotationen sind im Papierkorb.</translation>
    </message>
    <message>
        <source>Undo, or Edit ▸ Trash, brings them back.</source>
        <translation>„Rückgängig“ oder „Bearbeiten ▸ Papierkorb“ holt sie zurück.</translation>
    </message>
    <message>
        <source>The document is in the trash.</source>
        <translation>Das Dokument ist im Papierkorb.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are in the trash.</source>
        <translation>
            <numerusform>%Ln Dokument ist im Papierkorb.</numerusform>
            <numerusform>%Ln Dokumente sind im Papierkorb.</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit ▸ Trash brings them back.</source>
        <translation>„Bearbeiten ▸ Papierkorb“ macht das rückgängig.</translation>
    </message>
    <message numerus="yes">
        <source>also in at least %Ln other document(s)</source>
        <translation>
            <numerusform>auch in mindestens %Ln weiteren Dokument</numerusform>
            <numerusform>auch in mindestens %Ln weiteren Dokumenten</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop text, JSONL or CoNLL files on the window, or press %1.</source>
        <translation>Ziehen Sie Text-, JSONL- oder CoNLL-Dateien auf das Fenster, oder drücken Sie %1.</translation>
    </message>
    <message>
        <source>Drop text, JSONL or CoNLL files on the window.</source>
        <translation>Ziehen Sie Text-, JSONL- oder CoNLL-Dateien auf das Fenster.</translation>
    </message>
    <message>
        <source>%1 opens the next one; or choose one at the left.</source>
        <translation>%1 öffnet das nächste; oder wählen Sie links eines aus.</translation>
    </message>
    <message>
        <source>Choose one in the list on the left.</source>
        <translation>Wählen Sie links in der Liste eines aus.</translation>
    </message>
    <message>
        <source>Then they are labelled wherever they stand, after showing where.</source>
        <translation>Danach werden sie überall annotiert, wo sie stehen; vorher wird gezeigt, wo.</translation>
    </message>
    <message>
        <source>Undo takes all of it back.</source>
        <translation>„Rückgängig“ nimmt alles zurück.</translation>
    </message>
    <message>
        <source>Install spanwise-cli beside spanwise. Meanwhile the search of the project finds words.</source>
        <translation>Installieren Sie spanwise-cli neben spanwise. Bis dahin findet die Suche im Projekt Wörter.</translation>
    </message>
    <message>
        <source>Then places of the project that mean the like are shown.</source>
        <translation>Danach werden Stellen des Projekts gezeigt, die Ähnliches bedeuten.</translation>
    </message>
    <message>
        <source>%1 · %2: decide all</source>
        <translation>%1 · %2: alle entscheiden</translation>
    </message>
    <message>
        <source>The document is open again.</source>
        <translation>Das Dokument ist wieder offen.</translation>
    </message>
    <message>
        <source>It comes back in the queue until it is marked as done.</source>
        <translation>Es steht wieder in der Warteschlange, bis es als fertig gekennzeichnet wird.</translation>
    </message>
    <message>
        <source>No document of this list is left after this one.</source>
        <translation>Nach diesem ist in dieser Liste kein Dokument mehr offen.</translation>
    </message>
    <message>
        <source>“Queue” goes on with the rest.</source>
        <translation>„Nächste“ geht mit den übrigen weiter.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::LearningController</name>
    <message>
        <source>The worker died when it loaded this model, so the project keeps the one it had. The worker log may say why.</source>
        <translation>Der Hintergrundprozess ist beim Laden dieses Modells abgestürzt, deshalb behält das Projekt das bisherige. Vielleicht steht der Grund im Protokoll.</translation>
    </message>
    <message numerus="yes">
        <source>The worker died %Ln time(s) when it loaded the project&apos;s model; its log may say why.</source>
        <translation>
            <numerusform>Der Hintergrundprozess ist beim Laden des Projektmodells %Ln Mal abgestürzt; vielleicht steht der Grund im Protokoll.</numerusform>
            <numerusform>Der Hintergrundprozess ist beim Laden des Projektmodells %Ln Mal abgestürzt; vielleicht steht der Grund im Protokoll.</numerusform>
        </translation>
    </message>
    <message>
        <source>The default encoder is used instead; the Models page has others.</source>
        <translation>Stattdessen wird der Standard-Encoder verwendet; andere gibt es auf der Seite „Modelle“.</translation>
    </message>
    <message>
        <source>The project cannot be written now, so it keeps its model.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden, deshalb behält es sein Modell.</translation>
    </message>
    <message numerus="yes">
        <source>The worker died %Ln time(s) while learning. The worker log may say why; it is tried again after the next label.</source>
        <translation>
            <numerusform>Der Hintergrundprozess ist beim Lernen %Ln Mal abgestürzt. Vielleicht steht der Grund im Protokoll; nach der nächsten Annotation wird es wieder versucht.</numerusform>
            <numerusform>Der Hintergrundprozess ist beim Lernen %Ln Mal abgestürzt. Vielleicht steht der Grund im Protokoll; nach der nächsten Annotation wird es wieder versucht.</numerusform>
        </translation>
    </message>
    <message>
        <source>The worker stopped.</source>
        <translation>Der Hintergrundprozess wurde beendet.</translation>
    </message>
    <message>
        <source>No suggestions before the first label: %1</source>
        <translation>Keine Vorschläge vor der ersten Annotation: %1</translation>
    </message>
    <message>
        <source>The trained model cannot be kept: the folder cannot be made.</source>
        <translation>Das trainierte Modell kann nicht aufbewahrt werden: Der Ordner lässt sich nicht anlegen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::LossChart</name>
    <message>
        <source>Loss against steps</source>
        <translation>Verlust je Schritt</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>From %1 at step %2 to %3 at step %4</source>
        <translation>Von %1 bei Schritt %2 bis %3 bei Schritt %4</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MainWindow</name>
    <message>
        <source>Label</source>
        <translation>Annotieren</translation>
    </message>
    <message>
        <source>Triage</source>
        <translation>Sichtung</translation>
    </message>
    <message>
        <source>Patterns</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>Dashboard</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Pre-training</source>
        <translation>Vortraining</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>All documents are done.</source>
        <translation>Alle Dokumente sind fertig.</translation>
    </message>
    <message>
        <source>Import more, or export what you have.</source>
        <translation>Importieren Sie weitere, oder exportieren Sie, was Sie haben.</translation>
    </message>
    <message numerus="yes">
        <source>Exported %1 with %Ln label(s).</source>
        <translation>
            <numerusform>%1 mit %Ln Annotation exportiert.</numerusform>
            <numerusform>%1 mit %Ln Annotationen exportiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <source>Spanwise</source>
        <translation>Spanwise</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>&amp;Projekt</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>&amp;Neu&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open &amp;sample</source>
        <translation>&amp;Beispiel öffnen</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren&#xa0;…</translation>
    </message>
    <message>
        <source>Import &amp;texts only…</source>
        <translation>Nur &amp;Texte importieren&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Close project</source>
        <translation>Projekt &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Been&amp;den</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Command…</source>
        <translation>&amp;Befehl&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Find documents</source>
        <translation>&amp;Dokumente suchen</translation>
    </message>
    <message>
        <source>&amp;Search the project…</source>
        <translation>&amp;Projekt durchsuchen&#xa0;…</translation>
    </message>
    <message>
        <source>Move document to the &amp;trash</source>
        <translation>Dokument in den Papier&amp;korb legen</translation>
    </message>
    <message>
        <source>Tras&amp;h…</source>
        <translation>Papierk&amp;orb&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Label</source>
        <translation>&amp;Annotieren</translation>
    </message>
    <message>
        <source>&amp;Accept suggestion</source>
        <translation>Vorschlag &amp;annehmen</translation>
    </message>
    <message>
        <source>&amp;Reject suggestion</source>
        <translation>Vorschlag ab&amp;lehnen</translation>
    </message>
    <message>
        <source>De&amp;cide all like this</source>
        <translation>Alle gleichen &amp;entscheiden</translation>
    </message>
    <message>
        <source>Label all &amp;occurrences…</source>
        <translation>Alle V&amp;orkommen annotieren&#xa0;…</translation>
    </message>
    <message>
        <source>Accept a&amp;ll shown</source>
        <translation>Alle an&amp;gezeigten annehmen</translation>
    </message>
    <message>
        <source>Next &amp;suggestion</source>
        <translation>Nächster &amp;Vorschlag</translation>
    </message>
    <message>
        <source>&amp;Previous suggestion</source>
        <translation>Vo&amp;rheriger Vorschlag</translation>
    </message>
    <message>
        <source>Show &amp;more suggestions</source>
        <translation>&amp;Mehr Vorschläge zeigen</translation>
    </message>
    <message>
        <source>Show &amp;fewer suggestions</source>
        <translation>&amp;Weniger Vorschläge zeigen</translation>
    </message>
    <message>
        <source>&amp;Done, and on to the next</source>
        <translation>&amp;Fertig und weiter</translation>
    </message>
    <message>
        <source>&amp;Next document</source>
        <translation>&amp;Nächstes Dokument</translation>
    </message>
    <message>
        <source>Pre&amp;vious document</source>
        <translation>Vorheriges &amp;Dokument</translation>
    </message>
    <message>
        <source>&amp;Trim white space and marks</source>
        <translation>Leerraum und &amp;Satzzeichen weglassen</translation>
    </message>
    <message>
        <source>Leave them out at the edges of what is labelled</source>
        <translation>An den Rändern dessen, was annotiert wird</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>An&amp;sicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Design</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Dashboard</source>
        <translation>Ü&amp;bersicht</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Verlauf</translation>
    </message>
    <message>
        <source>T&amp;riage</source>
        <translation>&amp;Sichtung</translation>
    </message>
    <message>
        <source>&amp;Patterns</source>
        <translation>M&amp;uster</translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <translation>&amp;Größere Schrift</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>K&amp;leinere Schrift</translation>
    </message>
    <message>
        <source>Usual text &amp;size</source>
        <translation>&amp;Normale Schriftgröße</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Check…</source>
        <translation>&amp;Prüfung&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Pre-training…</source>
        <translation>&amp;Vortraining&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Train now</source>
        <translation>Jetzt &amp;trainieren</translation>
    </message>
    <message>
        <source>&amp;Restart the worker</source>
        <translation>&amp;Hintergrundprozess neu starten</translation>
    </message>
    <message>
        <source>Worker &amp;log…</source>
        <translation>P&amp;rotokoll&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Tasten&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;About Spanwise</source>
        <translation>Ü&amp;ber Spanwise</translation>
    </message>
    <message>
        <source>Moving in the text</source>
        <translation>Bewegen im Text</translation>
    </message>
    <message>
        <source>Go from word to word</source>
        <translation>Von Wort zu Wort</translation>
    </message>
    <message>
        <source>Go from line to line</source>
        <translation>Von Zeile zu Zeile</translation>
    </message>
    <message>
        <source>Extend the selection</source>
        <translation>Auswahl erweitern</translation>
    </message>
    <message>
        <source>Go by character</source>
        <translation>Zeichenweise</translation>
    </message>
    <message>
        <source>Home End</source>
        <translation>Pos1 Ende</translation>
    </message>
    <message>
        <source>Go to the line&apos;s edge; with Ctrl the text&apos;s</source>
        <translation>Zum Rand der Zeile; mit Strg des Textes</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Let go: marks, focus, selection, sticky type</source>
        <translation>Loslassen: Markierungen, Fokus, Auswahl, fester Typ</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Select words; with Alt characters</source>
        <translation>Wörter auswählen; mit Alt Zeichen</translation>
    </message>
    <message>
        <source>An end of the focused label: move it</source>
        <translation>Am Ende der fokussierten Annotation: es verschieben</translation>
    </message>
    <message>
        <source>Ctrl+click</source>
        <translation>Strg+Klick</translation>
    </message>
    <message>
        <source>Mark a label for a change of several</source>
        <translation>Annotation markieren, um mehrere zu ändern</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klick</translation>
    </message>
    <message>
        <source>Focus a label; again: the one around it</source>
        <translation>Annotation fokussieren; noch einmal: die umgebende</translation>
    </message>
    <message>
        <source>entity type</source>
        <translation>Entitätstyp</translation>
    </message>
    <message>
        <source>Label as %1</source>
        <translation>Als %1 annotieren</translation>
    </message>
    <message>
        <source>Label every selection as %1</source>
        <translation>Jede Auswahl als %1 annotieren</translation>
    </message>
    <message>
        <source>Edit the type %1</source>
        <translation>Typ %1 bearbeiten</translation>
    </message>
    <message>
        <source>Remove or merge the type %1</source>
        <translation>Typ %1 entfernen oder zusammenführen</translation>
    </message>
    <message>
        <source>saved search</source>
        <translation>gemerkte Suche</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>document, done</source>
        <translation>Dokument, fertig</translation>
    </message>
    <message>
        <source>document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>gespeichert</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>Import läuft&#xa0;…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Imported %Ln document(s).</source>
        <translation>
            <numerusform>%Ln Dokument importiert.</numerusform>
            <numerusform>%Ln Dokumente importiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>They bring %Ln label(s).</source>
        <translation>
            <numerusform>Dabei %Ln Annotation.</numerusform>
            <numerusform>Dabei %Ln Annotationen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln entity type(s) are new.</source>
        <translation>
            <numerusform>%Ln Entitätstyp ist neu.</numerusform>
            <numerusform>%Ln Entitätstypen sind neu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were there already.</source>
        <translation>
            <numerusform>%Ln war schon vorhanden.</numerusform>
            <numerusform>%Ln waren schon vorhanden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pre-training %1 %</source>
        <translation>Vortraining %1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 (read-only) – Spanwise</source>
        <translation>%1 (schreibgeschützt) – Spanwise</translation>
    </message>
    <message>
        <source>%1 – Spanwise</source>
        <translation>%1 – Spanwise</translation>
    </message>
    <message>
        <source>Read-only.</source>
        <translation>Schreibgeschützt.</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <translation>&amp;Rückgängig: %1</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <translation>&amp;Wiederholen: %1</translation>
    </message>
    <message>
        <source>Learning has stopped; your labels are safe.</source>
        <translation>Das Lernen ist unterbrochen; Ihre Annotationen sind sicher.</translation>
    </message>
    <message>
        <source>Worker log…</source>
        <translation>Protokoll&#xa0;…</translation>
    </message>
    <message>
        <source>Focus a suggestion first.</source>
        <translation>Fokussieren Sie zuerst einen Vorschlag.</translation>
    </message>
    <message>
        <source>The project is there.</source>
        <translation>Das Projekt ist angelegt.</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Spanwise projects (*.spanwise);;All files (*)</source>
        <translation>Spanwise-Projekte (*.spanwise);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Import texts only</source>
        <translation>Nur Texte importieren</translation>
    </message>
    <message>
        <source>About Spanwise</source>
        <translation>Über Spanwise</translation>
    </message>
    <message>
        <source>&lt;b&gt;Spanwise %1&lt;/b&gt;</source>
        <translation>&lt;b&gt;Spanwise %1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Label a few, watch it learn, check the rest.
Native and offline: nothing leaves this computer.
Apache License 2.0. With Qt %1.</source>
        <translation>Wenige Beispiele annotieren, beim Lernen zusehen, den Rest prüfen.
Nativ und offline: Nichts verlässt diesen Computer.
Apache License 2.0. Mit Qt %1.</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Pre-training is running.</source>
        <translation>Das Vortraining läuft.</translation>
    </message>
    <message>
        <source>A checkpoint is saved before Spanwise closes. The Pre-training page offers to go on from there.</source>
        <translation>Bevor Spanwise sich schließt, wird ein Zwischenstand gespeichert. Auf der Seite „Vortraining“ können Sie von dort aus fortfahren.</translation>
    </message>
    <message>
        <source>Save and quit</source>
        <translation>Speichern und beenden</translation>
    </message>
    <message>
        <source>Saving a checkpoint…</source>
        <translation>Zwischenstand wird gespeichert&#xa0;…</translation>
    </message>
    <message>
        <source>Then Spanwise closes.</source>
        <translation>Danach schließt sich Spanwise.</translation>
    </message>
    <message>
        <source>Find simi&amp;lar places</source>
        <translation>Ähnliche &amp;Stellen suchen</translation>
    </message>
    <message>
        <source>Focus and &amp;boundaries</source>
        <translation>Fo&amp;kus und Grenzen</translation>
    </message>
    <message>
        <source>Add &amp;entity type…</source>
        <translation>Entitäts&amp;typ hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>L&amp;anguage</source>
        <translation>Sp&amp;rache</translation>
    </message>
    <message>
        <source>The tour is over.</source>
        <translation>Die Tour ist zu Ende.</translation>
    </message>
    <message>
        <source>Help ▸ Take the tour begins it again.</source>
        <translation>„Hilfe ▸ Tour beginnen“ startet sie erneut.</translation>
    </message>
    <message>
        <source>Export &amp;guidelines…</source>
        <translation>&amp;Richtlinien exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Guideline of the type</source>
        <translation>R&amp;ichtlinie des Typs</translation>
    </message>
    <message>
        <source>&amp;Annotate texts…</source>
        <translation>Te&amp;xte annotieren&#xa0;…</translation>
    </message>
    <message>
        <source>Take the &amp;tour</source>
        <translation>Tour be&amp;ginnen</translation>
    </message>
    <message>
        <source>Guideline</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Show the other types</source>
        <translation>Die anderen Typen zeigen</translation>
    </message>
    <message>
        <source>Guideline of %1</source>
        <translation>Richtlinie zu %1</translation>
    </message>
    <message>
        <source>The tour needs a sample that can be written.</source>
        <translation>Die Tour braucht ein beschreibbares Beispiel.</translation>
    </message>
    <message>
        <source>New here?</source>
        <translation>Neu hier?</translation>
    </message>
    <message>
        <source>A tour of five steps on a sample takes two minutes.</source>
        <translation>Eine Tour in fünf Schritten an einem Beispiel dauert zwei Minuten.</translation>
    </message>
    <message>
        <source>Take the tour</source>
        <translation>Tour beginnen</translation>
    </message>
    <message>
        <source>The guidelines are written.</source>
        <translation>Die Richtlinien sind geschrieben.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>%1 guidelines.md</source>
        <translation>%1 Richtlinien.md</translation>
    </message>
    <message>
        <source>Export guidelines</source>
        <translation>Richtlinien exportieren</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>A language model is annotating texts.</source>
        <translation>Ein Sprachmodell annotiert Texte.</translation>
    </message>
    <message>
        <source>What it has answered is kept. The same settings go on from there.</source>
        <translation>Was es geantwortet hat, bleibt erhalten. Mit denselben Einstellungen geht es dort weiter.</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Anhalten und beenden</translation>
    </message>
    <message>
        <source>L&amp;ine patterns besides colours</source>
        <translation>Linien&amp;muster neben Farben</translation>
    </message>
    <message>
        <source>Tell types apart by their underlines as well</source>
        <translation>Typen auch an ihren Unterstreichungen unterscheiden</translation>
    </message>
    <message>
        <source>&amp;Next part of the window</source>
        <translation>Nä&amp;chster Teil des Fensters</translation>
    </message>
    <message>
        <source>Pre&amp;vious part of the window</source>
        <translation>Vor&amp;heriger Teil des Fensters</translation>
    </message>
    <message>
        <source>Settin&amp;gs…</source>
        <translation>Einstellun&amp;gen&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved as “%1”</source>
        <translation>Gespeichert als „%1“</translation>
    </message>
    <message>
        <source>&amp;In triage</source>
        <translation>In der Si&amp;chtung</translation>
    </message>
    <message>
        <source>Reopen the &amp;document</source>
        <translation>Dokument wieder ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Then all of these words are decided about at once.</source>
        <translation>Dann wird über alle gleichen Wörter auf einmal entschieden.</translation>
    </message>
    <message>
        <source>Name the entity types at the right, and import texts.</source>
        <translation>Benennen Sie rechts die Entitätstypen, und importieren Sie Texte.</translation>
    </message>
    <message>
        <source>Find in the docu&amp;ment…</source>
        <translation>Im Doku&amp;ment suchen&#xa0;…</translation>
    </message>
    <message>
        <source>Find &amp;next</source>
        <translation>Nä&amp;chster Treffer</translation>
    </message>
    <message>
        <source>Find &amp;previous</source>
        <translation>&amp;Vorheriger Treffer</translation>
    </message>
    <message>
        <source>Colour b&amp;y syntax</source>
        <translation>Nach S&amp;yntax einfärben</translation>
    </message>
    <message>
        <source>Colour Markdown, JSON, logs and code under the labels</source>
        <translation>Markdown, JSON, Protokolle und Code unter den Annotationen einfärben</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md *.log *.jsonl *.json *.conll *.iob *.bio *.tsv);;All files (*)</source>
        <translation>Texte (*.txt *.md *.log *.jsonl *.json *.conll *.iob *.bio *.tsv);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Abgleich</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are written.</source>
        <translation>
            <numerusform>%Ln Datei ist geschrieben.</numerusform>
            <numerusform>%Ln Dateien sind geschrieben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) shared out.</source>
        <translation>
            <numerusform>%Ln Dokument verteilt.</numerusform>
            <numerusform>%Ln Dokumente verteilt.</numerusform>
        </translation>
    </message>
    <message>
        <source>S&amp;hare out…</source>
        <translation>&amp;Verteilen&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Merge files…</source>
        <translation>D&amp;ateien zusammenführen&#xa0;…</translation>
    </message>
    <message>
        <source>Revie&amp;w</source>
        <translation>&amp;Abgleich</translation>
    </message>
    <message>
        <source>Take this annotator&apos;s reading</source>
        <translation>Die Lesart dieser Person übernehmen</translation>
    </message>
    <message>
        <source>Label nothing there</source>
        <translation>Dort nichts annotieren</translation>
    </message>
    <message>
        <source>Take what all agree on</source>
        <translation>Übernehmen, worin sich alle einig sind</translation>
    </message>
    <message>
        <source>Tab ↑ ↓</source>
        <translation>Tab ↑ ↓</translation>
    </message>
    <message>
        <source>Go from disagreement to disagreement</source>
        <translation>Von Abweichung zu Abweichung gehen</translation>
    </message>
    <message>
        <source>Next open, or done and the next document</source>
        <translation>Nächste offene, oder fertig und nächstes Dokument</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MaterialPanel</name>
    <message>
        <source>Begun and not finished</source>
        <translation>Begonnen, nicht beendet</translation>
    </message>
    <message>
        <source>Reading the material</source>
        <translation>Lesen des Materials</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>What was read of each source</source>
        <translation>Was aus jeder Quelle gelesen wurde</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Mentions</source>
        <translation>Erwähnungen</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation>Einen Blick wert</translation>
    </message>
    <message>
        <source>Most frequent concepts</source>
        <translation>Häufigste Konzepte</translation>
    </message>
    <message>
        <source>another Spanwise is at it</source>
        <translation>ein anderes Spanwise arbeitet daran</translation>
    </message>
    <message>
        <source>saved at step %1, after %2</source>
        <translation>gespeichert bei Schritt %1, nach %2</translation>
    </message>
    <message>
        <source>nothing was learned yet</source>
        <translation>noch nichts gelernt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortfahren</translation>
    </message>
    <message>
        <source>Go on with %1</source>
        <translation>Mit %1 fortfahren</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen&#xa0;…</translation>
    </message>
    <message>
        <source>Discard %1</source>
        <translation>%1 verwerfen</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Make an encoder that learns from a handful</source>
        <translation>Ein Encoder, der aus wenigen Beispielen lernt</translation>
    </message>
    <message>
        <source>Measuring the speed…</source>
        <translation>Geschwindigkeit wird gemessen&#xa0;…</translation>
    </message>
    <message>
        <source>Reading the material…</source>
        <translation>Material wird gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>A few steps are tried to tell how long it will take.</source>
        <translation>Einige Schritte werden erprobt, um die Dauer anzugeben.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s) so far</source>
        <translation>
            <numerusform>bisher %Ln Text</numerusform>
            <numerusform>bisher %Ln Texte</numerusform>
        </translation>
    </message>
    <message>
        <source>The material cannot be read</source>
        <translation>Das Material kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>What was read</source>
        <translation>Was gelesen wurde</translation>
    </message>
    <message>
        <source>Annotate texts with a language model…</source>
        <translation>Texte mit einem Sprachmodell annotieren&#xa0;…</translation>
    </message>
    <message>
        <source>Pre-training teaches an encoder what thousands of concepts look like in text. A few labels of yours then go much further.

Add annotated text, or drop it here: passages that a language model annotated, NuNER’s or Pile-NER’s files, CoNLL or JSONL with labels, or a list of such sources. Or let a language model annotate texts of yours now.</source>
        <translation>Das Vortraining bringt einem Encoder bei, wie Tausende von Konzepten in Texten aussehen. Wenige Annotationen von Ihnen reichen dann viel weiter.

Fügen Sie annotierten Text hinzu, oder ziehen Sie ihn hierher: Textabschnitte, die ein Sprachmodell annotiert hat, Dateien von NuNER oder Pile-NER, CoNLL oder JSONL mit Annotationen oder eine Liste solcher Quellen. Oder lassen Sie jetzt ein Sprachmodell Ihre Texte annotieren.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MatrixModel</name>
    <message>
        <source>Words that are neither labelled nor found are not counted.</source>
        <translation>Wörter, die weder annotiert noch gefunden sind, zählen nicht.</translation>
    </message>
    <message>
        <source>%1 found as %2 where no label is</source>
        <translation>%1 gefunden als %2, wo keine Annotation ist</translation>
    </message>
    <message>
        <source>%1 labelled %2, not found</source>
        <translation>%1 annotiert als %2, nicht gefunden</translation>
    </message>
    <message>
        <source>%1 labelled %2, found as %3</source>
        <translation>%1 annotiert als %2, gefunden als %3</translation>
    </message>
    <message>
        <source>%1 labelled %2 and found as such, %3 of them with other boundaries</source>
        <translation>%1 annotiert als %2 und so gefunden, davon %3 mit anderen Grenzen</translation>
    </message>
    <message>
        <source>%1 labelled %2 and found as such</source>
        <translation>%1 annotiert als %2 und so gefunden</translation>
    </message>
    <message>
        <source>found as %1</source>
        <translation>gefunden als %1</translation>
    </message>
    <message>
        <source>labelled %1</source>
        <translation>annotiert als %1</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MatrixView</name>
    <message>
        <source>labelled as</source>
        <translation>annotiert als</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MergeDialog</name>
    <message>
        <source>%1: nobody has labelled in it yet</source>
        <translation>%1: Darin hat noch niemand annotiert</translation>
    </message>
    <message numerus="yes">
        <source>%1: %Ln labelled document(s) by %2</source>
        <translation>
            <numerusform>%1: %Ln annotiertes Dokument von %2</numerusform>
            <numerusform>%1: %Ln annotierte Dokumente von %2</numerusform>
        </translation>
    </message>
    <message>
        <source>replaces what it brought before</source>
        <translation>ersetzt, was zuvor daraus kam</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are new here</source>
        <translation>
            <numerusform>%Ln Dokument ist hier neu</numerusform>
            <numerusform>%Ln Dokumente sind hier neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) lie in this project&apos;s trash and are passed over</source>
        <translation>
            <numerusform>%Ln Dokument liegt im Papierkorb dieses Projekts und wird übergangen</numerusform>
            <numerusform>%Ln Dokumente liegen im Papierkorb dieses Projekts und werden übergangen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are passed over: this project has the text less often</source>
        <translation>
            <numerusform>%Ln Dokument wird übergangen: Dieses Projekt hat den Text seltener</numerusform>
            <numerusform>%Ln Dokumente werden übergangen: Dieses Projekt hat den Text seltener</numerusform>
        </translation>
    </message>
    <message>
        <source>it was itself made by merging: for the readings in it, merge the annotators&apos; own files</source>
        <translation>sie ist selbst durch Zusammenführen entstanden: Für die Lesarten darin führen Sie die Dateien der Annotierenden zusammen</translation>
    </message>
    <message>
        <source>new entity type: %1</source>
        <translation>neuer Entitätstyp: %1</translation>
    </message>
    <message>
        <source>%1 is described as “%2” there; here “%3” stays</source>
        <translation>%1 ist dort als „%2“ beschrieben; hier bleibt „%3“</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that all agree on are the project&apos;s now.</source>
        <translation>
            <numerusform>%Ln Annotation, in der sich alle einig sind, gehört nun zum Projekt.</numerusform>
            <numerusform>%Ln Annotationen, in denen sich alle einig sind, gehören nun zum Projekt.</numerusform>
        </translation>
    </message>
    <message>
        <source>No document has labels of two annotators yet.</source>
        <translation>Noch hat kein Dokument Annotationen von zwei Personen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) have labels of two annotators or more.</source>
        <translation>
            <numerusform>%Ln Dokument hat Annotationen von zwei oder mehr Personen.</numerusform>
            <numerusform>%Ln Dokumente haben Annotationen von zwei oder mehr Personen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) wait for your decision.</source>
        <translation>
            <numerusform>%Ln Stelle wartet auf Ihre Entscheidung.</numerusform>
            <numerusform>%Ln Stellen warten auf Ihre Entscheidung.</numerusform>
        </translation>
    </message>
    <message>
        <source>Merge annotators&apos; files</source>
        <translation>Dateien der Annotierenden zusammenführen</translation>
    </message>
    <message>
        <source>Each annotator&apos;s labels are kept beside the project&apos;s own. The files are only read, and a file that is merged again replaces what it brought before.</source>
        <translation>Die Annotationen jeder Person bleiben neben denen des Projekts erhalten. Die Dateien werden nur gelesen, und eine Datei, die noch einmal zusammengeführt wird, ersetzt, was zuvor daraus kam.</translation>
    </message>
    <message>
        <source>Files to merge</source>
        <translation>Zusammenzuführende Dateien</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>Dateien &amp;hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Make labels of what all annotators of a document agree on</source>
        <translation>Ü&amp;bernehmen, worin sich alle einig sind, die ein Dokument annotiert haben</translation>
    </message>
    <message>
        <source>What was merged</source>
        <translation>Was zusammengeführt wurde</translation>
    </message>
    <message>
        <source>Progress of the merge</source>
        <translation>Fortschritt des Zusammenführens</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Annotators&apos; files</source>
        <translation>Dateien der Annotierenden</translation>
    </message>
    <message>
        <source>Spanwise projects (*.spanwise);;All files (*)</source>
        <translation>Spanwise-Projekte (*.spanwise);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) that one annotator alone has finished are not the project&apos;s yet. Merge again and tick the box to take them.</source>
        <translation>
            <numerusform>%Ln Dokument, das nur eine Person fertig annotiert hat, gehört noch nicht zum Projekt. Führen Sie noch einmal zusammen und haken Sie das Kästchen an, um es zu übernehmen.</numerusform>
            <numerusform>%Ln Dokumente, die nur eine Person fertig annotiert hat, gehören noch nicht zum Projekt. Führen Sie noch einmal zusammen und haken Sie das Kästchen an, um sie zu übernehmen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MessageBar</name>
    <message>
        <source>What to do about it</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModeBar</name>
    <message>
        <source>end</source>
        <translation>beenden</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>End this mode</source>
        <translation>Diesen Modus beenden</translation>
    </message>
    <message numerus="yes">
        <source>%Ln marked</source>
        <translation>
            <numerusform>%Ln markiert</numerusform>
            <numerusform>%Ln markiert</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · a type&apos;s key changes all, %2 removes, %3 accepts, %4 rejects</source>
        <translation>%1 · die Taste eines Typs ändert alle, %2 entfernt, %3 nimmt an, %4 lehnt ab</translation>
    </message>
    <message>
        <source>Labelling as “%1”: drag, double-click, or select and press %2</source>
        <translation>Annotieren als „%1“: ziehen, doppelklicken oder auswählen und %2 drücken</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModelText</name>
    <message>
        <source>tagger</source>
        <translation>Tagger</translation>
    </message>
    <message>
        <source>zero-shot</source>
        <translation>Zero-Shot</translation>
    </message>
    <message>
        <source>encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>It finds the types that it was trained for. A project with the same types has its suggestions at once, and learns on.</source>
        <translation>Findet die Typen, für die es trainiert wurde. Ein Projekt mit denselben Typen hat sofort Vorschläge und lernt weiter.</translation>
    </message>
    <message>
        <source>It finds types by their names and descriptions, before anything is labelled.</source>
        <translation>Findet Typen anhand ihrer Namen und Beschreibungen, bevor etwas annotiert ist.</translation>
    </message>
    <message>
        <source>Learning starts from it: it knows the language, and learns your types from your labels.</source>
        <translation>Damit beginnt das Lernen: Der Encoder kennt die Sprache und lernt Ihre Typen aus Ihren Annotationen.</translation>
    </message>
    <message>
        <source>cannot be used: %1</source>
        <translation>nicht verwendbar: %1</translation>
    </message>
    <message>
        <source>licence unknown</source>
        <translation>Lizenz unbekannt</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>asking the hub…</source>
        <translation>Anfrage an den Hub&#xa0;…</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>noch %1&#xa0;min</translation>
    </message>
    <message>
        <source>%1 h left</source>
        <translation>noch %1&#xa0;h</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>%1, vocabulary of %2</source>
        <translation>%1, Vokabular: %2</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>%1, %2 million parameters</source>
        <translation>%1, %2&#xa0;Mio. Parameter</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Typen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>unknown: its card does not say</source>
        <translation>unbekannt: Die Modellkarte nennt keine</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repository</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Revision</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModelsController</name>
    <message>
        <source>Name a repository, such as numind/NuNER-v2.0.</source>
        <translation>Nennen Sie ein Repository, etwa numind/NuNER-v2.0.</translation>
    </message>
    <message>
        <source>“%1” is no repository. Expected organisation/name or organisation/name@revision, such as numind/NuNER-v2.0.</source>
        <translation>„%1“ ist kein Repository. Erwartet wird Organisation/Name oder Organisation/Name@Revision, etwa numind/NuNER-v2.0.</translation>
    </message>
    <message>
        <source>This worker keeps no models. Install spanwise and spanwise-cli from one release.</source>
        <translation>Dieser Hintergrundprozess verwaltet keine Modelle. Installieren Sie spanwise und spanwise-cli aus derselben Version.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModelsModel</name>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Installed models</source>
        <translation>Installierte Modelle</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Installs a model that lies in a folder of this computer</source>
        <translation>Installiert ein Modell, das in einem Ordner dieses Computers liegt</translation>
    </message>
    <message>
        <source>Pull from the Hugging Face hub</source>
        <translation>Vom Hugging Face Hub herunterladen</translation>
    </message>
    <message>
        <source>organisation/name</source>
        <translation>Organisation/Name</translation>
    </message>
    <message>
        <source>Repository to pull</source>
        <translation>Repository zum Herunterladen</translation>
    </message>
    <message>
        <source>organisation/name, with @revision behind it for a certain one</source>
        <translation>Organisation/Name, für eine bestimmte Revision gefolgt von @Revision</translation>
    </message>
    <message>
        <source>Pull</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>such as numind/NuNER-v2.0, or …@revision</source>
        <translation>etwa numind/NuNER-v2.0 oder&#xa0;…@Revision</translation>
    </message>
    <message>
        <source>Pull progress</source>
        <translation>Fortschritt des Herunterladens</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Folder with config.json, tokenizer and weights</source>
        <translation>Ordner mit config.json, Tokenizer und Gewichten</translation>
    </message>
    <message>
        <source>About the model</source>
        <translation>Über das Modell</translation>
    </message>
    <message>
        <source>Use for this project</source>
        <translation>Im Projekt verwenden</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen&#xa0;…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>No worker</source>
        <translation>Kein Hintergrundprozess</translation>
    </message>
    <message>
        <source>Models live with the background worker, and none is set up. Install spanwise-cli beside spanwise.</source>
        <translation>Modelle gehören zum Hintergrundprozess, und es ist keiner eingerichtet. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
    <message>
        <source>The list of models cannot be read</source>
        <translation>Die Liste der Modelle kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>No model is installed</source>
        <translation>Kein Modell ist installiert</translation>
    </message>
    <message>
        <source>Pull one from the hub by its name, or add a folder that has one. Offline: copy a model&apos;s folder to this computer, then “Add folder…”.</source>
        <translation>Laden Sie eines mit seinem Namen vom Hub herunter, oder fügen Sie einen Ordner hinzu, der eines enthält. Offline: Kopieren Sie den Ordner eines Modells auf diesen Computer, dann „Ordner hinzufügen&#xa0;…“.</translation>
    </message>
    <message>
        <source>Asking the worker…</source>
        <translation>Anfrage an den Hintergrundprozess&#xa0;…</translation>
    </message>
    <message>
        <source>in use for this project</source>
        <translation>in diesem Projekt in Gebrauch</translation>
    </message>
    <message>
        <source>the default of new projects</source>
        <translation>Standard für neue Projekte</translation>
    </message>
    <message>
        <source>This version of Spanwise cannot run it.</source>
        <translation>Diese Version von Spanwise kann es nicht ausführen.</translation>
    </message>
    <message>
        <source>The project cannot be written now.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>To remove it, choose another one for the project first.</source>
        <translation>Um es zu entfernen, wählen Sie zuerst ein anderes für das Projekt.</translation>
    </message>
    <message>
        <source>It is not in your own folder of models, so it stays.</source>
        <translation>Liegt nicht in Ihrem Modellordner, bleibt deshalb.</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Adding…</source>
        <translation>Wird hinzugefügt&#xa0;…</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>wird geladen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>Modell entfernen</translation>
    </message>
    <message>
        <source>Remove “%1” from this computer?</source>
        <translation>„%1“ von diesem Computer entfernen?</translation>
    </message>
    <message>
        <source>Its files (%1) are deleted. Labels stay; a project that uses it goes back to the default encoder.</source>
        <translation>Die Dateien (%1) werden gelöscht. Annotationen bleiben; ein Projekt, das das Modell verwendet, kehrt zum Standard-Encoder zurück.</translation>
    </message>
    <message>
        <source>Its files (%1) are deleted; it can be pulled again. Labels stay; a project that uses it goes back to the default encoder.</source>
        <translation>Die Dateien (%1) werden gelöscht; das Modell kann erneut heruntergeladen werden. Annotationen bleiben; ein Projekt, das es verwendet, kehrt zum Standard-Encoder zurück.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>“%1” is removed.</source>
        <translation>„%1“ ist entfernt.</translation>
    </message>
    <message>
        <source>“%1” is installed.</source>
        <translation>„%1“ ist installiert.</translation>
    </message>
    <message>
        <source>The Models page has it.</source>
        <translation>Sie finden es auf der Seite „Modelle“.</translation>
    </message>
    <message>
        <source>The pull was stopped. Pulled again, it goes on where it was.</source>
        <translation>Das Herunterladen wurde abgebrochen. Ein neuer Versuch fährt dort fort.</translation>
    </message>
    <message>
        <source>It is started again; then try once more.</source>
        <translation>Er wird neu gestartet; versuchen Sie es danach noch einmal.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::NewProjectDialog</name>
    <message>
        <source>New project</source>
        <translation>Neues Projekt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>trial</source>
        <translation>versuch</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Entity types</source>
        <translation>Entitätstypen</translation>
    </message>
    <message>
        <source>drug, dose, condition</source>
        <translation>Medikament, Dosis, Krankheit</translation>
    </message>
    <message>
        <source>From file…</source>
        <translation>Aus Datei&#xa0;…</translation>
    </message>
    <message>
        <source>A scheme.json with names, descriptions, colours and keys</source>
        <translation>Eine scheme.json mit Namen, Beschreibungen, Farben und Tasten</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>Entity &amp;types</source>
        <translation>Entitäts&amp;typen</translation>
    </message>
    <message>
        <source>Names parted by commas. They can be changed later, and described, which helps.</source>
        <translation>Namen, durch Kommas getrennt. Sie lassen sich später ändern und beschreiben, was hilft.</translation>
    </message>
    <message>
        <source>&amp;Label one document in ten without suggestions</source>
        <translation>&amp;Jedes zehnte Dokument ohne Vorschläge annotieren</translation>
    </message>
    <message>
        <source>Picked at random. The dashboard compares them with the others: that says whether suggestions are believed too easily. It can be changed there.</source>
        <translation>Zufällig ausgewählt. Die Übersicht vergleicht sie mit den anderen: So zeigt sich, ob Vorschlägen zu leicht geglaubt wird. Dort lässt es sich ändern.</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>Projekt anlegen</translation>
    </message>
    <message>
        <source>Folder of the project</source>
        <translation>Ordner des Projekts</translation>
    </message>
    <message>
        <source>Label scheme</source>
        <translation>Annotationsschema</translation>
    </message>
    <message>
        <source>Label schemes (*.json);;All files (*)</source>
        <translation>Annotationsschemata (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The label scheme %1 cannot be read.</source>
        <translation>Das Annotationsschema %1 kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The project needs a name.</source>
        <translation>Das Projekt braucht einen Namen.</translation>
    </message>
    <message>
        <source>The name must be a file&apos;s name, without “/” and not beginning with a point.</source>
        <translation>Der Name muss als Dateiname taugen: ohne „/“ und nicht mit einem Punkt am Anfang.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written to.</source>
        <translation>In den Ordner %1 kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>There is a project %1 already.</source>
        <translation>Das Projekt %1 gibt es schon.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::OccurrenceModel</name>
    <message>
        <source>unlabelled</source>
        <translation>nicht annotiert</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PageBar</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PatternsController</name>
    <message>
        <source>The list has more than 32 MB. A list has one entry a line; split it.</source>
        <translation>Die Liste ist größer als 32&#xa0;MB. Eine Liste enthält einen Eintrag je Zeile; teilen Sie sie auf.</translation>
    </message>
    <message>
        <source>The file has no entries: they stand one a line, lines that begin with # are left out.</source>
        <translation>Die Datei enthält keine Einträge: Sie stehen einer je Zeile, Zeilen mit # am Anfang werden übergangen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PatternsPage</name>
    <message>
        <source>Patterns</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>New e&amp;xpression</source>
        <translation>Neuer Aus&amp;druck</translation>
    </message>
    <message>
        <source>New l&amp;ist</source>
        <translation>Neue &amp;Liste</translation>
    </message>
    <message>
        <source>Import list…</source>
        <translation>Liste laden&#xa0;…</translation>
    </message>
    <message>
        <source>A text file with one entry a line</source>
        <translation>Eine Textdatei mit einem Eintrag je Zeile</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>&amp;Type</source>
        <translation>&amp;Typ</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Entries, one a line</source>
        <translation>Einträge, einer je Zeile</translation>
    </message>
    <message>
        <source>Match &amp;case</source>
        <translation>&amp;Groß-/Kleinschreibung</translation>
    </message>
    <message>
        <source>&amp;Whole words</source>
        <translation>Nur ganze &amp;Wörter</translation>
    </message>
    <message>
        <source>What it matches</source>
        <translation>Was passt</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Annotieren</translation>
    </message>
    <message>
        <source>Suggest</source>
        <translation>Vorschlagen</translation>
    </message>
    <message>
        <source>Proposes the ticked places, to be accepted or rejected one by one or in Triage</source>
        <translation>Schlägt die angehakten Stellen vor, zum Annehmen oder Ablehnen einzeln oder in der Sichtung</translation>
    </message>
    <message numerus="yes">
        <source>Looking… %Ln document(s)</source>
        <translation>
            <numerusform>Wird gesucht&#xa0;… %Ln Dokument</numerusform>
            <numerusform>Wird gesucht&#xa0;… %Ln Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>new expression</source>
        <translation>neuer Ausdruck</translation>
    </message>
    <message>
        <source>new list</source>
        <translation>neue Liste</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>No patterns yet</source>
        <translation>Noch keine Muster</translation>
    </message>
    <message>
        <source>No entity types yet</source>
        <translation>Noch keine Entitätstypen</translation>
    </message>
    <message>
        <source>A list of drug names, an expression for doses: what can be written down need not be learned. New expression and New list begin one; what it matches shows as you type, and is then labelled or suggested at a press.</source>
        <translation>Eine Liste von Medikamentennamen, ein Ausdruck für Dosen: Was sich aufschreiben lässt, muss nicht gelernt werden. Beginnen Sie mit „Neuer Ausdruck“ oder „Neue Liste“; was passt, sehen Sie schon beim Tippen, und ein Klick annotiert es oder schlägt es vor.</translation>
    </message>
    <message>
        <source>&amp;Regular expression</source>
        <translation>&amp;Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>&amp;Entries, one a line</source>
        <translation>&amp;Einträge, einer je Zeile</translation>
    </message>
    <message>
        <source>A group (?&lt;entity&gt;…) is the mention; else the whole match is.</source>
        <translation>Eine Gruppe (?&lt;entity&gt;…) ist die Erwähnung, sonst die ganze Übereinstimmung.</translation>
    </message>
    <message>
        <source>Whole words; of several the longest.</source>
        <translation>Ganze Wörter; von mehreren die längsten.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>Character %1: %2</source>
        <translation>Zeichen %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Label %Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle ann&amp;otieren</numerusform>
            <numerusform>%Ln Stellen ann&amp;otieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Suggest %Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle &amp;vorschlagen</numerusform>
            <numerusform>%Ln Stellen &amp;vorschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more are not listed.</source>
        <translation>
            <numerusform>%Ln weitere ist nicht aufgelistet.</numerusform>
            <numerusform>%Ln weitere sind nicht aufgelistet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Space takes a tick off.</source>
        <translation>Die Leertaste entfernt einen Haken.</translation>
    </message>
    <message>
        <source>Labelling…</source>
        <translation>Wird annotiert&#xa0;…</translation>
    </message>
    <message>
        <source>Suggesting…</source>
        <translation>Wird vorgeschlagen&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are labelled.</source>
        <translation>
            <numerusform>%Ln Stelle ist annotiert.</numerusform>
            <numerusform>%Ln Stellen sind annotiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are suggested.</source>
        <translation>
            <numerusform>%Ln Stelle ist vorgeschlagen.</numerusform>
            <numerusform>%Ln Stellen sind vorgeschlagen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Import list</source>
        <translation>Liste laden</translation>
    </message>
    <message>
        <source>Texts (*.txt *.lst);;All files (*)</source>
        <translation>Texte (*.txt *.lst);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Labels the ticked places; Undo takes all of them back at once</source>
        <translation>Annotiert die angehakten Stellen; „Rückgängig“ nimmt alle auf einmal zurück</translation>
    </message>
    <message>
        <source>A pattern finds mentions of one type. Name a type first, on the Label page.</source>
        <translation>Ein Muster findet Erwähnungen eines Typs. Benennen Sie zuerst einen Typ, auf der Seite „Annotieren“.</translation>
    </message>
    <message>
        <source>Undo takes all of it back.</source>
        <translation>„Rückgängig“ nimmt alles zurück.</translation>
    </message>
    <message>
        <source>Decide about them in Triage. Undo takes all of it back.</source>
        <translation>Entscheiden Sie in der Sichtung darüber. „Rückgängig“ nimmt alles zurück.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PlaceFinder</name>
    <message>
        <source>Label “%1” as %2</source>
        <translation>„%1“ als %2 annotieren</translation>
    </message>
    <message numerus="yes">
        <source>Label “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>„%1“ an %Ln Stelle als %2 annotieren</numerusform>
            <numerusform>„%1“ an %Ln Stellen als %2 annotieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Suggest “%1” as %2</source>
        <translation>„%1“ als %2 vorschlagen</translation>
    </message>
    <message numerus="yes">
        <source>Suggest “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>„%1“ an %Ln Stelle als %2 vorschlagen</numerusform>
            <numerusform>„%1“ an %Ln Stellen als %2 vorschlagen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PlaceModel</name>
    <message>
        <source>%1, in %2</source>
        <translation>%1, in %2</translation>
    </message>
    <message>
        <source>%1, in %2, %3</source>
        <translation>%1, in %2, %3</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Places</name>
    <message>
        <source>is %1</source>
        <translation>ist %1</translation>
    </message>
    <message>
        <source>is labelled</source>
        <translation>ist annotiert</translation>
    </message>
    <message>
        <source>was rejected</source>
        <translation>wurde abgelehnt</translation>
    </message>
    <message>
        <source>No place in the project.</source>
        <translation>Keine Stelle im Projekt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle</numerusform>
            <numerusform>%Ln Stellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln Dokument</numerusform>
            <numerusform>%1 in %Ln Dokumenten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 labelled so already</source>
        <translation>%1 schon so annotiert</translation>
    </message>
    <message>
        <source>%1 under other labels</source>
        <translation>%1 unter anderen Annotationen</translation>
    </message>
    <message>
        <source>%1 rejected before</source>
        <translation>%1 früher abgelehnt</translation>
    </message>
    <message>
        <source>more were not looked for</source>
        <translation>nach mehr wurde nicht gesucht</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are held out</source>
        <translation>
            <numerusform>%Ln Dokument ist zurückgehalten</numerusform>
            <numerusform>%Ln Dokumente sind zurückgehalten</numerusform>
        </translation>
    </message>
    <message>
        <source>overlaps %1</source>
        <translation>überlappt %1</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingController</name>
    <message>
        <source>my-encoder</source>
        <translation>mein-encoder</translation>
    </message>
    <message>
        <source>This worker cannot pre-train. Install spanwise and spanwise-cli from one release.</source>
        <translation>Dieser Hintergrundprozess kann nicht vortrainieren. Installieren Sie spanwise und spanwise-cli aus derselben Version.</translation>
    </message>
    <message>
        <source>There is no worker to do it. Install spanwise-cli beside spanwise.</source>
        <translation>Dafür fehlt der Hintergrundprozess. Installieren Sie spanwise-cli neben spanwise.</translation>
    </message>
    <message>
        <source>Add material first.</source>
        <translation>Fügen Sie zuerst Material hinzu.</translation>
    </message>
    <message>
        <source>The material cannot be read.</source>
        <translation>Das Material kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Measuring how fast this machine is…</source>
        <translation>Die Geschwindigkeit dieses Rechners wird gemessen&#xa0;…</translation>
    </message>
    <message>
        <source>Reading the material…</source>
        <translation>Material wird gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>The material has one concept only. Telling concepts apart needs at least two.</source>
        <translation>Das Material enthält nur ein Konzept. Um Konzepte zu unterscheiden, braucht es mindestens zwei.</translation>
    </message>
    <message>
        <source>Give the encoder a name of letters, digits, “-”, “_” and “.”.</source>
        <translation>Geben Sie dem Encoder einen Namen aus Buchstaben, Ziffern, „-“, „_“ und „.“.</translation>
    </message>
    <message>
        <source>There is a model of the name “%1” already.</source>
        <translation>Ein Modell mit dem Namen „%1“ gibt es schon.</translation>
    </message>
    <message>
        <source>“%1” was begun and is not finished: go on with it, discard it, or take another name.</source>
        <translation>„%1“ wurde begonnen und nicht beendet: Fahren Sie damit fort, verwerfen Sie es, oder wählen Sie einen anderen Namen.</translation>
    </message>
    <message numerus="yes">
        <source>The check needs at least %Ln document(s) that are done and labelled.</source>
        <translation>
            <numerusform>Der Test braucht mindestens %Ln Dokument, das fertig und annotiert ist.</numerusform>
            <numerusform>Der Test braucht mindestens %Ln Dokumente, die fertig und annotiert sind.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose the check&apos;s two files.</source>
        <translation>Wählen Sie die beiden Dateien des Tests.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingForm</name>
    <message>
        <source>Material</source>
        <translation>Material</translation>
    </message>
    <message>
        <source>Files to learn from</source>
        <translation>Dateien zum Lernen</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Type names…</source>
        <translation>Typnamen&#xa0;…</translation>
    </message>
    <message>
        <source>What the types of a CoNLL or JSONL file are called as concepts</source>
        <translation>Wie die Typen einer CoNLL- oder JSONL-Datei als Konzepte heißen</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Begin with</source>
        <translation>&amp;Beginnen mit</translation>
    </message>
    <message>
        <source>How long it learns</source>
        <translation>Wie lange er lernt</translation>
    </message>
    <message>
        <source>Passes or minutes</source>
        <translation>Durchgänge oder Minuten</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>&amp;Learn for</source>
        <translation>&amp;Lernen für</translation>
    </message>
    <message>
        <source>Fine-tunes on a few examples before and after, to see what pre-training gave</source>
        <translation>Lernt vorher und nachher aus wenigen Beispielen, um zu sehen, was das Vortraining gebracht hat</translation>
    </message>
    <message>
        <source>Few-shot &amp;check</source>
        <translation>Few-Shot-&amp;Test</translation>
    </message>
    <message>
        <source>Encoders</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>Few-shot checks</source>
        <translation>Few-Shot-Tests</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>Wählen: %1</translation>
    </message>
    <message>
        <source>gold to learn from (CoNLL, JSONL)</source>
        <translation>Goldstandard zum Lernen (CoNLL, JSONL)</translation>
    </message>
    <message>
        <source>gold to judge by (CoNLL, JSONL)</source>
        <translation>Goldstandard zum Beurteilen (CoNLL, JSONL)</translation>
    </message>
    <message>
        <source>Texts a step</source>
        <translation>Texte je Schritt</translation>
    </message>
    <message>
        <source>More are steadier and need more memory</source>
        <translation>Mehr sind stetiger und brauchen mehr Speicher</translation>
    </message>
    <message>
        <source>Longest text</source>
        <translation>Längster Text</translation>
    </message>
    <message>
        <source>In sub-tokens; longer ones are cut into several</source>
        <translation>In Sub-Token; längere werden in mehrere geteilt</translation>
    </message>
    <message>
        <source>Negatives</source>
        <translation>Negative</translation>
    </message>
    <message>
        <source>Concepts of other texts that a step is held against, too</source>
        <translation>Konzepte anderer Texte, mit denen ein Schritt zusätzlich verglichen wird</translation>
    </message>
    <message>
        <source>Encoder’s rate</source>
        <translation>Lernrate: Encoder</translation>
    </message>
    <message>
        <source>How fast the text encoder learns</source>
        <translation>Wie schnell der Text-Encoder lernt</translation>
    </message>
    <message>
        <source>Concepts’ rate</source>
        <translation>Lernrate: Konzepte</translation>
    </message>
    <message>
        <source>How fast the concept encoder learns; 0: it stays as it is</source>
        <translation>Wie schnell der Konzept-Encoder lernt; 0: er bleibt, wie er ist</translation>
    </message>
    <message>
        <source>Frozen layers</source>
        <translation>Fixierte Schichten</translation>
    </message>
    <message>
        <source>Of the text encoder, from below</source>
        <translation>Des Text-Encoders, von unten</translation>
    </message>
    <message>
        <source>Concept layers</source>
        <translation>Konzeptschichten</translation>
    </message>
    <message>
        <source>Of the concept encoder; 0: as many as the text encoder’s</source>
        <translation>Des Konzept-Encoders; 0: so viele wie der Text-Encoder</translation>
    </message>
    <message>
        <source>Foreign weight</source>
        <translation>Fremdgewicht</translation>
    </message>
    <message>
        <source>What a concept counts as no evidence in texts of a source that never names it</source>
        <translation>Was ein Konzept als fehlender Beleg in Texten einer Quelle zählt, die es nie nennt</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>Zwischenstand alle</translation>
    </message>
    <message>
        <source>What a worker that dies costs at most</source>
        <translation>Was ein Absturz des Hintergrundprozesses höchstens kostet</translation>
    </message>
    <message>
        <source> min</source>
        <translation>&#xa0;min</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Equal seeds give equal runs on one machine</source>
        <translation>Gleiche Startwerte ergeben auf einem Rechner gleiche Läufe</translation>
    </message>
    <message>
        <source>Start pre-training</source>
        <translation>Vortraining starten</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>done documents (%1)</source>
        <translation>fertige Dokumente (%1)</translation>
    </message>
    <message>
        <source>a project’s documents</source>
        <translation>Dokumente eines Projekts</translation>
    </message>
    <message>
        <source>gold files</source>
        <translation>Goldstandard-Dateien</translation>
    </message>
    <message>
        <source>A run is open at the right.</source>
        <translation>Rechts ist ein Lauf geöffnet.</translation>
    </message>
    <message>
        <source>the default encoder</source>
        <translation>der Standard-Encoder</translation>
    </message>
    <message>
        <source>%1 (the default)</source>
        <translation>%1 (Standard)</translation>
    </message>
    <message>
        <source>Material to learn from</source>
        <translation>Material zum Lernen</translation>
    </message>
    <message>
        <source>Annotated text (*.jsonl *.json *.ndjson *.conll *.bio *.iob *.iob2 *.txt *.gz)</source>
        <translation>Annotierter Text (*.jsonl *.json *.ndjson *.conll *.bio *.iob *.iob2 *.txt *.gz)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Annotate with a language model…</source>
        <translation>Mit einem Sprachmodell annotieren&#xa0;…</translation>
    </message>
    <message>
        <source>Makes material of raw texts</source>
        <translation>Macht aus rohen Texten Material</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingPage</name>
    <message>
        <source>Pre-training</source>
        <translation>Vortraining</translation>
    </message>
    <message>
        <source>The encoder “%1” is ready.</source>
        <translation>Der Encoder „%1“ ist bereit.</translation>
    </message>
    <message>
        <source>Back to the start page</source>
        <translation>Zurück zur Startseite</translation>
    </message>
    <message>
        <source>Open a project to use it there.</source>
        <translation>Öffnen Sie ein Projekt, um ihn dort zu verwenden.</translation>
    </message>
    <message>
        <source>The project cannot be written now.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>wird geladen&#xa0;…</translation>
    </message>
    <message>
        <source>In use for this project.</source>
        <translation>In diesem Projekt in Gebrauch.</translation>
    </message>
    <message>
        <source>Discard a run</source>
        <translation>Lauf verwerfen</translation>
    </message>
    <message>
        <source>Discard “%1” and what it has learned?</source>
        <translation>„%1“ und alles Gelernte verwerfen?</translation>
    </message>
    <message>
        <source>Its checkpoint and the prepared material are deleted; the files that it learned from stay.</source>
        <translation>Der Zwischenstand und das vorbereitete Material werden gelöscht; die Dateien, aus denen gelernt wurde, bleiben.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Annotation has ended: %1</source>
        <translation>Das Annotieren ist beendet: %1</translation>
    </message>
    <message>
        <source>The key is known until Spanwise closes.</source>
        <translation>Der Schlüssel ist bekannt, bis Spanwise sich schließt.</translation>
    </message>
    <message>
        <source>Annotating: %1 of %2…</source>
        <translation>Annotieren: %1 von %2&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingText</name>
    <message>
        <source>%1 s</source>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1&#xa0;min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1&#xa0;h</translation>
    </message>
    <message>
        <source>%1 billion</source>
        <translation>%1&#xa0;Mrd.</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1&#xa0;Mio.</translation>
    </message>
    <message>
        <source>passages</source>
        <translation>Textabschnitte</translation>
    </message>
    <message>
        <source>NuNER</source>
        <translation>NuNER</translation>
    </message>
    <message>
        <source>Pile-NER</source>
        <translation>Pile-NER</translation>
    </message>
    <message>
        <source>CoNLL</source>
        <translation>CoNLL</translation>
    </message>
    <message>
        <source>JSONL</source>
        <translation>JSONL</translation>
    </message>
    <message>
        <source>cannot be read and left out: %1. The first one: %2</source>
        <translation>nicht lesbar und ausgelassen: %1. Die erste: %2</translation>
    </message>
    <message>
        <source>there more than once, counted once: %1</source>
        <translation>mehrfach vorhanden, einmal gezählt: %1</translation>
    </message>
    <message>
        <source>without a mention and left out: %1</source>
        <translation>ohne Erwähnung und ausgelassen: %1</translation>
    </message>
    <message>
        <source>mentions that are not in their text, left out: %1</source>
        <translation>Erwähnungen, die nicht in ihrem Text stehen, ausgelassen: %1</translation>
    </message>
    <message>
        <source>answers without a mention or a concept: %1</source>
        <translation>Antworten ohne Erwähnung oder Konzept: %1</translation>
    </message>
    <message>
        <source>mentions of types that are left out: %1</source>
        <translation>Erwähnungen ausgelassener Typen: %1</translation>
    </message>
    <message>
        <source>About %1: %2 sub-tokens at %3 a second on the worker’s machine.</source>
        <translation>Etwa %1: %2 Sub-Token bei %3 je Sekunde auf dem Rechner des Hintergrundprozesses.</translation>
    </message>
    <message>
        <source>About %1: %2 sub-tokens at %3 a second on the worker’s machine, and the few-shot check before and after.</source>
        <translation>Etwa %1: %2 Sub-Token bei %3 je Sekunde auf dem Rechner des Hintergrundprozesses, dazu der Few-Shot-Test vorher und nachher.</translation>
    </message>
    <message>
        <source>Saving a checkpoint…</source>
        <translation>Zwischenstand wird gespeichert&#xa0;…</translation>
    </message>
    <message>
        <source>Paused at step %1. Everything up to there is saved.</source>
        <translation>Angehalten bei Schritt %1. Alles bis dahin ist gespeichert.</translation>
    </message>
    <message>
        <source>Stopped before the first step.</source>
        <translation>Vor dem ersten Schritt angehalten.</translation>
    </message>
    <message>
        <source>It broke off. What was learned up to step %1 is saved.</source>
        <translation>Abgebrochen. Was bis Schritt %1 gelernt wurde, ist gespeichert.</translation>
    </message>
    <message>
        <source>It broke off.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message numerus="yes">
        <source>Finished: %Ln step(s) over %1 texts with %2 concepts in %3, loss %4.</source>
        <translation>
            <numerusform>Fertig: %Ln Schritt über %1 Texte mit %2 Konzepten in %3, Verlust %4.</numerusform>
            <numerusform>Fertig: %Ln Schritte über %1 Texte mit %2 Konzepten in %3, Verlust %4.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Preparing: %Ln text(s)</source>
        <translation>
            <numerusform>Vorbereitung: %Ln Text</numerusform>
            <numerusform>Vorbereitung: %Ln Texte</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Vorbereitung&#xa0;…</translation>
    </message>
    <message>
        <source>Few-shot check %1 of %2</source>
        <translation>Few-Shot-Test %1 von %2</translation>
    </message>
    <message>
        <source>Saving the encoder…</source>
        <translation>Encoder wird gespeichert&#xa0;…</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>Verlust %1</translation>
    </message>
    <message>
        <source>%1 sub-tokens/s</source>
        <translation>%1 Sub-Token/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 per type</source>
        <translation>%1 je Typ</translation>
    </message>
    <message>
        <source>%1: %2 before</source>
        <translation>%1: %2 vorher</translation>
    </message>
    <message>
        <source>%1: %2 → %3 (%4%5)</source>
        <translation>%1: %2 → %3 (%4%5)</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ProjectRescue</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 recovered</source>
        <translation>%1 gerettet</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ProjectSession</name>
    <message>
        <source>An import is running. Labelling goes on when it has finished.</source>
        <translation>Ein Import läuft. Danach können Sie weiter annotieren.</translation>
    </message>
    <message>
        <source>Many places are being labelled. Labelling goes on when that is done.</source>
        <translation>Viele Stellen werden annotiert. Danach können Sie weiter annotieren.</translation>
    </message>
    <message>
        <source>unknown type</source>
        <translation>unbekannter Typ</translation>
    </message>
    <message>
        <source>This entity type is not there any more.</source>
        <translation>Diesen Entitätstyp gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Label “%1” as %2</source>
        <translation>„%1“ als %2 annotieren</translation>
    </message>
    <message>
        <source>Accept “%1” as %2</source>
        <translation>„%1“ als %2 annehmen</translation>
    </message>
    <message numerus="yes">
        <source>Accept %Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln Vorschlag annehmen</numerusform>
            <numerusform>%Ln Vorschläge annehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>Reject “%1” as %2</source>
        <translation>„%1“ als %2 ablehnen</translation>
    </message>
    <message numerus="yes">
        <source>Reject %Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln Vorschlag ablehnen</numerusform>
            <numerusform>%Ln Vorschläge ablehnen</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove %2 from “%1”</source>
        <translation>%2 von „%1“ entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation entfernen</numerusform>
            <numerusform>%Ln Annotationen entfernen</numerusform>
        </translation>
    </message>
    <message>
        <source>Resize %2 to “%1”</source>
        <translation>Grenzen von %2 zu „%1“ ändern</translation>
    </message>
    <message numerus="yes">
        <source>Change %Ln label(s) to %1</source>
        <translation>
            <numerusform>%Ln Annotation zu %1 ändern</numerusform>
            <numerusform>%Ln Annotationen zu %1 ändern</numerusform>
        </translation>
    </message>
    <message>
        <source>This label is not there any more.</source>
        <translation>Diese Annotation gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Take the model&apos;s “%1” as %2</source>
        <translation>„%1“ als %2 vom Modell übernehmen</translation>
    </message>
    <message>
        <source>Mark %1 as done</source>
        <translation>%1 als fertig kennzeichnen</translation>
    </message>
    <message>
        <source>Reopen %1</source>
        <translation>%1 wieder öffnen</translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>%1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>Change the type %1</source>
        <translation>Typ %1 ändern</translation>
    </message>
    <message>
        <source>Remove the type %1</source>
        <translation>Typ %1 entfernen</translation>
    </message>
    <message>
        <source>Restore an entity type</source>
        <translation>Entitätstyp wiederherstellen</translation>
    </message>
    <message>
        <source>Merge %1 into %2</source>
        <translation>%1 in %2 überführen</translation>
    </message>
    <message numerus="yes">
        <source>Mark %Ln document(s) as done</source>
        <translation>
            <numerusform>%Ln Dokument als fertig kennzeichnen</numerusform>
            <numerusform>%Ln Dokumente als fertig kennzeichnen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reopen %Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument wieder öffnen</numerusform>
            <numerusform>%Ln Dokumente wieder öffnen</numerusform>
        </translation>
    </message>
    <message>
        <source>Files are being merged. Labelling goes on when that is done.</source>
        <translation>Dateien werden zusammengeführt. Danach geht das Annotieren weiter.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PropagateDialog</name>
    <message>
        <source>Label all occurrences</source>
        <translation>Alle Vorkommen annotieren</translation>
    </message>
    <message>
        <source>&amp;as</source>
        <translation>&amp;als</translation>
    </message>
    <message>
        <source>In this &amp;document</source>
        <translation>In diesem &amp;Dokument</translation>
    </message>
    <message>
        <source>In the &amp;project</source>
        <translation>Im &amp;Projekt</translation>
    </message>
    <message>
        <source>Match &amp;case</source>
        <translation>&amp;Groß-/Kleinschreibung</translation>
    </message>
    <message>
        <source>Places to label</source>
        <translation>Stellen zum Annotieren</translation>
    </message>
    <message>
        <source>Space ticks. Only whole words count.</source>
        <translation>Die Leertaste hakt an. Nur ganze Wörter zählen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird gesucht&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Label %Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle ann&amp;otieren</numerusform>
            <numerusform>%Ln Stellen ann&amp;otieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Labelling…</source>
        <translation>Wird annotiert&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Quality</name>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 to %2 %</source>
        <translation>%1 bis %2&#xa0;%</translation>
    </message>
    <message>
        <source>F1 %1 (%2)</source>
        <translation>F1 %1 (%2)</translation>
    </message>
    <message>
        <source>F1 %1</source>
        <translation>F1 %1</translation>
    </message>
    <message>
        <source>Precision %1, recall %2, %3, %4.</source>
        <translation>Präzision %1, Trefferquote %2, %3, %4.</translation>
    </message>
    <message>
        <source>F1 is %1 with %2 and %3 with %4 documents: it does not rise, so there is no telling what more of them will bring.</source>
        <translation>F1 ist %1 mit %2 und %3 mit %4 Dokumenten: Es steigt nicht, deshalb lässt sich nicht sagen, was weitere bringen.</translation>
    </message>
    <message numerus="yes">
        <source>Too early to say what more documents will bring: %Ln are labelled, and a forecast needs about ten.</source>
        <translation>
            <numerusform>Es ist zu früh, um zu sagen, was weitere Dokumente bringen: %Ln ist annotiert, und eine Vorhersage braucht etwa zehn.</numerusform>
            <numerusform>Es ist zu früh, um zu sagen, was weitere Dokumente bringen: %Ln sind annotiert, und eine Vorhersage braucht etwa zehn.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more document(s) will bring about %1 (now %2).</source>
        <translation>
            <numerusform>%Ln weiteres Dokument bringt etwa %1 (jetzt %2).</numerusform>
            <numerusform>%Ln weitere Dokumente bringen etwa %1 (jetzt %2).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more label(s)</source>
        <translation>
            <numerusform>%Ln weitere Annotation</numerusform>
            <numerusform>%Ln weitere Annotationen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %Ln more document(s)</source>
        <translation>
            <numerusform>in %Ln weiteren Dokument</numerusform>
            <numerusform>in %Ln weiteren Dokumenten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Labelled by hand: %1</source>
        <translation>Von Hand annotiert: %1</translation>
    </message>
    <message>
        <source>Pre-annotated: %1</source>
        <translation>Mit Vorschlägen: %1</translation>
    </message>
    <message>
        <source>Lacks examples: %1.</source>
        <translation>Es fehlen Beispiele: %1.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::QualityController</name>
    <message numerus="yes">
        <source>The worker died %Ln time(s) while it checked. The worker log may say why.</source>
        <translation>
            <numerusform>Der Hintergrundprozess ist beim Prüfen %Ln Mal abgestürzt. Vielleicht steht der Grund im Protokoll.</numerusform>
            <numerusform>Der Hintergrundprozess ist beim Prüfen %Ln Mal abgestürzt. Vielleicht steht der Grund im Protokoll.</numerusform>
        </translation>
    </message>
    <message>
        <source>The worker is of an older Spanwise and cannot check its model.</source>
        <translation>Der Hintergrundprozess stammt aus einem älteren Spanwise und kann sein Modell nicht prüfen.</translation>
    </message>
    <message>
        <source>The project cannot be written now, so nothing can be dismissed.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden, deshalb lässt sich nichts verwerfen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::QueueModel</name>
    <message>
        <source>In progress · %1</source>
        <translation>In Arbeit · %1</translation>
    </message>
    <message>
        <source>Next up · teaches the most first</source>
        <translation>Nächste · Lehrreichste zuerst</translation>
    </message>
    <message>
        <source>Next up · least certain first</source>
        <translation>Nächste · Unsicherste zuerst</translation>
    </message>
    <message>
        <source>Next up · in file order</source>
        <translation>Nächste · wie in den Dateien</translation>
    </message>
    <message>
        <source>Done · %1</source>
        <translation>Fertig · %1</translation>
    </message>
    <message>
        <source>All documents · %1</source>
        <translation>Alle Dokumente · %1</translation>
    </message>
    <message>
        <source>Without labels · %1</source>
        <translation>Ohne Annotationen · %1</translation>
    </message>
    <message>
        <source>With suggestions · %1</source>
        <translation>Mit Vorschlägen · %1</translation>
    </message>
    <message>
        <source>uncertain about %1</source>
        <translation>unsicher bei %1</translation>
    </message>
    <message>
        <source>%1 sure</source>
        <translation>%1 sicher</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>unlike what you labelled</source>
        <translation>anders als das Annotierte</translation>
    </message>
    <message>
        <source>picked at random</source>
        <translation>zufällig gewählt</translation>
    </message>
    <message>
        <source>%1, ~%2 s</source>
        <translation>%1, ~%2&#xa0;s</translation>
    </message>
    <message>
        <source>%1, ~%2 min</source>
        <translation>%1, ~%2&#xa0;min</translation>
    </message>
    <message>
        <source>held out: no suggestions</source>
        <translation>zurückgehalten</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln Vorschlag</numerusform>
            <numerusform>%Ln Vorschläge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln character(s)</source>
        <translation>
            <numerusform>%Ln Zeichen</numerusform>
            <numerusform>%Ln Zeichen</numerusform>
        </translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>To decide · %1</source>
        <translation>Zu entscheiden · %1</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::QueuePanel</name>
    <message>
        <source>All %1</source>
        <translation>Alle %1</translation>
    </message>
    <message>
        <source>No documents yet</source>
        <translation>Noch keine Dokumente</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No document has “%1”. Escape clears the search.</source>
        <translation>Kein Dokument enthält „%1“. Esc leert die Suche.</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>Hier ist nichts</translation>
    </message>
    <message>
        <source>Every document has labels.</source>
        <translation>Jedes Dokument hat Annotationen.</translation>
    </message>
    <message>
        <source>Suggestions come after the first labels of each type.</source>
        <translation>Vorschläge kommen nach den ersten Annotationen jedes Typs.</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Search text, labels…</source>
        <translation>Text, Annotationen suchen&#xa0;…</translation>
    </message>
    <message>
        <source>Search documents</source>
        <translation>Dokumente suchen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Nächste</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Unlabelled</source>
        <translation>Unannotiert</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Show: %1</source>
        <translation>Anzeigen: %1</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren&#xa0;…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>This document is held out: it is labelled without suggestions, and patterns and “Label all occurrences” pass it over. The dashboard compares such documents with the others; the share is set there.</source>
        <translation>Dieses Dokument ist zurückgehalten: Es wird ohne Vorschläge annotiert, und Muster und „Alle Vorkommen annotieren“ übergehen es. Die Übersicht vergleicht solche Dokumente mit den anderen; dort wird der Anteil eingestellt.</translation>
    </message>
    <message>
        <source>Import texts (.txt), JSON lines or CoNLL files to begin, or drop them on the window.</source>
        <translation>Importieren Sie zu Beginn Texte (.txt), JSON-Zeilen oder CoNLL-Dateien, oder ziehen Sie sie auf das Fenster.</translation>
    </message>
    <message>
        <source>%1 imports.</source>
        <translation>%1 importiert.</translation>
    </message>
    <message>
        <source>%1 in a document says that it is done.</source>
        <translation>%1 in einem Dokument kennzeichnet es als fertig.</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Mark as done</source>
        <translation>Als fertig kennzeichnen</translation>
    </message>
    <message>
        <source>Every disagreement between the annotators is decided.</source>
        <translation>Jede Abweichung zwischen den Annotierenden ist entschieden.</translation>
    </message>
    <message>
        <source>Disagree</source>
        <translation>Abweichend</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReadingRows</name>
    <message>
        <source>“%1” as %2</source>
        <translation>„%1“ als %2</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>übernommen</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::RemoveTypeDialog</name>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove or merge “%1”</source>
        <translation>„%1“ entfernen oder zusammenführen</translation>
    </message>
    <message>
        <source>“%1” has no labels.</source>
        <translation>„%1“ hat keine Annotationen.</translation>
    </message>
    <message numerus="yes">
        <source>“%1” has %2 in %Ln document(s).</source>
        <translation>
            <numerusform>„%1“ hat %2 in %Ln Dokument.</numerusform>
            <numerusform>„%1“ hat %2 in %Ln Dokumenten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s) of it go; the model makes them anew.</source>
        <translation>
            <numerusform>%Ln Vorschlag davon entfällt; das Modell macht ihn neu.</numerusform>
            <numerusform>%Ln Vorschläge davon entfallen; das Modell macht sie neu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused suggestion(s) of it go to the trash with the type.</source>
        <translation>
            <numerusform>%Ln abgelehnter Vorschlag davon kommt mit dem Typ in den Papierkorb.</numerusform>
            <numerusform>%Ln abgelehnte Vorschläge davon kommen mit dem Typ in den Papierkorb.</numerusform>
        </translation>
    </message>
    <message>
        <source>The &amp;type goes to the trash</source>
        <translation>Der &amp;Typ kommt in den Papierkorb</translation>
    </message>
    <message>
        <source>Labels and type go to the &amp;trash</source>
        <translation>Annotationen und &amp;Typ kommen in den Papierkorb</translation>
    </message>
    <message>
        <source>The labels &amp;become</source>
        <translation>Die Annotationen &amp;werden zu</translation>
    </message>
    <message>
        <source>The type that takes the labels</source>
        <translation>Der Typ, der die Annotationen übernimmt</translation>
    </message>
    <message>
        <source>Undo brings everything back as it was.</source>
        <translation>„Rückgängig“ stellt alles wieder her, wie es war.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::RescueDialog</name>
    <message>
        <source>Damaged project</source>
        <translation>Beschädigtes Projekt</translation>
    </message>
    <message>
        <source>“%1” is damaged and cannot be opened.</source>
        <translation>„%1“ ist beschädigt und lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>Either way makes a new file beside it; the damaged one stays as it is.</source>
        <translation>Beides erzeugt eine neue Datei daneben; die beschädigte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The newest backup is of %1: %2, %3.</source>
        <translation>Die neueste Sicherung ist von %1: %2, %3.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no backup beside it.</source>
        <translation>Daneben liegt keine Sicherung.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open the newest &amp;backup as a copy</source>
        <translation>Neueste &amp;Sicherung als Kopie öffnen</translation>
    </message>
    <message>
        <source>&amp;Recover what can be read</source>
        <translation>&amp;Retten, was lesbar ist</translation>
    </message>
    <message>
        <source>Reading what can be read…</source>
        <translation>Was lesbar ist, wird gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>Copying the backup…</source>
        <translation>Sicherung wird kopiert&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewController</name>
    <message>
        <source>Take %1&apos;s reading of “%2”</source>
        <translation>Lesart von %1 für „%2“ übernehmen</translation>
    </message>
    <message>
        <source>Label nothing in “%1”</source>
        <translation>In „%1“ nichts annotieren</translation>
    </message>
    <message numerus="yes">
        <source>Take %Ln label(s) that all agree on</source>
        <translation>
            <numerusform>%Ln Annotation übernehmen, in der sich alle einig sind</numerusform>
            <numerusform>%Ln Annotationen übernehmen, in denen sich alle einig sind</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewModel</name>
    <message numerus="yes">
        <source>all agree, %Ln label(s) to take</source>
        <translation>
            <numerusform>alle einig, %Ln Annotation zu übernehmen</numerusform>
            <numerusform>alle einig, %Ln Annotationen zu übernehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>all agree</source>
        <translation>alle einig</translation>
    </message>
    <message numerus="yes">
        <source>%Ln decided</source>
        <comment>disagreements</comment>
        <translation>
            <numerusform>%Ln entschieden</numerusform>
            <numerusform>%Ln entschieden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln to decide</source>
        <comment>disagreements</comment>
        <translation>
            <numerusform>%1 von %Ln zu entscheiden</numerusform>
            <numerusform>%1 von %Ln zu entscheiden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln annotator(s)</source>
        <translation>
            <numerusform>%Ln Person</numerusform>
            <numerusform>%Ln Personen</numerusform>
        </translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>not done</source>
        <translation>nicht fertig</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewPage</name>
    <message>
        <source>Review</source>
        <translation>Abgleich</translation>
    </message>
    <message>
        <source>Only what is open</source>
        <translation>Nur was offen ist</translation>
    </message>
    <message>
        <source>Show only documents with open disagreements</source>
        <translation>Nur Dokumente mit offenen Abweichungen zeigen</translation>
    </message>
    <message>
        <source>Documents that several annotators labelled</source>
        <translation>Dokumente, die mehrere annotiert haben</translation>
    </message>
    <message>
        <source>What each annotator says here</source>
        <translation>Was jede Person hier sagt</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern&#xa0;…</translation>
    </message>
    <message>
        <source>The figures above, as a table</source>
        <translation>Die Zahlen oben als Tabelle</translation>
    </message>
    <message>
        <source>Merge files…</source>
        <translation>Dateien zusammenführen&#xa0;…</translation>
    </message>
    <message>
        <source>Several people, one project</source>
        <translation>Mehrere Personen, ein Projekt</translation>
    </message>
    <message>
        <source>1. Share out: each annotator gets a file with some of the documents, and a part of them goes to everybody.</source>
        <translation>1. Verteilen: Jede Person erhält eine Datei mit einigen der Dokumente, und ein Teil davon geht an alle.</translation>
    </message>
    <message>
        <source>2. Each labels in a file of their own, with Spanwise, wherever they like.</source>
        <translation>2. Jede annotiert in ihrer eigenen Datei, mit Spanwise, wo immer sie möchte.</translation>
    </message>
    <message>
        <source>3. Merge: their files come together here. What they say of the same document is compared, and you decide where they differ.</source>
        <translation>3. Zusammenführen: Ihre Dateien kommen hier zusammen. Was sie zum selben Dokument sagen, wird verglichen, und Sie entscheiden, wo sie voneinander abweichen.</translation>
    </message>
    <message>
        <source>Share out…</source>
        <translation>Verteilen&#xa0;…</translation>
    </message>
    <message>
        <source>To decide · %1</source>
        <translation>Zu entscheiden · %1</translation>
    </message>
    <message>
        <source>Nothing left to decide</source>
        <translation>Nichts mehr zu entscheiden</translation>
    </message>
    <message>
        <source>Every disagreement is decided. Without the filter above, all documents that several annotators labelled are shown.</source>
        <translation>Jede Abweichung ist entschieden. Ohne den Filter oben erscheinen alle Dokumente, die mehrere annotiert haben.</translation>
    </message>
    <message>
        <source>No document in hand</source>
        <translation>Kein Dokument geöffnet</translation>
    </message>
    <message>
        <source>Choose one at the left: those with the most to decide come first.</source>
        <translation>Wählen Sie links eines: Die mit den meisten offenen Stellen stehen oben.</translation>
    </message>
    <message numerus="yes">
        <source>take %Ln agreed</source>
        <comment>labels</comment>
        <translation>
            <numerusform>%Ln einige übernehmen</numerusform>
            <numerusform>%Ln einige übernehmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take %Ln label(s) that all agree on</source>
        <translation>
            <numerusform>%Ln Annotation übernehmen, in der sich alle einig sind</numerusform>
            <numerusform>%Ln Annotationen übernehmen, in denen sich alle einig sind</numerusform>
        </translation>
    </message>
    <message>
        <source>next open</source>
        <translation>nächste offene</translation>
    </message>
    <message>
        <source>done, next</source>
        <translation>fertig, nächstes</translation>
    </message>
    <message>
        <source>Go to the next open disagreement</source>
        <translation>Zur nächsten offenen Abweichung gehen</translation>
    </message>
    <message>
        <source>The document is done, and on to the next</source>
        <translation>Das Dokument ist fertig, weiter zum nächsten</translation>
    </message>
    <message>
        <source>All annotators agree here</source>
        <translation>Hier sind sich alle einig</translation>
    </message>
    <message>
        <source>Disagreement %1 of %2</source>
        <translation>Abweichung %1 von %2</translation>
    </message>
    <message>
        <source>Disagreement %1 of %2 · decided</source>
        <translation>Abweichung %1 von %2 · entschieden</translation>
    </message>
    <message>
        <source>document not finished</source>
        <translation>Dokument nicht fertig</translation>
    </message>
    <message>
        <source>label nothing here</source>
        <translation>hier nichts annotieren</translation>
    </message>
    <message>
        <source>All is decided in this document.</source>
        <translation>In diesem Dokument ist alles entschieden.</translation>
    </message>
    <message>
        <source>Enter marks it as done and goes to the next.</source>
        <translation>Die Eingabetaste markiert es als fertig und geht zum nächsten.</translation>
    </message>
    <message>
        <source>Nothing is left to decide.</source>
        <translation>Es ist nichts mehr zu entscheiden.</translation>
    </message>
    <message>
        <source>Every disagreement between the annotators has an answer.</source>
        <translation>Jede Abweichung zwischen den Annotierenden hat eine Antwort.</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Übereinstimmung</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleich läuft&#xa0;…</translation>
    </message>
    <message>
        <source>Krippendorff&apos;s alpha: %1</source>
        <translation>Krippendorffs Alpha: %1</translation>
    </message>
    <message>
        <source>Krippendorff&apos;s alpha over words: 1 is full agreement, 0 what chance gives.</source>
        <translation>Krippendorffs Alpha über Wörter: 1 ist volle Übereinstimmung, 0 so viel, wie der Zufall ergibt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) labelled by two or more.</source>
        <translation>
            <numerusform>%Ln Dokument ist von zwei oder mehr Personen annotiert.</numerusform>
            <numerusform>%Ln Dokumente sind von zwei oder mehr Personen annotiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of their readings is of a document that its annotator has not finished.</source>
        <translation>
            <numerusform>%Ln ihrer Lesarten gehört zu einem Dokument, mit dem die Person nicht fertig ist.</numerusform>
            <numerusform>%Ln ihrer Lesarten gehören zu Dokumenten, mit denen die Person nicht fertig ist.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paar</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>kappa</source>
        <translation>Kappa</translation>
    </message>
    <message numerus="yes">
        <source>%1: F1 %2, kappa %3, %Ln document(s)</source>
        <translation>
            <numerusform>%1: F1 %2, Kappa %3, %Ln Dokument</numerusform>
            <numerusform>%1: F1 %2, Kappa %3, %Ln Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beide</translation>
    </message>
    <message numerus="yes">
        <source>%1: F1 %2, %Ln label(s) by both</source>
        <translation>
            <numerusform>%1: F1 %2, %Ln Annotation von beiden</numerusform>
            <numerusform>%1: F1 %2, %Ln Annotationen von beiden</numerusform>
        </translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erste Person</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>Zweite Person</translation>
    </message>
    <message>
        <source>Kappa</source>
        <translation>Kappa</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Labels of the first</source>
        <translation>Annotationen der ersten</translation>
    </message>
    <message>
        <source>Labels of the second</source>
        <translation>Annotationen der zweiten</translation>
    </message>
    <message>
        <source>Labels of both</source>
        <translation>Annotationen beider</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Save agreement</source>
        <translation>Übereinstimmung speichern</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>übereinstimmung</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>This file cannot be written: %1.</source>
        <translation>Diese Datei lässt sich nicht schreiben: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that all agree on were taken.</source>
        <translation>
            <numerusform>%Ln Annotation übernommen, in der sich alle einig sind.</numerusform>
            <numerusform>%Ln Annotationen übernommen, in denen sich alle einig sind.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is done.</source>
        <translation>%1 ist fertig.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::RunPanel</name>
    <message>
        <source>Pre-training</source>
        <translation>Vortraining</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Saves a checkpoint and stops; it can be resumed at any time</source>
        <translation>Speichert einen Zwischenstand und hält an; lässt sich jederzeit fortsetzen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortfahren</translation>
    </message>
    <message>
        <source>Use this encoder</source>
        <translation>Diesen Encoder verwenden</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen&#xa0;…</translation>
    </message>
    <message>
        <source>Back to the material</source>
        <translation>Zurück zum Material</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Few-shot check: F1</source>
        <translation>Few-Shot-Test: F1</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert&#xa0;…</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Samples</name>
    <message>
        <source>Clinic notes</source>
        <translation>Arztbriefe</translation>
    </message>
    <message>
        <source>patients, drugs, doses, conditions, tests</source>
        <translation>Patienten, Mittel, Dosen, Leiden, Tests</translation>
    </message>
    <message>
        <source>Contracts</source>
        <translation>Verträge</translation>
    </message>
    <message>
        <source>parties, roles, dates, amounts, terms, laws</source>
        <translation>Parteien, Rollen, Daten, Summen, Gesetze</translation>
    </message>
    <message>
        <source>Product reviews</source>
        <translation>Produktbewertungen</translation>
    </message>
    <message>
        <source>products, brands, features, problems, prices</source>
        <translation>Waren, Marken, Merkmale, Mängel, Preise</translation>
    </message>
    <message>
        <source>There is no sample “%1”. Choose clinic, contracts or reviews.</source>
        <translation>Das Beispiel „%1“ gibt es nicht. Wählen Sie clinic, contracts oder reviews.</translation>
    </message>
    <message>
        <source>The folder for sample projects cannot be made.</source>
        <translation>Der Ordner für Beispielprojekte lässt sich nicht anlegen.</translation>
    </message>
    <message>
        <source>The sample project cannot be put in place.</source>
        <translation>Das Beispielprojekt lässt sich nicht an seinen Platz bringen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ScoreChart</name>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>Few-shot F1 before and after</source>
        <translation>Few-Shot-F1 vorher und nachher</translation>
    </message>
    <message>
        <source>mentions per type</source>
        <translation>Erwähnungen je Typ</translation>
    </message>
    <message>
        <source>strict micro F1</source>
        <translation>strenges Mikro-F1</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SearchHitModel</name>
    <message>
        <source>%1, in %2, not labelled</source>
        <translation>%1, in %2, nicht annotiert</translation>
    </message>
    <message>
        <source>%1, in %2, suggested as %3, score %4</source>
        <translation>%1, in %2, vorgeschlagen als %3, Score %4</translation>
    </message>
    <message>
        <source>%1, in %2, labelled as %3</source>
        <translation>%1, in %2, annotiert als %3</translation>
    </message>
    <message>
        <source>%1, begins with %2</source>
        <translation>%1, beginnt mit %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SearchPanel</name>
    <message>
        <source>Save this search…</source>
        <translation>Diese Suche merken&#xa0;…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Save this search</source>
        <translation>Diese Suche merken</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type words, “a phrase”, or choose what labels to look for.</source>
        <translation>Geben Sie Wörter oder „eine Wortfolge“ ein, oder wählen Sie, nach welchen Annotationen gesucht wird.</translation>
    </message>
    <message>
        <source>Type what to look for where no label is.</source>
        <translation>Geben Sie ein, was dort gesucht wird, wo nichts annotiert ist.</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>Suche läuft&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s), searching on…</source>
        <translation>
            <numerusform>%Ln Stelle, Suche läuft weiter&#xa0;…</numerusform>
            <numerusform>%Ln Stellen, Suche läuft weiter&#xa0;…</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln Dokument</numerusform>
            <numerusform>%1 in %Ln Dokumenten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle</numerusform>
            <numerusform>%Ln Stellen</numerusform>
        </translation>
    </message>
    <message>
        <source>first %1; more when you scroll on</source>
        <translation>zunächst %1; mehr beim Weiterblättern</translation>
    </message>
    <message>
        <source>%1 · ↵ opens, a type&apos;s key labels here</source>
        <translation>%1 · ↵ öffnet, die Taste eines Typs annotiert hier</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search the project…</source>
        <translation>Projekt durchsuchen&#xa0;…</translation>
    </message>
    <message>
        <source>Search the project</source>
        <translation>Projekt durchsuchen</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Capital and small letters differ</source>
        <translation>Groß- und Kleinbuchstaben unterscheiden</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gemerkt</translation>
    </message>
    <message>
        <source>close</source>
        <translation>schließen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>label</source>
        <translation>Annotation</translation>
    </message>
    <message>
        <source>origin</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>annotator</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>labelled</source>
        <translation>annotiert</translation>
    </message>
    <message>
        <source>Lowest score of a suggestion</source>
        <translation>Niedrigster Score eines Vorschlags</translation>
    </message>
    <message>
        <source>Highest score of a suggestion</source>
        <translation>Höchster Score eines Vorschlags</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Erster Tag</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>clear all</source>
        <translation>alles leeren</translation>
    </message>
    <message>
        <source>Clear the search and all filters</source>
        <translation>Suche und alle Filter leeren</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>Gefundene Stellen</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>vorgeschlagen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>von Hand</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importiert</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>letzte 7 Tage</translation>
    </message>
    <message>
        <source>last 30 days</source>
        <translation>letzte 30 Tage</translation>
    </message>
    <message>
        <source>between…</source>
        <translation>zwischen&#xa0;…</translation>
    </message>
    <message>
        <source>a removed type</source>
        <translation>ein entfernter Typ</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SettingsDialog</name>
    <message>
        <source>Starting it…</source>
        <translation>Wird gestartet&#xa0;…</translation>
    </message>
    <message>
        <source>It answers: version %1, devices: %2.</source>
        <translation>Er antwortet: Version %1, Geräte: %2.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>SPANWISE_ANNOTATOR says who labels.</source>
        <translation>SPANWISE_ANNOTATOR sagt, wer annotiert.</translation>
    </message>
    <message>
        <source>It stands in the history beside what you decide from now on.</source>
        <translation>Er steht im Verlauf bei dem, was Sie von jetzt an entscheiden.</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Line &amp;patterns besides colours tell types apart</source>
        <translation>Typen auch durch &amp;Linienmuster unterscheiden</translation>
    </message>
    <message>
        <source>Labelling</source>
        <translation>Annotieren</translation>
    </message>
    <message>
        <source>Leave &amp;white space and marks out at the edges of labels</source>
        <translation>L&amp;eerraum und Satzzeichen an den Rändern weglassen</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Tasten&#xa0;…</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>T&amp;ry it</source>
        <translation>P&amp;robieren</translation>
    </message>
    <message>
        <source>W&amp;orker</source>
        <translation>&amp;Hintergrundprozess</translation>
    </message>
    <message>
        <source>SPANWISE_WORKER says which command learns.</source>
        <translation>SPANWISE_WORKER sagt, welcher Befehl lernt.</translation>
    </message>
    <message>
        <source>The command that learns. “ssh gpu-box spanwise-cli worker” lets another computer do it; the texts of the project are sent there.</source>
        <translation>Der Befehl, der lernt. „ssh gpu-box spanwise-cli worker“ lässt einen anderen Rechner lernen; die Texte des Projekts werden dorthin gesendet.</translation>
    </message>
    <message>
        <source>&amp;Colour Markdown, JSON, logs and code by their syntax</source>
        <translation>Markdown, JSON, Protokolle und &amp;Code nach ihrer Syntax einfärben</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ShareDialog</name>
    <message>
        <source>Share documents out</source>
        <translation>Dokumente verteilen</translation>
    </message>
    <message>
        <source>ada, ben, cy</source>
        <translation>ada, ben, cy</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen&#xa0;…</translation>
    </message>
    <message>
        <source> % of the documents</source>
        <translation>&#xa0;% der Dokumente</translation>
    </message>
    <message>
        <source>By these it can be told how far the annotators agree</source>
        <translation>An ihnen zeigt sich, wie weit sich die Annotierenden einig sind</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>new ones</source>
        <translation>neue</translation>
    </message>
    <message>
        <source>those in progress</source>
        <translation>die in Arbeit</translation>
    </message>
    <message>
        <source>done ones</source>
        <translation>fertige</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>ohne Grenze</translation>
    </message>
    <message>
        <source>The project&apos;s &amp;labels go along, to be checked</source>
        <translation>Annotationen des &amp;Projekts mitgeben, zum Prüfen</translation>
    </message>
    <message>
        <source>&amp;Annotators</source>
        <translation>&amp;Annotierende</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>To &amp;everybody</source>
        <translation>An a&amp;lle</translation>
    </message>
    <message>
        <source>&amp;Documents</source>
        <translation>&amp;Dokumente</translation>
    </message>
    <message>
        <source>At &amp;most</source>
        <translation>&amp;Höchstens</translation>
    </message>
    <message>
        <source>Progress of the files</source>
        <translation>Fortschritt der Dateien</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Write the files</source>
        <translation>Dateien schreiben</translation>
    </message>
    <message>
        <source>Folder for the files</source>
        <translation>Ordner für die Dateien</translation>
    </message>
    <message>
        <source>There is no such document in the project.</source>
        <translation>Solche Dokumente hat das Projekt nicht.</translation>
    </message>
    <message>
        <source>Names parted by commas. Each gets a file of that name, with the project&apos;s types, notes and patterns.</source>
        <translation>Namen, durch Kommas getrennt. Jede Person erhält eine Datei dieses Namens mit den Typen, Hinweisen und Mustern des Projekts.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>annotator: number of documents</comment>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) go to everybody.</source>
        <translation>
            <numerusform>%Ln Dokument geht an alle.</numerusform>
            <numerusform>%Ln Dokumente gehen an alle.</numerusform>
        </translation>
    </message>
    <message>
        <source>Documents:</source>
        <translation>Dokumente:</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ShortcutsDialog</name>
    <message>
        <source>Entity types</source>
        <translation>Entitätstypen</translation>
    </message>
    <message>
        <source>Label as “%1”</source>
        <translation>Als „%1“ annotieren</translation>
    </message>
    <message>
        <source>%1, no key</source>
        <translation>%1, ohne Taste</translation>
    </message>
    <message>
        <source>%1, key %2</source>
        <translation>%1, Taste %2</translation>
    </message>
    <message>
        <source>Nothing has “%1” in its name or as its key.</source>
        <translation>Nichts hat „%1“ im Namen oder als Taste.</translation>
    </message>
    <message>
        <source>Press the new key for “%1”. Escape leaves it as it is.</source>
        <translation>Drücken Sie die neue Taste für „%1“. Esc lässt alles, wie es ist.</translation>
    </message>
    <message>
        <source>%1 is needed for moving in the text. Press another key.</source>
        <translation>%1 wird zum Bewegen im Text gebraucht. Drücken Sie eine andere Taste.</translation>
    </message>
    <message>
        <source>the entity type “%1”</source>
        <translation>der Entitätstyp „%1“</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would have no such key any more.</source>
        <translation>%1 gehört schon: %2. Dort fiele die Taste weg.</translation>
    </message>
    <message>
        <source>“%1” has %2 now.</source>
        <translation>„%1“ hat jetzt %2.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Search by what it does, or by key</source>
        <translation>Nach Funktion oder Taste suchen</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>Tasten suchen</translation>
    </message>
    <message>
        <source>Take it over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>All keys are the usual ones again.</source>
        <translation>Alle Tasten sind wieder die üblichen.</translation>
    </message>
    <message numerus="yes">
        <source>The usual keys include those of %Ln entity type(s), which would have none any more: %1.</source>
        <translation>
            <numerusform>Zu den üblichen Tasten gehört die von %Ln Entitätstyp, der dann keine mehr hätte: %1.</numerusform>
            <numerusform>Zu den üblichen Tasten gehören die von %Ln Entitätstypen, die dann keine mehr hätten: %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” has no key now.</source>
        <translation>„%1“ hat jetzt keine Taste.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SimilarPanel</name>
    <message>
        <source>%1, in %2, similarity %3</source>
        <translation>%1, in %2, Ähnlichkeit %3</translation>
    </message>
    <message>
        <source>Similar places</source>
        <translation>Ähnliche Stellen</translation>
    </message>
    <message>
        <source>close</source>
        <translation>schließen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Close the similar places</source>
        <translation>Ähnliche Stellen schließen</translation>
    </message>
    <message>
        <source>Similar to “%1”</source>
        <translation>Ähnlich wie „%1“</translation>
    </message>
    <message>
        <source>waiting for the worker…</source>
        <translation>wartet auf den Hintergrundprozess&#xa0;…</translation>
    </message>
    <message>
        <source>reading the documents…</source>
        <translation>Dokumente werden gelesen&#xa0;…</translation>
    </message>
    <message>
        <source>reading the documents… %1 %</source>
        <translation>Dokumente werden gelesen&#xa0;… %1&#xa0;%</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>Suche läuft&#xa0;…</translation>
    </message>
    <message>
        <source>nothing else is like it</source>
        <translation>sonst ist nichts ähnlich</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SimilarityController</name>
    <message>
        <source>The worker is of an older Spanwise and cannot search by meaning.</source>
        <translation>Der Hintergrundprozess stammt aus einem älteren Spanwise und kann nicht nach Bedeutung suchen.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::StatusStrip</name>
    <message>
        <source>Worker</source>
        <translation>Hintergrundprozess</translation>
    </message>
    <message>
        <source>The worker&apos;s log</source>
        <translation>Protokoll des Hintergrundprozesses</translation>
    </message>
    <message>
        <source>Open the worker&apos;s log</source>
        <translation>Protokoll des Hintergrundprozesses öffnen</translation>
    </message>
    <message>
        <source>read-only: nothing is learned</source>
        <translation>schreibgeschützt: nichts wird gelernt</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>label or accept a few to start</source>
        <translation>zu Beginn einige annotieren oder annehmen</translation>
    </message>
    <message>
        <source>new labels</source>
        <translation>neue Annotationen</translation>
    </message>
    <message>
        <source>learning</source>
        <translation>lernt</translation>
    </message>
    <message>
        <source>learning thoroughly</source>
        <translation>lernt gründlich</translation>
    </message>
    <message>
        <source>suggesting</source>
        <translation>schlägt vor</translation>
    </message>
    <message>
        <source>suggesting from the type names</source>
        <translation>schlägt anhand der Typnamen vor</translation>
    </message>
    <message>
        <source>keeping the model</source>
        <translation>sichert das Modell</translation>
    </message>
    <message>
        <source>checking how good it is</source>
        <translation>prüft, wie gut es ist</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>aktuell</translation>
    </message>
    <message>
        <source>the worker stopped and is started again; no label is lost</source>
        <translation>der Hintergrundprozess brach ab und wird neu gestartet; keine Annotation geht verloren</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>worker</source>
        <translation>Hintergrundprozess</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1&#xa0;s</translation>
    </message>
    <message numerus="yes">
        <source>learned %1 of %Ln label(s)</source>
        <translation>
            <numerusform>%1 von %Ln Annotation gelernt</numerusform>
            <numerusform>%1 von %Ln Annotationen gelernt</numerusform>
        </translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1&#xa0;min</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>vor %1&#xa0;h</translation>
    </message>
    <message>
        <source>Learned %1</source>
        <translation>Gelernt: %1</translation>
    </message>
    <message>
        <source>restarted once</source>
        <translation>einmal neu gestartet</translation>
    </message>
    <message numerus="yes">
        <source>restarted %Ln time(s)</source>
        <translation>
            <numerusform>%Ln-mal neu gestartet</numerusform>
            <numerusform>%Ln-mal neu gestartet</numerusform>
        </translation>
    </message>
    <message>
        <source>Worker %1: open its log</source>
        <translation>Hintergrundprozess %1: Protokoll öffnen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) / h</source>
        <translation>
            <numerusform>%Ln Annotation/h</numerusform>
            <numerusform>%Ln Annotationen/h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>learned from %1 of %Ln document(s)</source>
        <translation>
            <numerusform>aus %1 von %Ln Dokument gelernt</numerusform>
            <numerusform>aus %1 von %Ln Dokumenten gelernt</numerusform>
        </translation>
    </message>
    <message>
        <source>A model learns from a limited number of documents: those decided last, and of each type as many as of the others. “spanwise-cli train” learns from all of them.</source>
        <translation>Ein Modell lernt aus einer begrenzten Zahl von Dokumenten: den zuletzt entschiedenen und von jedem Typ so vielen wie von den anderen. „spanwise-cli train“ lernt aus allen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln note(s)</source>
        <translation>
            <numerusform>%Ln Hinweis</numerusform>
            <numerusform>%Ln Hinweise</numerusform>
        </translation>
    </message>
    <message>
        <source>held out: no suggestions</source>
        <translation>zurückgehalten: keine Vorschläge</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ThinProgress</name>
    <message>
        <source>Learning progress</source>
        <translation>Lernfortschritt</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Tour</name>
    <message>
        <source>There is no worker here to learn.</source>
        <translation>Hier ist kein Hintergrundprozess, der lernt.</translation>
    </message>
    <message>
        <source>The worker does not run.</source>
        <translation>Der Hintergrundprozess läuft nicht.</translation>
    </message>
    <message>
        <source>The project is read-only, so nothing is learned.</source>
        <translation>Das Projekt ist schreibgeschützt, deshalb wird nichts gelernt.</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>Label some words</source>
        <translation>Einige Wörter annotieren</translation>
    </message>
    <message>
        <source>Drag over words in the text, or go there with the arrow keys. Then press the digit of a type.</source>
        <translation>Ziehen Sie über Wörter im Text, oder gehen Sie mit den Pfeiltasten hin. Drücken Sie dann die Ziffer eines Typs.</translation>
    </message>
    <message>
        <source>Watch it learn</source>
        <translation>Beim Lernen zusehen</translation>
    </message>
    <message>
        <source>%1 Your labels are kept all the same; skip this step.</source>
        <translation>%1 Ihre Annotationen bleiben trotzdem erhalten; überspringen Sie diesen Schritt.</translation>
    </message>
    <message>
        <source>Nothing to press. Down here the model takes in what you labelled, in a few seconds. Then its suggestions appear in the text, dashed.</source>
        <translation>Hier ist nichts zu drücken. Unten nimmt das Modell in wenigen Sekunden auf, was Sie annotiert haben. Dann erscheinen seine Vorschläge gestrichelt im Text.</translation>
    </message>
    <message>
        <source>Take or refuse a suggestion</source>
        <translation>Einen Vorschlag annehmen oder ablehnen</translation>
    </message>
    <message>
        <source>None shows in this document now. Show less certain ones with the first key, go to another document with the second, or skip.</source>
        <translation>In diesem Dokument ist gerade keiner zu sehen. Zeigen Sie mit der ersten Taste weniger sichere, gehen Sie mit der zweiten zu einem anderen Dokument, oder überspringen Sie den Schritt.</translation>
    </message>
    <message>
        <source>%1 goes to the next dashed suggestion. %2 makes it a label, %3 refuses it; the model learns from both.</source>
        <translation>%1 geht zum nächsten gestrichelten Vorschlag. %2 macht ihn zur Annotation, %3 lehnt ihn ab; das Modell lernt aus beidem.</translation>
    </message>
    <message>
        <source>On to the next document</source>
        <translation>Weiter zum nächsten Dokument</translation>
    </message>
    <message>
        <source>%1 says that all is labelled here, and opens the document that helps most. What is unlabelled in it teaches the model too.</source>
        <translation>%1 sagt, dass hier alles annotiert ist, und öffnet das Dokument, das am meisten hilft. Auch was darin nicht annotiert ist, lehrt das Modell.</translation>
    </message>
    <message>
        <source>Many at once, and out again</source>
        <translation>Viele auf einmal, und wieder hinaus</translation>
    </message>
    <message>
        <source>Triage asks about one suggestion at a time, a key each. Export writes CoNLL or JSONL. Open one of them.</source>
        <translation>Die Sichtung fragt nach einem Vorschlag nach dem anderen, mit je einer Taste. Der Export schreibt CoNLL oder JSONL. Öffnen Sie eines von beiden.</translation>
    </message>
    <message>
        <source>The end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>That is the tour</source>
        <translation>Das war die Tour</translation>
    </message>
    <message>
        <source>Go on with this sample, or begin your own project. The last key lists all keys.</source>
        <translation>Fahren Sie mit diesem Beispiel fort, oder beginnen Sie ein eigenes Projekt. Die letzte Taste listet alle Tasten auf.</translation>
    </message>
    <message>
        <source>The project cannot be written just now. Wait, or skip this step.</source>
        <translation>Das Projekt kann gerade nicht geschrieben werden. Warten Sie, oder überspringen Sie diesen Schritt.</translation>
    </message>
    <message>
        <source>To the Label page</source>
        <translation>Zur Seite „Annotieren“</translation>
    </message>
    <message>
        <source>This step is on the Label page.</source>
        <translation>Dieser Schritt ist auf der Seite „Annotieren“.</translation>
    </message>
    <message>
        <source>Drag over words in the text, or go there with → and take more with ⇧→. Then press a digit: %1 labels them as %2.</source>
        <translation>Ziehen Sie über Wörter im Text, oder gehen Sie mit → hin und nehmen Sie mit ⇧→ weitere dazu. Drücken Sie dann eine Ziffer: %1 annotiert sie als %2.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TourCard</name>
    <message>
        <source>&amp;Go there</source>
        <translation>Hin&amp;gehen</translation>
    </message>
    <message>
        <source>S&amp;kip step</source>
        <translation>Schritt ü&amp;berspringen</translation>
    </message>
    <message>
        <source>End &amp;tour</source>
        <translation>&amp;Tour beenden</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>Tour, %1: %2</source>
        <translation>Tour, %1: %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TrashDialog</name>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Nothing is ever deleted. What you restore comes back with its labels.</source>
        <translation>Nichts wird je gelöscht. Was Sie wiederherstellen, kommt mit seinen Annotationen zurück.</translation>
    </message>
    <message>
        <source>Removed documents and entity types</source>
        <translation>Entfernte Dokumente und Entitätstypen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Entity type “%1”</source>
        <translation>Entitätstyp „%1“</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TriageController</name>
    <message>
        <source>No occurrence is ticked.</source>
        <translation>Kein Vorkommen ist angehakt.</translation>
    </message>
    <message>
        <source>Tick one, or press Space for later.</source>
        <translation>Haken Sie eines an, oder drücken Sie die Leertaste für später.</translation>
    </message>
    <message>
        <source>Reject “%1”</source>
        <translation>„%1“ ablehnen</translation>
    </message>
    <message numerus="yes">
        <source>Reject “%1” in %Ln place(s)</source>
        <translation>
            <numerusform>„%1“ an %Ln Stelle ablehnen</numerusform>
            <numerusform>„%1“ an %Ln Stellen ablehnen</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept “%1” as %2</source>
        <translation>„%1“ als %2 annehmen</translation>
    </message>
    <message numerus="yes">
        <source>Accept “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>„%1“ an %Ln Stelle als %2 annehmen</numerusform>
            <numerusform>„%1“ an %Ln Stellen als %2 annehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” is decided already.</source>
        <translation>„%1“ ist schon entschieden.</translation>
    </message>
    <message>
        <source>These places were labelled meanwhile.</source>
        <translation>Diese Stellen wurden inzwischen annotiert.</translation>
    </message>
    <message>
        <source>This is the last one.</source>
        <translation>Das ist die letzte.</translation>
    </message>
    <message>
        <source>Accept it or reject it, or leave it.</source>
        <translation>Nehmen Sie sie an, lehnen Sie sie ab, oder lassen Sie sie.</translation>
    </message>
    <message>
        <source>Something else was changed since.</source>
        <translation>Seitdem wurde etwas anderes geändert.</translation>
    </message>
    <message>
        <source>Undo takes one step after the other back.</source>
        <translation>„Rückgängig“ nimmt einen Schritt nach dem anderen zurück.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TriagePage</name>
    <message>
        <source>Triage</source>
        <translation>Sichtung</translation>
    </message>
    <message>
        <source>Show the place before</source>
        <translation>Vorherige Stelle zeigen</translation>
    </message>
    <message>
        <source>Show the next place</source>
        <translation>Nächste Stelle zeigen</translation>
    </message>
    <message>
        <source>exceptions</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>List the places, to leave some out</source>
        <translation>Stellen auflisten, um einige auszunehmen</translation>
    </message>
    <message>
        <source>Places that the decision is about</source>
        <translation>Stellen, um die es bei der Entscheidung geht</translation>
    </message>
    <message>
        <source>accept</source>
        <translation>annehmen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>reject</source>
        <translation>ablehnen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>later</source>
        <translation>später</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Später entscheiden</translation>
    </message>
    <message>
        <source>back</source>
        <translation>zurück</translation>
    </message>
    <message>
        <source>Back to the one before, undoing the decision</source>
        <translation>Zurück zur vorigen, ihre Entscheidung rückgängig machen</translation>
    </message>
    <message>
        <source>open</source>
        <translation>öffnen</translation>
    </message>
    <message>
        <source>Open the document there</source>
        <translation>Dokument an dieser Stelle öffnen</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Accept as %1</source>
        <translation>Als %1 annehmen</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln Dokument</numerusform>
            <numerusform>%1 in %Ln Dokumenten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln Stelle</numerusform>
            <numerusform>%Ln Stellen</numerusform>
        </translation>
    </message>
    <message>
        <source>found by a pattern</source>
        <translation>von einem Muster gefunden</translation>
    </message>
    <message>
        <source>score %1</source>
        <translation>Score %1</translation>
    </message>
    <message>
        <source>scores %1 to %2, mean %3</source>
        <translation>Scores %1 bis %2, Mittel %3</translation>
    </message>
    <message>
        <source>a guess from the type&apos;s name</source>
        <translation>aus dem Namen des Typs geraten</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>%1 of %2 · %3</source>
        <translation>%1 von %2 · %3</translation>
    </message>
    <message>
        <source>%1, suggested as %2; %3. %4</source>
        <translation>%1, vorgeschlagen als %2; %3. %4</translation>
    </message>
    <message>
        <source>Space takes a tick off: that place is left for later.</source>
        <translation>Die Leertaste entfernt einen Haken: Diese Stelle bleibt für später.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are left for later.</source>
        <translation>
            <numerusform>%Ln Stelle bleibt für später.</numerusform>
            <numerusform>%Ln Stellen bleiben für später.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more that are not listed are decided with them.</source>
        <translation>
            <numerusform>%Ln weitere, nicht aufgelistete wird mit entschieden.</numerusform>
            <numerusform>%Ln weitere, nicht aufgelistete werden mit entschieden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln decision(s) left</source>
        <translation>
            <numerusform>noch %Ln Entscheidung</numerusform>
            <numerusform>noch %Ln Entscheidungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 (%Ln suggestion(s))</source>
        <translation>
            <numerusform>%1 (%Ln Vorschlag)</numerusform>
            <numerusform>%1 (%Ln Vorschläge)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 made (%Ln suggestion(s))</source>
        <translation>
            <numerusform>%1 getroffen (%Ln Vorschlag)</numerusform>
            <numerusform>%1 getroffen (%Ln Vorschläge)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 made</source>
        <translation>%1 getroffen</translation>
    </message>
    <message>
        <source>%1 for later</source>
        <translation>%1 für später</translation>
    </message>
    <message>
        <source>%1 a minute</source>
        <translation>%1 je Minute</translation>
    </message>
    <message>
        <source>scores above %1</source>
        <translation>Scores über %1</translation>
    </message>
    <message>
        <source>Collecting suggestions…</source>
        <translation>Vorschläge werden gesammelt&#xa0;…</translation>
    </message>
    <message>
        <source>No documents yet</source>
        <translation>Noch keine Dokumente</translation>
    </message>
    <message>
        <source>Import some, label a few words, and decide here about what is found in the rest.</source>
        <translation>Importieren Sie Dokumente, annotieren Sie einige Wörter, und entscheiden Sie hier über das, was in den übrigen gefunden wird.</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren&#xa0;…</translation>
    </message>
    <message>
        <source>All is decided</source>
        <translation>Alles ist entschieden</translation>
    </message>
    <message>
        <source>Read documents</source>
        <translation>Dokumente lesen</translation>
    </message>
    <message>
        <source>Nothing here is that certain</source>
        <translation>So sicher ist hier nichts</translation>
    </message>
    <message>
        <source>No suggestions yet</source>
        <translation>Noch keine Vorschläge</translation>
    </message>
    <message>
        <source>Label documents</source>
        <translation>Dokumente annotieren</translation>
    </message>
    <message>
        <source>No entity types yet</source>
        <translation>Noch keine Entitätstypen</translation>
    </message>
    <message>
        <source>%1 shows less certain ones.</source>
        <translation>%1 zeigt weniger sichere.</translation>
    </message>
    <message>
        <source>Name a kind of thing to find on the Label page. What is then suggested in the documents is decided here.</source>
        <translation>Benennen Sie auf der Seite „Annotieren“, was gefunden werden soll. Was dann in den Dokumenten vorgeschlagen wird, entscheiden Sie hier.</translation>
    </message>
    <message>
        <source>Suggestions that come now wait for you here. Meanwhile read a document whole, and mark it done: what is missing from all suggestions is found only there.</source>
        <translation>Neue Vorschläge warten hier auf Sie. Lesen Sie inzwischen ein Dokument ganz und kennzeichnen Sie es als fertig: Nur so findet sich, was in allen Vorschlägen fehlt.</translation>
    </message>
    <message>
        <source>There are suggestions, but in documents that are done, or with scores below %1.</source>
        <translation>Es gibt Vorschläge, aber in fertigen Dokumenten oder mit Scores unter %1.</translation>
    </message>
    <message>
        <source>Label a few words in a document: the model learns from them and proposes more. Here you then decide about each string once, wherever it stands: one key accepts, one rejects.</source>
        <translation>Annotieren Sie einige Wörter in einem Dokument: Das Modell lernt daraus und schlägt mehr vor. Hier entscheiden Sie dann über jede Wortfolge nur einmal, wo immer sie steht: eine Taste nimmt an, eine lehnt ab.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypeDialog</name>
    <message>
        <source>Colour %1</source>
        <translation>Farbe %1</translation>
    </message>
    <message>
        <source>A type needs a name.</source>
        <translation>Ein Typ braucht einen Namen.</translation>
    </message>
    <message>
        <source>The key “%1” means “%2”. Choose another one.</source>
        <translation>Die Taste „%1“ bedeutet „%2“. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>There is a type “%1” already.</source>
        <translation>Den Typ „%1“ gibt es schon.</translation>
    </message>
    <message>
        <source>The key “%1” belongs to “%2” already.</source>
        <translation>Die Taste „%1“ gehört schon zu „%2“.</translation>
    </message>
    <message>
        <source>New entity type</source>
        <translation>Neuer Entitätstyp</translation>
    </message>
    <message>
        <source>Edit entity type</source>
        <translation>Entitätstyp bearbeiten</translation>
    </message>
    <message>
        <source>drug, side effect, court …</source>
        <translation>Medikament, Nebenwirkung, Gericht&#xa0;…</translation>
    </message>
    <message>
        <source>Another colour…</source>
        <translation>Andere Farbe&#xa0;…</translation>
    </message>
    <message>
        <source>Another colour</source>
        <translation>Andere Farbe</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>Andere&#xa0;…</translation>
    </message>
    <message>
        <source>Colour of the type</source>
        <translation>Farbe des Typs</translation>
    </message>
    <message>
        <source>labels the selected words; may be empty</source>
        <translation>annotiert die ausgewählten Wörter; darf leer bleiben</translation>
    </message>
    <message>
        <source>Add type</source>
        <translation>Typ hinzufügen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Description</source>
        <translation>&amp;Beschreibung</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>&amp;Taste</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>What it is, in a phrase. The model reads this with the name.</source>
        <translation>Was es ist, in wenigen Worten. Das Modell liest das mit dem Namen.</translation>
    </message>
    <message>
        <source>For people: what counts and what does not, the doubtful cases, how far a label reaches. It stands beside the examples while you label.</source>
        <translation>Für Menschen: was zählt und was nicht, die Zweifelsfälle, wie weit eine Annotation reicht. Sie steht beim Annotieren neben den Beispielen.</translation>
    </message>
    <message>
        <source>&amp;Guideline</source>
        <translation>&amp;Richtlinie</translation>
    </message>
    <message>
        <source>Guideline</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>The new name goes to %1 and %2; Undo brings the old one back.</source>
        <translation>Der neue Name gilt dann für %1 und %2; Rückgängig bringt den alten zurück.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln Annotation</numerusform>
            <numerusform>%Ln Annotationen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln Vorschlag</numerusform>
            <numerusform>%Ln Vorschläge</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypeModel</name>
    <message numerus="yes">
        <source>%1, %Ln label(s)</source>
        <translation>
            <numerusform>%1, %Ln Annotation</numerusform>
            <numerusform>%1, %Ln Annotationen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1, key %2</source>
        <translation>%1, Taste %2</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypeNamesDialog</name>
    <message>
        <source>Type names of %1</source>
        <translation>Typnamen von %1</translation>
    </message>
    <message>
        <source>An encoder learns from what a concept is called: write tags out (“PER” as “person”). A type without a tick is left out.</source>
        <translation>Ein Encoder lernt daraus, wie ein Konzept heißt: Schreiben Sie Tags aus („PER“ als „Person“). Ein Typ ohne Haken wird ausgelassen.</translation>
    </message>
    <message>
        <source>Types and their names as concepts</source>
        <translation>Typen und ihre Namen als Konzepte</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>In der Datei</translation>
    </message>
    <message>
        <source>Concept</source>
        <translation>Konzept</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypesPanel</name>
    <message>
        <source>Show suggestions from %1</source>
        <translation>Vorschläge zeigen ab %1</translation>
    </message>
    <message>
        <source>Entity types</source>
        <translation>Entitätstypen</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>Wonach suchen Sie?</translation>
    </message>
    <message>
        <source>Name a kind of thing to find, such as “drug” or “court”. Then select words in the text and press the type&apos;s key.</source>
        <translation>Benennen Sie, was gefunden werden soll, etwa „Medikament“ oder „Gericht“. Wählen Sie dann Wörter im Text aus und drücken Sie die Taste des Typs.</translation>
    </message>
    <message>
        <source>+ add type…</source>
        <translation>+ Typ hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Add type</source>
        <translation>Typ hinzufügen</translation>
    </message>
    <message>
        <source>Show suggestions from</source>
        <translation>Vorschläge zeigen ab</translation>
    </message>
    <message>
        <source>How certain a suggestion must be to be shown</source>
        <translation>Wie sicher ein Vorschlag sein muss, um gezeigt zu werden</translation>
    </message>
    <message>
        <source>accept all</source>
        <translation>alle annehmen</translation>
    </message>
    <message>
        <source>Occurrences in this project</source>
        <translation>Vorkommen in diesem Projekt</translation>
    </message>
    <message>
        <source>Label the selection</source>
        <translation>Auswahl annotieren</translation>
    </message>
    <message>
        <source>Label every selection</source>
        <translation>Jede Auswahl annotieren</translation>
    </message>
    <message>
        <source>Edit type…</source>
        <translation>Typ bearbeiten&#xa0;…</translation>
    </message>
    <message>
        <source>Merge into another type…</source>
        <translation>Mit anderem Typ zusammenführen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove type…</source>
        <translation>Typ entfernen&#xa0;…</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>none here</source>
        <translation>hier keine</translation>
    </message>
    <message>
        <source>%1 of %2 shown</source>
        <translation>%1 von %2 gezeigt</translation>
    </message>
    <message>
        <source>%1 · %2 in project</source>
        <translation>%1 · %2 im Projekt</translation>
    </message>
    <message>
        <source>accept all %1</source>
        <translation>alle %1 annehmen</translation>
    </message>
    <message>
        <source>“%1” in this project</source>
        <translation>„%1“ in diesem Projekt</translation>
    </message>
    <message>
        <source>Read the guideline</source>
        <translation>Richtlinie lesen</translation>
    </message>
    <message>
        <source>Nowhere else.</source>
        <translation>Sonst nirgends.</translation>
    </message>
    <message>
        <source>Not found in two seconds.</source>
        <translation>In zwei Sekunden nicht gefunden.</translation>
    </message>
    <message numerus="yes">
        <source>At least %Ln place(s).</source>
        <translation>
            <numerusform>Mindestens %Ln Stelle.</numerusform>
            <numerusform>Mindestens %Ln Stellen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ViewKeys</name>
    <message>
        <source>Accept the suggestion</source>
        <translation>Vorschlag annehmen</translation>
    </message>
    <message>
        <source>Reject the suggestion</source>
        <translation>Vorschlag ablehnen</translation>
    </message>
    <message>
        <source>Accept all that are shown</source>
        <translation>Alle angezeigten annehmen</translation>
    </message>
    <message>
        <source>Go to the next suggestion</source>
        <translation>Zum nächsten Vorschlag</translation>
    </message>
    <message>
        <source>Go to the previous suggestion</source>
        <translation>Zum vorherigen Vorschlag</translation>
    </message>
    <message>
        <source>Focus the label at the selection</source>
        <translation>Annotation an der Auswahl fokussieren</translation>
    </message>
    <message>
        <source>Focus the next label or suggestion</source>
        <translation>Nächste Annotation oder nächsten Vorschlag fokussieren</translation>
    </message>
    <message>
        <source>Focus the previous label or suggestion</source>
        <translation>Vorherige Annotation oder vorherigen Vorschlag fokussieren</translation>
    </message>
    <message>
        <source>Begin a word earlier</source>
        <translation>Ein Wort früher beginnen</translation>
    </message>
    <message>
        <source>Begin a word later</source>
        <translation>Ein Wort später beginnen</translation>
    </message>
    <message>
        <source>End a word earlier</source>
        <translation>Ein Wort früher enden</translation>
    </message>
    <message>
        <source>End a word later</source>
        <translation>Ein Wort später enden</translation>
    </message>
    <message>
        <source>Remove the label</source>
        <translation>Annotation entfernen</translation>
    </message>
    <message>
        <source>Mark the label for a change of several</source>
        <translation>Annotation markieren, um mehrere zu ändern</translation>
    </message>
    <message>
        <source>Mark all of the same type, or all</source>
        <translation>Alle des gleichen Typs markieren, oder alle</translation>
    </message>
    <message>
        <source>Label every selection as the type used last</source>
        <translation>Jede Auswahl mit dem letzten Typ annotieren</translation>
    </message>
    <message>
        <source>Done, and on to the next</source>
        <translation>Fertig und weiter</translation>
    </message>
    <message>
        <source>Go to the next document</source>
        <translation>Zum nächsten Dokument</translation>
    </message>
    <message>
        <source>Go to the previous document</source>
        <translation>Zum vorherigen Dokument</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>Normale Schriftgröße</translation>
    </message>
    <message>
        <source>Ctrl</source>
        <translation>Strg</translation>
    </message>
    <message>
        <source>Alt</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>Meta</source>
        <translation>Meta</translation>
    </message>
    <message>
        <source>Begin a character earlier</source>
        <translation>Ein Zeichen früher beginnen</translation>
    </message>
    <message>
        <source>Begin a character later</source>
        <translation>Ein Zeichen später beginnen</translation>
    </message>
    <message>
        <source>End a character earlier</source>
        <translation>Ein Zeichen früher enden</translation>
    </message>
    <message>
        <source>End a character later</source>
        <translation>Ein Zeichen später enden</translation>
    </message>
    <message>
        <source>Give the label&apos;s words another type as well</source>
        <translation>Den Wörtern einen weiteren Typ geben</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Spanwise</source>
        <translation>Spanwise</translation>
    </message>
    <message>
        <source>Label a few, watch it learn, check the rest.</source>
        <translation>Wenige Beispiele annotieren, beim Lernen zusehen, den Rest prüfen.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>Neues Projekt&#xa0;…</translation>
    </message>
    <message>
        <source>name your entity types, import texts</source>
        <translation>Entitätstypen benennen, Texte importieren</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>Projekt öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>a .spanwise file, or drop it here</source>
        <translation>eine .spanwise-Datei, oder hierher ziehen</translation>
    </message>
    <message>
        <source>Try a sample</source>
        <translation>Ein Beispiel ausprobieren</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Take the tour</source>
        <translation>Tour beginnen</translation>
    </message>
    <message>
        <source>five steps on a sample, two minutes</source>
        <translation>fünf Schritte an einem Beispiel, zwei Minuten</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::WorkerClient</name>
    <message>
        <source>The worker speaks version %1 of the protocol, this app version %2. Install both from one release.</source>
        <translation>Der Hintergrundprozess spricht Version %1 des Protokolls, dieses Programm Version %2. Installieren Sie beide aus derselben Version.</translation>
    </message>
    <message>
        <source>The worker stopped suddenly.</source>
        <translation>Der Hintergrundprozess brach plötzlich ab.</translation>
    </message>
    <message>
        <source>The worker ended with exit code %1.</source>
        <translation>Der Hintergrundprozess endete mit Exitcode %1.</translation>
    </message>
    <message>
        <source>The worker was stopped.</source>
        <translation>Der Hintergrundprozess wurde angehalten.</translation>
    </message>
    <message>
        <source>The worker is not running.</source>
        <translation>Der Hintergrundprozess läuft nicht.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>The worker cannot be started (%1: %2). Install spanwise-cli beside spanwise, or name another command in Edit ▸ Settings.</source>
        <translation>Der Hintergrundprozess kann nicht gestartet werden (%1: %2). Installieren Sie spanwise-cli neben spanwise, oder nennen Sie unter Bearbeiten ▸ Einstellungen einen anderen Befehl.</translation>
    </message>
</context>
<context>
    <name>spanwise::ui::WorkerLogDialog</name>
    <message>
        <source>Worker log</source>
        <translation>Protokoll des Hintergrundprozesses</translation>
    </message>
    <message>
        <source>The worker has written nothing.</source>
        <translation>Der Hintergrundprozess hat nichts geschrieben.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>Process %1, restarted %Ln time(s).</source>
        <translation>
            <numerusform>Prozess %1, %Ln-mal neu gestartet.</numerusform>
            <numerusform>Prozess %1, %Ln-mal neu gestartet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The worker is not running; it was restarted %Ln time(s).</source>
        <translation>
            <numerusform>Der Hintergrundprozess läuft nicht; er wurde %Ln-mal neu gestartet.</numerusform>
            <numerusform>Der Hintergrundprozess läuft nicht; er wurde %Ln-mal neu gestartet.</numerusform>
        </translation>
    </message>
</context>
</TS>
