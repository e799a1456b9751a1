<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>spanwise::ui::AnnotateForm</name>
    <message numerus="yes">
        <source>%Ln model(s) there: List… shows them.</source>
        <translation>
            <numerusform>%Ln model there: List… shows it.</numerusform>
            <numerusform>%Ln models there: List… shows them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::AnnotationText</name>
    <message numerus="yes">
        <source>%Ln without “&lt;&gt;”</source>
        <translation>
            <numerusform>%Ln without “&lt;&gt;”</numerusform>
            <numerusform>%Ln without “&lt;&gt;”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of more than three parts</source>
        <translation>
            <numerusform>%Ln of more than three parts</numerusform>
            <numerusform>%Ln of more than three parts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a mention</source>
        <translation>
            <numerusform>%Ln without a mention</numerusform>
            <numerusform>%Ln without a mention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a concept</source>
        <translation>
            <numerusform>%Ln without a concept</numerusform>
            <numerusform>%Ln without a concept</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with a concept that says nothing</source>
        <translation>
            <numerusform>%Ln with a concept that says nothing</numerusform>
            <numerusform>%Ln with a concept that says nothing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln too long</source>
        <translation>
            <numerusform>%Ln too long</numerusform>
            <numerusform>%Ln too long</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with control characters</source>
        <translation>
            <numerusform>%Ln with control characters</numerusform>
            <numerusform>%Ln with control characters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln whose mention is not in the text</source>
        <translation>
            <numerusform>%Ln whose mention is not in the text</numerusform>
            <numerusform>%Ln whose mention is not in the text</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln whose mention is only a part of words</source>
        <translation>
            <numerusform>%Ln whose mention is only a part of words</numerusform>
            <numerusform>%Ln whose mention is only a part of words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln said twice</source>
        <translation>
            <numerusform>%Ln said twice</numerusform>
            <numerusform>%Ln said twice</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cut off</source>
        <translation>
            <numerusform>%Ln cut off</numerusform>
            <numerusform>%Ln cut off</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reading: %Ln passage(s)…</source>
        <translation>
            <numerusform>Reading: %Ln passage…</numerusform>
            <numerusform>Reading: %Ln passages…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) to ask about: about %1 tokens in and %2 out.</source>
        <translation>
            <numerusform>%Ln passage to ask about: about %1 tokens in and %2 out.</numerusform>
            <numerusform>%Ln passages to ask about: about %1 tokens in and %2 out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The limits are enough for about %Ln of them.</source>
        <translation>
            <numerusform>The limits are enough for about %Ln of them.</numerusform>
            <numerusform>The limits are enough for about %Ln of them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in the file already</source>
        <translation>
            <numerusform>%Ln in the file already</numerusform>
            <numerusform>%Ln in the file already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln there more than once</source>
        <translation>
            <numerusform>%Ln there more than once</numerusform>
            <numerusform>%Ln there more than once</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) annotated</source>
        <translation>
            <numerusform>%Ln passage annotated</numerusform>
            <numerusform>%Ln passages annotated</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln mention(s)</source>
        <translation>
            <numerusform>%Ln mention</numerusform>
            <numerusform>%Ln mentions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln request(s)</source>
        <translation>
            <numerusform>%Ln request</numerusform>
            <numerusform>%Ln requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) had been in the file already</source>
        <translation>
            <numerusform>%Ln passage had been in the file already</numerusform>
            <numerusform>%Ln passages had been in the file already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) not asked yet</source>
        <translation>
            <numerusform>%Ln passage not asked yet</numerusform>
            <numerusform>%Ln passages not asked yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) without an answer; they can be asked again</source>
        <translation>
            <numerusform>%Ln passage without an answer; it can be asked again</numerusform>
            <numerusform>%Ln passages without an answer; they can be asked again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s) too long, left out</source>
        <translation>
            <numerusform>%Ln passage too long, left out</numerusform>
            <numerusform>%Ln passages too long, left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) in prose, without a mention</source>
        <translation>
            <numerusform>%Ln answer in prose, without a mention</numerusform>
            <numerusform>%Ln answers in prose, without a mention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln empty answer(s)</source>
        <translation>
            <numerusform>%Ln empty answer</numerusform>
            <numerusform>%Ln empty answers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) cut off by the limit of tokens</source>
        <translation>
            <numerusform>%Ln answer cut off by the limit of tokens</numerusform>
            <numerusform>%Ln answers cut off by the limit of tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) of answers dropped: %1</source>
        <translation>
            <numerusform>%Ln line of answers dropped: %1</numerusform>
            <numerusform>%Ln lines of answers dropped: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Charts</name>
    <message numerus="yes">
        <source>%1 with %Ln document(s)</source>
        <translation>
            <numerusform>%1 with %Ln document</numerusform>
            <numerusform>%1 with %Ln documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::CheckPage</name>
    <message numerus="yes">
        <source>Checked %1 with %Ln label(s).</source>
        <translation>
            <numerusform>Checked %1 with %Ln label.</numerusform>
            <numerusform>Checked %1 with %Ln labels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are new since.</source>
        <translation>
            <numerusform>%Ln is new since.</numerusform>
            <numerusform>%Ln are new since.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s) labelled by hand</source>
        <translation>
            <numerusform>%1 in %Ln document labelled by hand</numerusform>
            <numerusform>%1 in %Ln documents labelled by hand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln where suggestions were accepted</source>
        <translation>
            <numerusform>%1 in %Ln where suggestions were accepted</numerusform>
            <numerusform>%1 in %Ln where suggestions were accepted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A check needs labels in at least %Ln document(s) and %1.</source>
        <translation>
            <numerusform>A check needs labels in at least %Ln document and %1.</numerusform>
            <numerusform>A check needs labels in at least %Ln documents and %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sentence(s)</source>
        <comment>labels in at least …</comment>
        <translation>
            <numerusform>%Ln sentence</numerusform>
            <numerusform>%Ln sentences</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the %Ln dismissed again</source>
        <translation>
            <numerusform>Show the %Ln dismissed again</numerusform>
            <numerusform>Show the %Ln dismissed again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DashboardController</name>
    <message numerus="yes">
        <source>Widen %Ln label(s) to words</source>
        <translation>
            <numerusform>Widen %Ln label to words</numerusform>
            <numerusform>Widen %Ln labels to words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trim white space of %Ln label(s)</source>
        <translation>
            <numerusform>Trim white space of %Ln label</numerusform>
            <numerusform>Trim white space of %Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trim punctuation of %Ln label(s)</source>
        <translation>
            <numerusform>Trim punctuation of %Ln label</numerusform>
            <numerusform>Trim punctuation of %Ln labels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DashboardPage</name>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are in the trash.</source>
        <translation>
            <numerusform>%Ln document is in the trash.</numerusform>
            <numerusform>%Ln documents are in the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) are put right.</source>
        <translation>
            <numerusform>%Ln label is put right.</numerusform>
            <numerusform>%Ln labels are put right.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>When you pause, Spanwise trains on some documents and judges the others. It needs labels in at least %Ln document(s).</source>
        <translation>
            <numerusform>When you pause, Spanwise trains on some documents and judges the others. It needs labels in at least %Ln document.</numerusform>
            <numerusform>When you pause, Spanwise trains on some documents and judges the others. It needs labels in at least %Ln documents.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Check of %1 with %Ln label(s).</source>
        <translation>
            <numerusform>Check of %1 with %Ln label.</numerusform>
            <numerusform>Check of %1 with %Ln labels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With labels in %Ln document(s) the check also tells what more labels will bring.</source>
        <translation>
            <numerusform>With labels in %Ln document the check also tells what more labels will bring.</numerusform>
            <numerusform>With labels in %Ln documents the check also tells what more labels will bring.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 documents are held out: nobody sees suggestions there. %2 of them are done.</source>
        <translation>
            <numerusform>%Ln of %1 documents is held out: nobody sees suggestions there. Done: %2.</numerusform>
            <numerusform>%Ln of %1 documents are held out: nobody sees suggestions there. %2 of them are done.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::DocumentView</name>
    <message numerus="yes">
        <source>%Ln label(s) made</source>
        <translation>
            <numerusform>%Ln label made</numerusform>
            <numerusform>%Ln labels made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln label changed</numerusform>
            <numerusform>%Ln labels changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) removed</source>
        <translation>
            <numerusform>%Ln label removed</numerusform>
            <numerusform>%Ln labels removed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ExportPage</name>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln nested or overlapping label(s) are left out</source>
        <translation>
            <numerusform>%Ln nested or overlapping label is left out</numerusform>
            <numerusform>%Ln nested or overlapping labels are left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that begin or end inside a word are widened to the word</source>
        <translation>
            <numerusform>%Ln label that begins or ends inside a word is widened to the word</numerusform>
            <numerusform>%Ln labels that begin or end inside a word are widened to the word</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %Ln type name(s) spaces become “_”</source>
        <translation>
            <numerusform>in %Ln type name spaces become “_”</numerusform>
            <numerusform>in %Ln type names spaces become “_”</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HealthPanel</name>
    <message numerus="yes">
        <source>Trim %Ln label(s)</source>
        <translation>
            <numerusform>Trim %Ln label</numerusform>
            <numerusform>Trim %Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Widen %Ln label(s) to words</source>
        <translation>
            <numerusform>Widen %Ln label to words</numerusform>
            <numerusform>Widen %Ln labels to words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln document(s) to the trash</source>
        <translation>
            <numerusform>Move %Ln document to the trash</numerusform>
            <numerusform>Move %Ln documents to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln labelled document(s) looked at</source>
        <translation>
            <numerusform>%Ln labelled document looked at</numerusform>
            <numerusform>%Ln labelled documents looked at</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The first %Ln of %1 are listed.</source>
        <translation>
            <numerusform>The first %Ln of %1 is listed.</numerusform>
            <numerusform>The first %Ln of %1 are listed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln need a person: they would touch another label.</source>
        <translation>
            <numerusform>%Ln needs a person: it would touch another label.</numerusform>
            <numerusform>%Ln need a person: they would touch another label.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HistoryModel</name>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::HistoryPage</name>
    <message numerus="yes">
        <source>takes back this and the %Ln change(s) after it</source>
        <translation>
            <numerusform>takes back this and the %Ln change after it</numerusform>
            <numerusform>takes back this and the %Ln changes after it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>applies this and the %Ln change(s) before it again</source>
        <translation>
            <numerusform>applies this and the %Ln change before it again</numerusform>
            <numerusform>applies this and the %Ln changes before it again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln label changed</numerusform>
            <numerusform>%Ln labels changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) changed their status</source>
        <translation>
            <numerusform>%Ln document changed its status</numerusform>
            <numerusform>%Ln documents changed their status</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) of types or of the documents there are</source>
        <translation>
            <numerusform>%Ln change of types or of the documents there are</numerusform>
            <numerusform>%Ln changes of types or of the documents there are</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Undo %Ln change(s)?</source>
        <translation>
            <numerusform>Undo %Ln change?</numerusform>
            <numerusform>Undo %Ln changes?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Apply %Ln change(s) again?</source>
        <translation>
            <numerusform>Apply %Ln change again?</numerusform>
            <numerusform>Apply %Ln changes again?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) are undone.</source>
        <translation>
            <numerusform>%Ln change is undone.</numerusform>
            <numerusform>%Ln changes are undone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) are applied again.</source>
        <translation>
            <numerusform>%Ln change is applied again.</numerusform>
            <numerusform>%Ln changes are applied again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::LabelPage</name>
    <message numerus="yes">
        <source>How well the model knows it will stand here once %Ln document(s) are labelled and you pause.</source>
        <translation>
            <numerusform>How well the model knows it will stand here once %Ln document is labelled and you pause.</numerusform>
            <numerusform>How well the model knows it will stand here once %Ln documents are labelled and you pause.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>lacks %Ln example(s)</source>
        <translation>
            <numerusform>lacks %Ln example</numerusform>
            <numerusform>lacks %Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are labelled.</source>
        <translation>
            <numerusform>%Ln place is labelled.</numerusform>
            <numerusform>%Ln places are labelled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>also in %Ln other document(s)</source>
        <translation>
            <numerusform>also in %Ln other document</numerusform>
            <numerusform>also in %Ln other documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are in the trash.</source>
        <translation>
            <numerusform>%Ln document is in the trash.</numerusform>
            <numerusform>%Ln documents are in the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>also in at least %Ln other document(s)</source>
        <translation>
            <numerusform>also in at least %Ln other document</numerusform>
            <numerusform>also in at least %Ln other documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::LearningController</name>
    <message numerus="yes">
        <source>The worker died %Ln time(s) when it loaded the project&apos;s model; its log may say why.</source>
        <translation>
            <numerusform>The worker died %Ln time when it loaded the project&apos;s model; its log may say why.</numerusform>
            <numerusform>The worker died %Ln times when it loaded the project&apos;s model; its log may say why.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The worker died %Ln time(s) while learning. The worker log may say why; it is tried again after the next label.</source>
        <translation>
            <numerusform>The worker died %Ln time while learning. The worker log may say why; it is tried again after the next label.</numerusform>
            <numerusform>The worker died %Ln times while learning. The worker log may say why; it is tried again after the next label.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MainWindow</name>
    <message numerus="yes">
        <source>Exported %1 with %Ln label(s).</source>
        <translation>
            <numerusform>Exported %1 with %Ln label.</numerusform>
            <numerusform>Exported %1 with %Ln labels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Imported %Ln document(s).</source>
        <translation>
            <numerusform>Imported %Ln document.</numerusform>
            <numerusform>Imported %Ln documents.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>They bring %Ln label(s).</source>
        <translation>
            <numerusform>They bring %Ln label.</numerusform>
            <numerusform>They bring %Ln labels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln entity type(s) are new.</source>
        <translation>
            <numerusform>%Ln entity type is new.</numerusform>
            <numerusform>%Ln entity types are new.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were there already.</source>
        <translation>
            <numerusform>%Ln was there already.</numerusform>
            <numerusform>%Ln were there already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are written.</source>
        <translation>
            <numerusform>%Ln file is written.</numerusform>
            <numerusform>%Ln files are written.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) shared out.</source>
        <translation>
            <numerusform>%Ln document shared out.</numerusform>
            <numerusform>%Ln documents shared out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MaterialPanel</name>
    <message numerus="yes">
        <source>%Ln text(s) so far</source>
        <translation>
            <numerusform>%Ln text so far</numerusform>
            <numerusform>%Ln texts so far</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::MergeDialog</name>
    <message numerus="yes">
        <source>%1: %Ln labelled document(s) by %2</source>
        <translation>
            <numerusform>%1: %Ln labelled document by %2</numerusform>
            <numerusform>%1: %Ln labelled documents by %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are new here</source>
        <translation>
            <numerusform>%Ln document is new here</numerusform>
            <numerusform>%Ln documents are new here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) lie in this project&apos;s trash and are passed over</source>
        <translation>
            <numerusform>%Ln document lies in this project&apos;s trash and is passed over</numerusform>
            <numerusform>%Ln documents lie in this project&apos;s trash and are passed over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are passed over: this project has the text less often</source>
        <translation>
            <numerusform>%Ln document is passed over: this project has the text less often</numerusform>
            <numerusform>%Ln documents are passed over: this project has the text less often</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that all agree on are the project&apos;s now.</source>
        <translation>
            <numerusform>%Ln label that all agree on is the project&apos;s now.</numerusform>
            <numerusform>%Ln labels that all agree on are the project&apos;s now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) have labels of two annotators or more.</source>
        <translation>
            <numerusform>%Ln document has labels of two annotators or more.</numerusform>
            <numerusform>%Ln documents have labels of two annotators or more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) wait for your decision.</source>
        <translation>
            <numerusform>%Ln place waits for your decision.</numerusform>
            <numerusform>%Ln places wait for your decision.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) that one annotator alone has finished are not the project&apos;s yet. Merge again and tick the box to take them.</source>
        <translation>
            <numerusform>%Ln document that one annotator alone has finished is not the project&apos;s yet. Merge again and tick the box to take it.</numerusform>
            <numerusform>%Ln documents that one annotator alone has finished are not the project&apos;s yet. Merge again and tick the box to take them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ModeBar</name>
    <message numerus="yes">
        <source>%Ln marked</source>
        <translation>
            <numerusform>%Ln marked</numerusform>
            <numerusform>%Ln marked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PatternsPage</name>
    <message numerus="yes">
        <source>Looking… %Ln document(s)</source>
        <translation>
            <numerusform>Looking… %Ln document</numerusform>
            <numerusform>Looking… %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Label %Ln place(s)</source>
        <translation>
            <numerusform>&amp;Label %Ln place</numerusform>
            <numerusform>&amp;Label %Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Suggest %Ln place(s)</source>
        <translation>
            <numerusform>&amp;Suggest %Ln place</numerusform>
            <numerusform>&amp;Suggest %Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more are not listed.</source>
        <translation>
            <numerusform>%Ln more is not listed.</numerusform>
            <numerusform>%Ln more are not listed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are labelled.</source>
        <translation>
            <numerusform>%Ln place is labelled.</numerusform>
            <numerusform>%Ln places are labelled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are suggested.</source>
        <translation>
            <numerusform>%Ln place is suggested.</numerusform>
            <numerusform>%Ln places are suggested.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PlaceFinder</name>
    <message numerus="yes">
        <source>Label “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>Label “%1” as %2 in %Ln place</numerusform>
            <numerusform>Label “%1” as %2 in %Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Suggest “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>Suggest “%1” as %2 in %Ln place</numerusform>
            <numerusform>Suggest “%1” as %2 in %Ln places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Places</name>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln place</numerusform>
            <numerusform>%Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln document</numerusform>
            <numerusform>%1 in %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) are held out</source>
        <translation>
            <numerusform>%Ln document is held out</numerusform>
            <numerusform>%Ln documents are held out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingController</name>
    <message numerus="yes">
        <source>The check needs at least %Ln document(s) that are done and labelled.</source>
        <translation>
            <numerusform>The check needs at least %Ln document that is done and labelled.</numerusform>
            <numerusform>The check needs at least %Ln documents that are done and labelled.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PretrainingText</name>
    <message numerus="yes">
        <source>Finished: %Ln step(s) over %1 texts with %2 concepts in %3, loss %4.</source>
        <translation>
            <numerusform>Finished: %Ln step over %1 texts with %2 concepts in %3, loss %4.</numerusform>
            <numerusform>Finished: %Ln steps over %1 texts with %2 concepts in %3, loss %4.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Preparing: %Ln text(s)</source>
        <translation>
            <numerusform>Preparing: %Ln text</numerusform>
            <numerusform>Preparing: %Ln texts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ProjectSession</name>
    <message numerus="yes">
        <source>Accept %Ln suggestion(s)</source>
        <translation>
            <numerusform>Accept %Ln suggestion</numerusform>
            <numerusform>Accept %Ln suggestions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reject %Ln suggestion(s)</source>
        <translation>
            <numerusform>Reject %Ln suggestion</numerusform>
            <numerusform>Reject %Ln suggestions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln label(s)</source>
        <translation>
            <numerusform>Remove %Ln label</numerusform>
            <numerusform>Remove %Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %Ln label(s) to %1</source>
        <translation>
            <numerusform>Change %Ln label to %1</numerusform>
            <numerusform>Change %Ln labels to %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mark %Ln document(s) as done</source>
        <translation>
            <numerusform>Mark %Ln document as done</numerusform>
            <numerusform>Mark %Ln documents as done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reopen %Ln document(s)</source>
        <translation>
            <numerusform>Reopen %Ln document</numerusform>
            <numerusform>Reopen %Ln documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::PropagateDialog</name>
    <message numerus="yes">
        <source>&amp;Label %Ln place(s)</source>
        <translation>
            <numerusform>&amp;Label %Ln place</numerusform>
            <numerusform>&amp;Label %Ln places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::Quality</name>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Too early to say what more documents will bring: %Ln are labelled, and a forecast needs about ten.</source>
        <translation>
            <numerusform>Too early to say what more documents will bring: %Ln is labelled, and a forecast needs about ten.</numerusform>
            <numerusform>Too early to say what more documents will bring: %Ln are labelled, and a forecast needs about ten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more document(s) will bring about %1 (now %2).</source>
        <translation>
            <numerusform>%Ln more document will bring about %1 (now %2).</numerusform>
            <numerusform>%Ln more documents will bring about %1 (now %2).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more label(s)</source>
        <translation>
            <numerusform>%Ln more label</numerusform>
            <numerusform>%Ln more labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %Ln more document(s)</source>
        <translation>
            <numerusform>in %Ln more document</numerusform>
            <numerusform>in %Ln more documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::QualityController</name>
    <message numerus="yes">
        <source>The worker died %Ln time(s) while it checked. The worker log may say why.</source>
        <translation>
            <numerusform>The worker died %Ln time while it checked. The worker log may say why.</numerusform>
            <numerusform>The worker died %Ln times while it checked. The worker log may say why.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::QueueModel</name>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln suggestion</numerusform>
            <numerusform>%Ln suggestions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln character(s)</source>
        <translation>
            <numerusform>%Ln character</numerusform>
            <numerusform>%Ln characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::RemoveTypeDialog</name>
    <message numerus="yes">
        <source>“%1” has %2 in %Ln document(s).</source>
        <translation>
            <numerusform>“%1” has %2 in %Ln document.</numerusform>
            <numerusform>“%1” has %2 in %Ln documents.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s) of it go; the model makes them anew.</source>
        <translation>
            <numerusform>%Ln suggestion of it goes; the model makes it anew.</numerusform>
            <numerusform>%Ln suggestions of it go; the model makes them anew.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused suggestion(s) of it go to the trash with the type.</source>
        <translation>
            <numerusform>%Ln refused suggestion of it goes to the trash with the type.</numerusform>
            <numerusform>%Ln refused suggestions of it go to the trash with the type.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::RescueDialog</name>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewController</name>
    <message numerus="yes">
        <source>Take %Ln label(s) that all agree on</source>
        <translation>
            <numerusform>Take %Ln label that all agree on</numerusform>
            <numerusform>Take %Ln labels that all agree on</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewModel</name>
    <message numerus="yes">
        <source>all agree, %Ln label(s) to take</source>
        <translation>
            <numerusform>all agree, %Ln label to take</numerusform>
            <numerusform>all agree, %Ln labels to take</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln decided</source>
        <comment>disagreements</comment>
        <translation>
            <numerusform>%Ln decided</numerusform>
            <numerusform>%Ln decided</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln to decide</source>
        <comment>disagreements</comment>
        <translation>
            <numerusform>%1 of %Ln to decide</numerusform>
            <numerusform>%1 of %Ln to decide</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln annotator(s)</source>
        <translation>
            <numerusform>%Ln annotator</numerusform>
            <numerusform>%Ln annotators</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ReviewPage</name>
    <message numerus="yes">
        <source>take %Ln agreed</source>
        <comment>labels</comment>
        <translation>
            <numerusform>take %Ln agreed</numerusform>
            <numerusform>take %Ln agreed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take %Ln label(s) that all agree on</source>
        <translation>
            <numerusform>Take %Ln label that all agree on</numerusform>
            <numerusform>Take %Ln labels that all agree on</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s) labelled by two or more.</source>
        <translation>
            <numerusform>%Ln document labelled by two or more.</numerusform>
            <numerusform>%Ln documents labelled by two or more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of their readings is of a document that its annotator has not finished.</source>
        <translation>
            <numerusform>%Ln of their readings is of a document that its annotator has not finished.</numerusform>
            <numerusform>%Ln of their readings are of documents that their annotators have not finished.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: F1 %2, kappa %3, %Ln document(s)</source>
        <translation>
            <numerusform>%1: F1 %2, kappa %3, %Ln document</numerusform>
            <numerusform>%1: F1 %2, kappa %3, %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: F1 %2, %Ln label(s) by both</source>
        <translation>
            <numerusform>%1: F1 %2, %Ln label by both</numerusform>
            <numerusform>%1: F1 %2, %Ln labels by both</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) that all agree on were taken.</source>
        <translation>
            <numerusform>%Ln label that all agree on was taken.</numerusform>
            <numerusform>%Ln labels that all agree on were taken.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::SearchPanel</name>
    <message numerus="yes">
        <source>%Ln place(s), searching on…</source>
        <translation>
            <numerusform>%Ln place, searching on…</numerusform>
            <numerusform>%Ln places, searching on…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln document</numerusform>
            <numerusform>%1 in %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln place</numerusform>
            <numerusform>%Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln document(s)</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ShareDialog</name>
    <message numerus="yes">
        <source>%Ln document(s) go to everybody.</source>
        <translation>
            <numerusform>%Ln document goes to everybody.</numerusform>
            <numerusform>%Ln documents go to everybody.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::ShortcutsDialog</name>
    <message numerus="yes">
        <source>The usual keys include those of %Ln entity type(s), which would have none any more: %1.</source>
        <translation>
            <numerusform>The usual keys include that of %Ln entity type, which would have none any more: %1.</numerusform>
            <numerusform>The usual keys include those of %Ln entity types, which would have none any more: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::StatusStrip</name>
    <message numerus="yes">
        <source>learned %1 of %Ln label(s)</source>
        <translation>
            <numerusform>learned %1 of %Ln label</numerusform>
            <numerusform>learned %1 of %Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>restarted %Ln time(s)</source>
        <translation>
            <numerusform>restarted %Ln time</numerusform>
            <numerusform>restarted %Ln times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) / h</source>
        <translation>
            <numerusform>%Ln label / h</numerusform>
            <numerusform>%Ln labels / h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>learned from %1 of %Ln document(s)</source>
        <translation>
            <numerusform>learned from %1 of %Ln document</numerusform>
            <numerusform>learned from %1 of %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln note(s)</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TriageController</name>
    <message numerus="yes">
        <source>Reject “%1” in %Ln place(s)</source>
        <translation>
            <numerusform>Reject “%1” in %Ln place</numerusform>
            <numerusform>Reject “%1” in %Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Accept “%1” as %2 in %Ln place(s)</source>
        <translation>
            <numerusform>Accept “%1” as %2 in %Ln place</numerusform>
            <numerusform>Accept “%1” as %2 in %Ln places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TriagePage</name>
    <message numerus="yes">
        <source>%1 in %Ln document(s)</source>
        <translation>
            <numerusform>%1 in %Ln document</numerusform>
            <numerusform>%1 in %Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln place</numerusform>
            <numerusform>%Ln places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln place(s) are left for later.</source>
        <translation>
            <numerusform>%Ln place is left for later.</numerusform>
            <numerusform>%Ln places are left for later.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more that are not listed are decided with them.</source>
        <translation>
            <numerusform>%Ln more that is not listed is decided with them.</numerusform>
            <numerusform>%Ln more that are not listed are decided with them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln decision(s) left</source>
        <translation>
            <numerusform>%Ln decision left</numerusform>
            <numerusform>%Ln decisions left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 (%Ln suggestion(s))</source>
        <translation>
            <numerusform>%1 (%Ln suggestion)</numerusform>
            <numerusform>%1 (%Ln suggestions)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 made (%Ln suggestion(s))</source>
        <translation>
            <numerusform>%1 made (%Ln suggestion)</numerusform>
            <numerusform>%1 made (%Ln suggestions)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypeDialog</name>
    <message numerus="yes">
        <source>%Ln label(s)</source>
        <translation>
            <numerusform>%Ln label</numerusform>
            <numerusform>%Ln labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln suggestion(s)</source>
        <translation>
            <numerusform>%Ln suggestion</numerusform>
            <numerusform>%Ln suggestions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypeModel</name>
    <message numerus="yes">
        <source>%1, %Ln label(s)</source>
        <translation>
            <numerusform>%1, %Ln label</numerusform>
            <numerusform>%1, %Ln labels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::TypesPanel</name>
    <message numerus="yes">
        <source>At least %Ln place(s).</source>
        <translation>
            <numerusform>At least %Ln place.</numerusform>
            <numerusform>At least %Ln places.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>spanwise::ui::WorkerLogDialog</name>
    <message numerus="yes">
        <source>Process %1, restarted %Ln time(s).</source>
        <translation>
            <numerusform>Process %1, restarted %Ln time.</numerusform>
            <numerusform>Process %1, restarted %Ln times.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The worker is not running; it was restarted %Ln time(s).</source>
        <translation>
            <numerusform>The worker is not running; it was restarted %Ln time.</numerusform>
            <numerusform>The worker is not running; it was restarted %Ln times.</numerusform>
        </translation>
    </message>
</context>
</TS>
