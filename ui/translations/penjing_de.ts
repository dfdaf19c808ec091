<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Dialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>RecipeIntake</name>
    <message>
        <source>negative prompt</source>
        <translation>negativer Prompt</translation>
    </message>
    <message>
        <source>sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>scheduler</source>
        <translation>Scheduler</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>guidance</source>
        <translation>Führung</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>reference image</source>
        <translation>Vorlagenbild</translation>
    </message>
    <message>
        <source>size %1 × %2 (%3 × %4 is used)</source>
        <translation>Größe %1 × %2 (gezeichnet wird %3 × %4)</translation>
    </message>
    <message>
        <source>guidance (this model has none)</source>
        <translation>Führung (dieses Modell kennt keine)</translation>
    </message>
    <message>
        <source>compact text</source>
        <translation>kompakter Text</translation>
    </message>
    <message>
        <source>model “%1”</source>
        <translation>Modell „%1“</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>another program</source>
        <translation>einem anderen Programm</translation>
    </message>
    <message>
        <source>A picture by %1, without settings that can be used.</source>
        <translation>Ein Bild von %1 ohne verwendbare Einstellungen.</translation>
    </message>
    <message>
        <source>Taken from a picture by %1: %2.</source>
        <translation>Aus einem Bild von %1 übernommen: %2.</translation>
    </message>
    <message>
        <source>Not taken: %1.</source>
        <translation>Nicht übernommen: %1.</translation>
    </message>
</context>
<context>
    <name>SizePreset</name>
    <message>
        <source>Square</source>
        <translation>Quadrat</translation>
    </message>
    <message>
        <source>Landscape 4:3</source>
        <translation>Querformat 4:3</translation>
    </message>
    <message>
        <source>Portrait 3:4</source>
        <translation>Hochformat 3:4</translation>
    </message>
    <message>
        <source>Wide 16:9</source>
        <translation>Breit 16:9</translation>
    </message>
    <message>
        <source>Tall 9:16</source>
        <translation>Hoch 9:16</translation>
    </message>
    <message>
        <source>%1, fast</source>
        <translation>%1, schnell</translation>
    </message>
    <message>
        <source>%1, quality</source>
        <translation>%1, fein</translation>
    </message>
</context>
<context>
    <name>TextFormat</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>Needs %1 of memory, %2 are free.</source>
        <translation>Braucht %1 Speicher, frei sind %2.</translation>
    </message>
    <message>
        <source>%1 × %1 would fit.</source>
        <translation>%1 × %1 würde passen.</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model.</source>
        <translation>Andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>About %1: text %2, drawing %3, decoding %4</source>
        <translation>Etwa %1: Text %2, Zeichnen %3, Dekodieren %4</translation>
    </message>
    <message>
        <source>memory %1 of %2 free</source>
        <translation>Speicher %1 von %2 frei</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Der Prompt wird gelesen</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>Drawing, step %1 of %2</source>
        <translation>Zeichnen, Schritt %1 von %2</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>noch etwa %1</translation>
    </message>
    <message>
        <source>%1 pictures in about %2: text %3, then drawing %4 and decoding %5 each</source>
        <translation>%1 Bilder in etwa %2: Text %3, dann je Zeichnen %4 und Dekodieren %5</translation>
    </message>
</context>
<context>
    <name>penjing::studio::AboutDialog</name>
    <message>
        <source>About Penjing Studio</source>
        <translation>Über Penjing Studio</translation>
    </message>
    <message>
        <source>Draws pictures from words, on this computer and nowhere else.</source>
        <translation>Zeichnet Bilder aus Worten, auf diesem Rechner und nirgends sonst.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>not built in</source>
        <translation>nicht eingebaut</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n core(s)</source>
        <translation>
            <numerusform>%1, %n Kern</numerusform><numerusform>%1, %n Kerne</numerusform></translation>
    </message>
    <message>
        <source>Kernels in use</source>
        <translation>Rechenkerne in Gebrauch</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>%1, of which %2 are free</source>
        <translation>%1, davon %2 frei</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Entstanden aus</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Penjing: Apache-2.0. Qt %1 and Nettle: LGPL-3.0. SentencePiece: Apache-2.0. libpng and zlib: their own. nlohmann/json and utf8proc: MIT.</source>
        <translation>Penjing: Apache-2.0. Qt %1 und Nettle: LGPL-3.0. SentencePiece: Apache-2.0. libpng und zlib: ihre eigenen. nlohmann/json und utf8proc: MIT.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::Canvas</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
</context>
<context>
    <name>penjing::studio::CompareView</name>
    <message>
        <source>Comparing</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Divider between the pictures</source>
        <translation>Trennlinie zwischen den Bildern</translation>
    </message>
    <message>
        <source>Moves the divider (arrow keys, Home, End)</source>
        <translation>Verschiebt die Trennlinie (Pfeiltasten, Pos1, Ende)</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Side by side (B)</source>
        <translation>Nebeneinander (B)</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>Tauschen</translation>
    </message>
    <message>
        <source>Swaps left and right (X)</source>
        <translation>Vertauscht links und rechts (X)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Back to the gallery (Esc)</source>
        <translation>Zurück zur Galerie (Esc)</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The other settings are the same.</source>
        <translation>Die übrigen Einstellungen sind gleich.</translation>
    </message>
    <message>
        <source>Two pictures</source>
        <translation>Zwei Bilder</translation>
    </message>
    <message>
        <source>Left: %1. Right: %2.</source>
        <translation>Links: %1. Rechts: %2.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::DrawFlow</name>
    <message>
        <source>Measuring how fast this computer is…</source>
        <translation>Die Geschwindigkeit dieses Rechners wird gemessen…</translation>
    </message>
</context>
<context>
    <name>penjing::studio::DrawPage</name>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>The prompt is longer than the model reads; its end was left out.</source>
        <translation>Der Prompt ist länger, als das Modell liest; das Ende blieb unbeachtet.</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ExportDialog</name>
    <message>
        <source>Keep prompt and settings in the files</source>
        <translation>Prompt und Einstellungen in den Dateien behalten</translation>
    </message>
    <message>
        <source>PNG as it was written, JPEG and WebP as EXIF comment that other programs read</source>
        <translation>PNG unverändert, JPEG und WebP als EXIF-Kommentar, den andere Programme lesen</translation>
    </message>
    <message>
        <source>{prompt}, {seed}, {date}, {time}, {steps}, {size} and {model} are filled in</source>
        <translation>{prompt}, {seed}, {date}, {time}, {steps}, {size} und {model} werden ausgefüllt</translation>
    </message>
    <message>
        <source>As contact sheet</source>
        <translation>Als Kontaktbogen</translation>
    </message>
    <message>
        <source>All pictures with their prompts on one sheet, or as many sheets as it takes</source>
        <translation>Alle Bilder mit ihren Prompts auf einem Bogen oder auf so vielen wie nötig</translation>
    </message>
    <message>
        <source> columns</source>
        <translation> Spalten</translation>
    </message>
    <message>
        <source>Columns of the contact sheet</source>
        <translation>Spalten des Kontaktbogens</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Qualität</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>File &amp;names</source>
        <translation>Datei&amp;namen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>%n files written to %1.</source>
        <translation>
            <numerusform>%n Datei nach %1 geschrieben.</numerusform><numerusform>%n Dateien nach %1 geschrieben.</numerusform></translation>
    </message>
    <message>
        <source>Cancelled; the rest was not written.</source>
        <translation>Abgebrochen; der Rest wurde nicht geschrieben.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>Export %n pictures</source>
        <translation>
            <numerusform>%n Bild exportieren</numerusform><numerusform>%n Bilder exportieren</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::ExportRun</name>
    <message>
        <source>The contact sheet cannot be made</source>
        <translation>Der Kontaktbogen lässt sich nicht erstellen</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>%1 lässt sich nicht erstellen</translation>
    </message>
    <message>
        <source>contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
</context>
<context>
    <name>penjing::studio::Exporter</name>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 ist zu groß</translation>
    </message>
    <message>
        <source>This picture cannot be written as %1: %2</source>
        <translation>Dieses Bild lässt sich nicht als %1 schreiben: %2</translation>
    </message>
    <message>
        <source>%1 is damaged</source>
        <translation>%1 ist beschädigt</translation>
    </message>
    <message>
        <source>%1 cannot be read as a picture</source>
        <translation>%1 ist nicht als Bild lesbar</translation>
    </message>
    <message>
        <source>The recipe of %1 is too long for this format: choose PNG, or leave the recipe out</source>
        <translation>Das Rezept von %1 ist zu lang für dieses Format: PNG wählen oder das Rezept weglassen</translation>
    </message>
</context>
<context>
    <name>penjing::studio::FileIntake</name>
    <message>
        <source>Settings can be read from PNG pictures only, and this one is %1.</source>
        <translation>Einstellungen lassen sich nur aus PNG-Bildern lesen, und dieses ist %1.</translation>
    </message>
    <message>
        <source>Most programs can save or export a PNG.</source>
        <translation>Die meisten Programme können ein PNG speichern oder exportieren.</translation>
    </message>
    <message>
        <source>This picture does not say how it was made.</source>
        <translation>Dieses Bild sagt nicht, wie es entstanden ist.</translation>
    </message>
    <message>
        <source>Some programs leave that out, and many web sites remove it.</source>
        <translation>Manche Programme lassen das weg, und viele Webseiten entfernen es.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::FolderSession</name>
    <message>
        <source>The star could not be kept: %1</source>
        <translation>Der Stern konnte nicht gespeichert werden: %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryActions</name>
    <message>
        <source>Open large</source>
        <translation>Groß öffnen</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>Stern</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>Diese Einstellungen verwenden</translation>
    </message>
    <message>
        <source>Same but new seed</source>
        <translation>Gleich, neuer Startwert</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy prompt</source>
        <translation>Prompt kopieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Undo delete</source>
        <translation>Löschen rückgängig</translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryDetail</name>
    <message>
        <source>The selected picture</source>
        <translation>Das ausgewählte Bild</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>This picture carries no prompt.</source>
        <translation>Dieses Bild enthält keinen Prompt.</translation>
    </message>
    <message>
        <source>The picture in large</source>
        <translation>Das Bild in groß</translation>
    </message>
    <message>
        <source>Select a picture to see its prompt and settings.

Select several with Ctrl or Shift; two can be compared.</source>
        <translation>Ein ausgewähltes Bild zeigt hier Prompt und Einstellungen.

Mit Strg oder Umschalt lassen sich mehrere auswählen; zwei lassen sich vergleichen.</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures selected</source>
        <translation>
            <numerusform>%n Bild ausgewählt</numerusform><numerusform>%n Bilder ausgewählt</numerusform></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>date, time of day</comment>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryGrid</name>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryPage</name>
    <message>
        <source>Pictures chosen in the gallery</source>
        <translation>In der Galerie gewählte Bilder</translation>
    </message>
    <message>
        <source>Search prompts, models and seeds</source>
        <translation>Prompts, Modelle und Startwerte durchsuchen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Shows the pictures in whose prompt, model or seed all words occur (Ctrl+F)</source>
        <translation>Zeigt die Bilder, in deren Prompt, Modell oder Startwert alle Wörter vorkommen (Strg+F)</translation>
    </message>
    <message>
        <source>Starred only</source>
        <translation>Nur mit Stern</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Empty the bin…</source>
        <translation>Papierkorb leeren…</translation>
    </message>
    <message>
        <source>Look through the folder again</source>
        <translation>Ordner neu durchsehen</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n Bild</numerusform><numerusform>%n Bilder</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n pictures</source>
        <translation>
            <numerusform>%1 von %n Bild</numerusform><numerusform>%1 von %n Bildern</numerusform></translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No starred picture matches. S stars the selected picture.</source>
        <translation>Kein Bild mit Stern passt. S gibt dem ausgewählten Bild einen Stern.</translation>
    </message>
    <message>
        <source>No picture has all these words in its prompt, model or seed.</source>
        <translation>Kein Bild hat alle diese Wörter in Prompt, Modell oder Startwert.</translation>
    </message>
    <message>
        <source>Looking for pictures…</source>
        <translation>Bilder werden gesucht…</translation>
    </message>
    <message>
        <source>No pictures yet</source>
        <translation>Noch keine Bilder</translation>
    </message>
    <message>
        <source>Describe something and draw it: every picture is kept here with its prompt and settings. Pictures that you copy into %1 appear, too.</source>
        <translation>Etwas beschreiben und zeichnen lassen: Jedes Bild bleibt hier mit Prompt und Einstellungen erhalten. Bilder, die nach %1 kopiert werden, erscheinen ebenfalls.</translation>
    </message>
    <message>
        <source>Empty the bin</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n pictures in the bin for good?</source>
        <translation>
            <numerusform>%n Bild im Papierkorb endgültig löschen?</numerusform><numerusform>%n Bilder im Papierkorb endgültig löschen?</numerusform></translation>
    </message>
    <message>
        <source>They cannot be brought back afterwards.</source>
        <translation>Danach lässt sich nichts mehr zurückholen.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
</context>
<context>
    <name>penjing::studio::HeaderBar</name>
    <message>
        <source>Menu (F10)</source>
        <translation>Menü (F10)</translation>
    </message>
</context>
<context>
    <name>penjing::studio::HistoryModel</name>
    <message>
        <source>The list of stars was damaged and has been put aside.</source>
        <translation>Die Liste der Sterne war beschädigt und wurde beiseitegelegt.</translation>
    </message>
    <message>
        <source>%1, starred</source>
        <translation>%1, mit Stern</translation>
    </message>
    <message>
        <source>Not everything could be deleted: %1</source>
        <translation>Nicht alles konnte gelöscht werden: %1</translation>
    </message>
    <message>
        <source>Not everything could be brought back: %1</source>
        <translation>Nicht alles konnte zurückgeholt werden: %1</translation>
    </message>
    <message>
        <source>The bin could not be emptied: %1</source>
        <translation>Der Papierkorb konnte nicht geleert werden: %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::MessageBar</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation>Einzelheiten der Meldung</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Shows what the program itself said</source>
        <translation>Zeigt, was das Programm selbst gemeldet hat</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ModelDelegate</name>
    <message>
        <source>does not fit into memory now</source>
        <translation>passt gerade nicht in den Speicher</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>fits into memory</source>
        <translation>passt in den Speicher</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ModelDetails</name>
    <message>
        <source>%1 billion</source>
        <translation>%1 Milliarden</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1 Millionen</translation>
    </message>
    <message>
        <source>%1 to %2 pixels a side, best at %3 × %4</source>
        <translation>%1 bis %2 Pixel je Seite, am besten %3 × %4</translation>
    </message>
    <message>
        <source>What it can draw</source>
        <translation>Was es zeichnen kann</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>The next pictures are drawn by it</source>
        <translation>Es zeichnet die nächsten Bilder</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Computes every checksum of the file again</source>
        <translation>Berechnet jede Prüfsumme der Datei neu</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Moves the file to the desktop's bin</source>
        <translation>Verschiebt die Datei in den Papierkorb</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>Search subjects, styles and colours</source>
        <translation>Motive, Stile und Farben durchsuchen</translation>
    </message>
    <message>
        <source>Search what the model can draw</source>
        <translation>Durchsucht, was das Modell zeichnen kann</translation>
    </message>
    <message>
        <source>What the model can draw</source>
        <translation>Was das Modell zeichnen kann</translation>
    </message>
    <message>
        <source>Enter or double-click adds the word to the prompt</source>
        <translation>Eingabetaste oder Doppelklick fügt das Wort dem Prompt hinzu</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>comes with the program</source>
        <translation>gehört zum Programm</translation>
    </message>
    <message>
        <source>It comes with the program and stays</source>
        <translation>Es gehört zum Programm und bleibt</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1 on disk, up to %2 of memory while drawing</source>
        <translation>%1 auf der Platte, bis zu %2 Speicher beim Zeichnen</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>fits into what is free now</source>
        <translation>passt in das, was gerade frei ist</translation>
    </message>
    <message>
        <source>needs more than is free now</source>
        <translation>braucht mehr, als gerade frei ist</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n Schritt</numerusform><numerusform>%n Schritte</numerusform></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>text encoder %1, transformer %2, decoder %3; %4 bits a weight</source>
        <translation>Textkodierer %1, Transformer %2, Dekodierer %3; %4 Bit je Gewicht</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Entstanden aus</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>It can draw anything, as far as words go</source>
        <translation>Es zeichnet alles, was sich sagen lässt</translation>
    </message>
    <message>
        <source>style: %1</source>
        <translation>Stil: %1</translation>
    </message>
    <message>
        <source>colour: %1</source>
        <translation>Farbe: %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ModelLibrary</name>
    <message>
        <source>Every checksum of the model is right.</source>
        <translation>Jede Prüfsumme des Modells stimmt.</translation>
    </message>
    <message>
        <source>The model is damaged: %1. Get the file again.</source>
        <translation>Das Modell ist beschädigt: %1. Die Datei neu beschaffen.</translation>
    </message>
    <message>
        <source>There is no model file in this folder.</source>
        <translation>In diesem Ordner liegt keine Modelldatei.</translation>
    </message>
    <message>
        <source>Choose a file that ends in .penjing. The original weights of a model become one by “penjing import”.</source>
        <translation>Eine Datei wählen, die auf .penjing endet. Aus den Originalgewichten eines Modells macht „penjing import“ eine solche.</translation>
    </message>
    <message>
        <source>There are several model files in this folder.</source>
        <translation>In diesem Ordner liegen mehrere Modelldateien.</translation>
    </message>
    <message>
        <source>Choose one of the files that end in .penjing.</source>
        <translation>Eine der Dateien wählen, die auf .penjing enden.</translation>
    </message>
    <message>
        <source>This file is not a model of this program, or it is damaged.</source>
        <translation>Diese Datei ist kein Modell für dieses Programm, oder sie ist beschädigt.</translation>
    </message>
    <message>
        <source>Choose a file that ends in .penjing. If it is one, get it again from where it came from.</source>
        <translation>Eine Datei wählen, die auf .penjing endet. Ist es schon eine, sie neu von der Quelle beschaffen.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen…</translation>
    </message>
    <message>
        <source>Choose a model file (Ctrl+Shift+O); it can also be dropped on the window</source>
        <translation>Eine Modelldatei wählen (Strg+Umschalt+O); sie lässt sich auch ins Fenster ziehen</translation>
    </message>
    <message>
        <source>A model is one .penjing file. Drop one on the window to add it.</source>
        <translation>Ein Modell ist eine .penjing-Datei. Ins Fenster gezogen, wird es hinzugefügt.</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>Modell entfernen</translation>
    </message>
    <message>
        <source>Move “%1” to the bin? Pictures drawn by it stay.</source>
        <translation>„%1“ in den Papierkorb verschieben? Bilder, die es gezeichnet hat, bleiben.</translation>
    </message>
    <message>
        <source>“%1” could not be moved to the bin.</source>
        <translation>„%1“ konnte nicht in den Papierkorb verschoben werden.</translation>
    </message>
    <message>
        <source>Move to the bin</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>penjing::studio::PictureBar</name>
    <message>
        <source>seed %1</source>
        <translation>Startwert %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::PictureDelegate</name>
    <message>
        <source>no prompt</source>
        <translation>kein Prompt</translation>
    </message>
</context>
<context>
    <name>penjing::studio::PromptBar</name>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Keep this</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Progress of the picture</source>
        <translation>Fortschritt des Bildes</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>In die Schlange</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>%1 never saw: %2</source>
        <translation>%1 kennt nicht: %2</translation>
    </message>
</context>
<context>
    <name>penjing::studio::PromptEdit</name>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>What the picture shall show</source>
        <translation>Was das Bild zeigen soll</translation>
    </message>
    <message>
        <source>What shall the picture show?</source>
        <translation>Was soll das Bild zeigen?</translation>
    </message>
    <message>
        <source>Ctrl+Enter draws. Up and Down bring earlier prompts back.</source>
        <translation>Strg+Eingabe zeichnet. Auf und Ab holen frühere Prompts zurück.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::QueueDelegate</name>
    <message>
        <source>Waiting · seed %1</source>
        <translation>Wartet · Startwert %1</translation>
    </message>
    <message>
        <source>Being drawn</source>
        <translation>Wird gezeichnet</translation>
    </message>
    <message>
        <source>Stopped after step %1</source>
        <translation>Angehalten nach Schritt %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::QueuePanel</name>
    <message>
        <source>What is added while a picture is drawn waits here.</source>
        <translation>Was während des Zeichnens hinzukommt, wartet hier.</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Go on with this picture</source>
        <translation>Mit diesem Bild weitermachen</translation>
    </message>
    <message>
        <source>Remove from the queue (Del)</source>
        <translation>Aus der Warteschlange entfernen (Entf)</translation>
    </message>
    <message>
        <source>Remove all that wait</source>
        <translation>Alle wartenden entfernen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Ctrl+Up and Ctrl+Down move a picture, Del removes it</source>
        <translation>Strg+Auf und Strg+Ab verschieben ein Bild, Entf entfernt es</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Remove from the queue</source>
        <translation>Aus der Warteschlange entfernen</translation>
    </message>
    <message>
        <source>Queue · %1</source>
        <translation>Warteschlange · %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::RecipeFacts</name>
    <message>
        <source>%1 (%2)</source>
        <comment>model name and hash</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1 of %2, kept early</source>
        <translation>%1 von %2, früh behalten</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>%1 % towards seed %2</source>
        <translation>%1 % zum Startwert %2</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>compact</source>
        <translation>kompakt</translation>
    </message>
    <message>
        <source>padded</source>
        <translation>aufgefüllt</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Führung</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Rechenkerne</translation>
    </message>
</context>
<context>
    <name>penjing::studio::Sentences</name>
    <message>
        <source>This cannot be drawn with these settings.</source>
        <translation>Mit diesen Einstellungen lässt sich das nicht zeichnen.</translation>
    </message>
    <message>
        <source>Change the setting that is named below and draw again.</source>
        <translation>Die unten genannte Einstellung ändern und neu zeichnen.</translation>
    </message>
    <message>
        <source>The model file cannot be used.</source>
        <translation>Die Modelldatei ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>Choose another model, or remove this one and add it again from where you got it.</source>
        <translation>Ein anderes Modell wählen, oder dieses entfernen und von der Quelle neu hinzufügen.</translation>
    </message>
    <message>
        <source>There is not enough free memory for this.</source>
        <translation>Dafür ist nicht genug Speicher frei.</translation>
    </message>
    <message>
        <source>Choose a smaller size, or close other programs and try again.</source>
        <translation>Eine kleinere Größe wählen, oder andere Programme schließen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The file could not be written.</source>
        <translation>Die Datei konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Make room on the disk or choose another folder in the settings, then try again.</source>
        <translation>Platz auf der Platte schaffen oder in den Einstellungen einen anderen Ordner wählen, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>This was stopped.</source>
        <translation>Das wurde angehalten.</translation>
    </message>
    <message>
        <source>Start it again whenever you like.</source>
        <translation>Es lässt sich jederzeit wieder starten.</translation>
    </message>
    <message>
        <source>Something went wrong inside the program. Nothing that was made is lost.</source>
        <translation>Im Programm ist etwas schiefgegangen. Nichts Fertiges ist verloren.</translation>
    </message>
    <message>
        <source>Try again; if it happens again, start the program anew.</source>
        <translation>Noch einmal versuchen; kommt es wieder vor, das Programm neu starten.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::SessionStrip</name>
    <message>
        <source>Pictures of this session</source>
        <translation>Bilder dieser Sitzung</translation>
    </message>
</context>
<context>
    <name>penjing::studio::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>How many processor cores draw</source>
        <translation>Wie viele Prozessorkerne zeichnen</translation>
    </message>
    <message>
        <source>All (%1)</source>
        <translation>Alle (%1)</translation>
    </message>
    <message>
        <source>Leave the computer responsive</source>
        <translation>Den Rechner reaktionsfähig lassen</translation>
    </message>
    <message>
        <source>Other programs go first; drawing takes what is left</source>
        <translation>Andere Programme gehen vor; gezeichnet wird mit dem Rest</translation>
    </message>
    <message>
        <source>Live drawing: the picture follows the typing</source>
        <translation>Live zeichnen: Das Bild folgt dem Tippen</translation>
    </message>
    <message>
        <source>For models that draw within seconds</source>
        <translation>Für Modelle, die in Sekunden zeichnen</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Folder of the pictures</source>
        <translation>Ordner der Bilder</translation>
    </message>
    <message>
        <source>Where pictures are kept</source>
        <translation>Wo die Bilder liegen</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>File names</source>
        <translation>Dateinamen</translation>
    </message>
    <message>
        <source>{prompt} {seed} {date} {time} {steps} {size} {model}</source>
        <translation>{prompt} {seed} {date} {time} {steps} {size} {model}</translation>
    </message>
    <message>
        <source>Write the recipe into every picture</source>
        <translation>Das Rezept in jedes Bild schreiben</translation>
    </message>
    <message>
        <source>Prompt, seed and settings; with them a picture can be drawn again and searched for</source>
        <translation>Prompt, Startwert und Einstellungen; damit lässt sich ein Bild neu zeichnen und finden</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Light, dark, or as the desktop</source>
        <translation>Hell, dunkel oder wie der Desktop</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
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
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>The language changes when Penjing Studio is started again.</source>
        <translation>Die Sprache wechselt beim nächsten Start von Penjing Studio.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>a red apple</source>
        <translation>ein roter Apfel</translation>
    </message>
    <message>
        <source>Example: %1</source>
        <translation>Beispiel: %1</translation>
    </message>
</context>
<context>
    <name>penjing::studio::SettingsPanel</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Which model draws. More can be added on the page Models.</source>
        <translation>Welches Modell zeichnet. Weitere lassen sich auf der Seite Modelle hinzufügen.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Shape and size, as far as the model can draw them</source>
        <translation>Form und Größe, soweit das Modell sie zeichnen kann</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>Breite in Pixeln</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>Höhe in Pixeln</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>More steps take longer and give finer pictures, up to a point</source>
        <translation>Mehr Schritte dauern länger und geben, bis zu einer Grenze, feinere Bilder</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Führung</translation>
    </message>
    <message>
        <source>How closely the picture follows the prompt; high values look harsh</source>
        <translation>Wie eng das Bild dem Prompt folgt; hohe Werte wirken hart</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The number the picture starts from: the same seed and settings give the same picture</source>
        <translation>Die Zahl, mit der das Bild beginnt: gleicher Startwert und gleiche Einstellungen geben das gleiche Bild</translation>
    </message>
    <message>
        <source>Same seed</source>
        <translation>Gleicher Startwert</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Neuer Startwert</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>Anzahl der Bilder</translation>
    </message>
    <message>
        <source>How many pictures one press of Draw makes; their seeds count up</source>
        <translation>Wie viele Bilder ein Druck auf Zeichnen gibt; ihre Startwerte zählen hoch</translation>
    </message>
    <message>
        <source>Live drawing</source>
        <translation>Live zeichnen</translation>
    </message>
    <message>
        <source>The picture follows the typing. For models that draw within seconds.</source>
        <translation>Das Bild folgt dem Tippen. Für Modelle, die in Sekunden zeichnen.</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Own size…</source>
        <translation>Eigene Größe…</translation>
    </message>
</context>
<context>
    <name>penjing::studio::ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>penjing::studio::StudioActions</name>
    <message>
        <source>Drawing</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Draw, or add to the queue</source>
        <translation>Zeichnen oder einreihen</translation>
    </message>
    <message>
        <source>Draw as the next one</source>
        <translation>Als Nächstes zeichnen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Keep this: end early</source>
        <translation>So lassen: früh beenden</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Neuer Startwert</translation>
    </message>
    <message>
        <source>Same seed for the next picture</source>
        <translation>Gleicher Startwert fürs nächste Bild</translation>
    </message>
    <message>
        <source>Live drawing</source>
        <translation>Live zeichnen</translation>
    </message>
    <message>
        <source>Go to the prompt</source>
        <translation>Zum Prompt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Keep the live picture</source>
        <translation>Live-Bild behalten</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Seine Einstellungen verwenden</translation>
    </message>
    <message>
        <source>Same, but new seed</source>
        <translation>Gleich, aber neuer Startwert</translation>
    </message>
    <message>
        <source>Variations…</source>
        <translation>Varianten…</translation>
    </message>
    <message>
        <source>Verify: draw it again and compare</source>
        <translation>Prüfen: neu zeichnen und vergleichen</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>In seinem Ordner zeigen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Search the gallery</source>
        <translation>Galerie durchsuchen</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Fit the picture</source>
        <translation>Bild einpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Wahre Größe</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Take settings from a picture…</source>
        <translation>Einstellungen aus einem Bild…</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About Penjing Studio</source>
        <translation>Über Penjing Studio</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>penjing::studio::StudioController</name>
    <message>
        <source>The picture is drawn but could not be saved.</source>
        <translation>Das Bild ist gezeichnet, konnte aber nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>Make room on the disk or choose another pictures folder in the settings, then press Retry: it is saved without being drawn again.</source>
        <translation>Platz auf der Platte schaffen oder in den Einstellungen einen anderen Bilderordner wählen, dann weitermachen: Es wird gespeichert, ohne neu gezeichnet zu werden.</translation>
    </message>
    <message>
        <source>Part of the queue could not be read.</source>
        <translation>Ein Teil der Warteschlange war nicht lesbar.</translation>
    </message>
    <message>
        <source>What could be read is there; the file was kept as %1.</source>
        <translation>Was lesbar war, ist da; die Datei wurde als %1 aufgehoben.</translation>
    </message>
    <message>
        <source>with the checksum %1</source>
        <translation>mit der Prüfsumme %1</translation>
    </message>
    <message>
        <source>This picture was asked of the model %1, which is not the one that is loaded.</source>
        <translation>Dieses Bild war für das Modell %1 bestimmt, das gerade nicht geladen ist.</translation>
    </message>
    <message>
        <source>Choose that model and press Retry, or use its settings with the present one.</source>
        <translation>Jenes Modell wählen und weitermachen, oder die Einstellungen mit dem jetzigen verwenden.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::StudioWindow</name>
    <message>
        <source>Penjing Studio</source>
        <translation>Penjing Studio</translation>
    </message>
    <message>
        <source>The picture is in the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Adding %1…</source>
        <translation>%1 wird hinzugefügt…</translation>
    </message>
    <message>
        <source>The picture being drawn does not stop.</source>
        <translation>Das Bild, das gerade gezeichnet wird, hält nicht an.</translation>
    </message>
    <message>
        <source>Everything else goes on; if it lasts, close the window and start again. The queue is kept.</source>
        <translation>Alles andere läuft weiter; dauert es an, das Fenster schließen und neu starten. Die Warteschlange bleibt erhalten.</translation>
    </message>
    <message>
        <source>%1 was added.</source>
        <translation>%1 wurde hinzugefügt.</translation>
    </message>
    <message>
        <source>“%1” was added to the prompt.</source>
        <translation>„%1“ wurde dem Prompt hinzugefügt.</translation>
    </message>
    <message>
        <source>Prompt and settings are taken over.</source>
        <translation>Prompt und Einstellungen sind übernommen.</translation>
    </message>
    <message>
        <source>The picture was drawn by “%1”; another model is in use.</source>
        <translation>Das Bild stammt von „%1“; gerade ist ein anderes Modell in Gebrauch.</translation>
    </message>
    <message>
        <source>Take settings from a picture</source>
        <translation>Einstellungen aus einem Bild</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>Modell hinzufügen</translation>
    </message>
    <message>
        <source>Models (*.penjing *.safetensors);;All files (*)</source>
        <translation>Modelle (*.penjing *.safetensors);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>penjing::studio::UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message numerus="yes">
        <source>%n pictures moved to the bin.</source>
        <translation>
            <numerusform>%n Bild in den Papierkorb verschoben.</numerusform><numerusform>%n Bilder in den Papierkorb verschoben.</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::VariationsDialog</name>
    <message>
        <source>Variations</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>How different</source>
        <translation>Wie verschieden</translation>
    </message>
    <message>
        <source>From nearly the same to another picture of the same prompt</source>
        <translation>Von fast gleich bis zu einem anderen Bild desselben Prompts</translation>
    </message>
    <message>
        <source>Number of variations</source>
        <translation>Anzahl der Varianten</translation>
    </message>
    <message>
        <source>They are added to the queue</source>
        <translation>Sie kommen in die Warteschlange</translation>
    </message>
    <message>
        <source>nearly the same</source>
        <translation>fast gleich</translation>
    </message>
    <message>
        <source>quite different</source>
        <translation>ganz anders</translation>
    </message>
    <message>
        <source>Draw variations</source>
        <translation>Varianten zeichnen</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Wie viele</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>penjing::studio::VerifyDialog</name>
    <message>
        <source>Drawing it again…</source>
        <translation>Wird noch einmal gezeichnet…</translation>
    </message>
    <message>
        <source>The picture is drawn again from its recipe and compared, pixel by pixel.</source>
        <translation>Das Bild wird nach seinem Rezept neu gezeichnet und Pixel für Pixel verglichen.</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Progress of the comparison</source>
        <translation>Fortschritt des Vergleichs</translation>
    </message>
    <message>
        <source>Identical</source>
        <translation>Identisch</translation>
    </message>
    <message>
        <source>Drawn again, every pixel is the same.</source>
        <translation>Neu gezeichnet, ist jedes Pixel gleich.</translation>
    </message>
    <message>
        <source>Same look</source>
        <translation>Gleiches Aussehen</translation>
    </message>
    <message>
        <source>Nobody can see the difference (%1 dB).</source>
        <translation>Der Unterschied ist nicht zu sehen (%1 dB).</translation>
    </message>
    <message>
        <source>Different</source>
        <translation>Verschieden</translation>
    </message>
    <message>
        <source>It cannot be compared</source>
        <translation>Kein Vergleich möglich</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>Es wurde angehalten.</translation>
    </message>
</context>
<context>
    <name>penjing::studio::WelcomePanel</name>
    <message>
        <source>Say it, and it is drawn</source>
        <translation>Gesagt, gezeichnet</translation>
    </message>
    <message>
        <source>Write below what the picture shall show, then press Draw. Everything happens on this computer.</source>
        <translation>Unten schreiben, was das Bild zeigen soll, dann auf Zeichnen drücken. Alles geschieht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Drawn by the model in the box. Choose one to see how it was made:</source>
        <translation>Vom mitgelieferten Modell gezeichnet. Ein Klick zeigt, wie:</translation>
    </message>
    <message>
        <source>Sample picture: %1</source>
        <translation>Beispielbild: %1</translation>
    </message>
    <message>
        <source>Example prompt: %1</source>
        <translation>Beispielprompt: %1</translation>
    </message>
    <message>
        <source>Takes this prompt over</source>
        <translation>Übernimmt diesen Prompt</translation>
    </message>
</context>
</TS>
