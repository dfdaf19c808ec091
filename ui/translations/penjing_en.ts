<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>penjing::studio::AboutDialog</name>
    <message numerus="yes">
        <source>%1, %n core(s)</source>
        <translation>
            <numerusform>%1, %n core</numerusform><numerusform>%1, %n cores</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::ExportDialog</name>
    <message numerus="yes">
        <source>%n files written to %1.</source>
        <translation>
            <numerusform>%n file written to %1.</numerusform><numerusform>%n files written to %1.</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Export %n pictures</source>
        <translation>
            <numerusform>Export %n picture</numerusform><numerusform>Export %n pictures</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryDetail</name>
    <message numerus="yes">
        <source>%n pictures selected</source>
        <translation>
            <numerusform>%n picture selected</numerusform><numerusform>%n pictures selected</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::GalleryPage</name>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n picture</numerusform><numerusform>%n pictures</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n pictures</source>
        <translation>
            <numerusform>%1 of %n picture</numerusform><numerusform>%1 of %n pictures</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Delete %n pictures in the bin for good?</source>
        <translation>
            <numerusform>Delete %n picture in the bin for good?</numerusform><numerusform>Delete %n pictures in the bin for good?</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::ModelDetails</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform><numerusform>%n steps</numerusform></translation>
    </message>
</context>
<context>
    <name>penjing::studio::UndoBar</name>
    <message numerus="yes">
        <source>%n pictures moved to the bin.</source>
        <translation>
            <numerusform>%n picture moved to the bin.</numerusform><numerusform>%n pictures moved to the bin.</numerusform></translation>
    </message>
</context>
</TS>
