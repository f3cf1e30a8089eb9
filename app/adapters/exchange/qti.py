"""QTI 2.1: a content package with an item for each question, written and read."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from html import escape

from app.adapters.exchange import grader_notes
from app.adapters.exchange.assemble import Desk, said_plainly
from app.adapters.exchange.losses import beyond_questions
from app.adapters.exchange.markup import clean, to_html
from app.adapters.exchange.package import Package
from app.adapters.exchange.qti_item import Item, read_item
from app.adapters.exchange.tags import keys_of, tags_of
from app.adapters.exchange.xml_reader import Element, read_xml
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported, Notes
from app.domain.question import Question

_STAMP = (2026, 1, 1, 0, 0, 0)
_MANIFEST_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
 xmlns:lom="http://ltsc.ieee.org/xsd/LOM" identifier="sounding-bank">
<metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata>
<organizations/>
<resources>
"""


def export(content: Content) -> Exported:
    """A package; the same content gives the same bytes."""
    notes = Notes()
    beyond_questions(content, notes)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        resources = [_resource(question, notes) for question in content.questions]
        manifest = _MANIFEST_HEAD + "".join(resources) + "</resources>\n</manifest>\n"
        _put(package, "imsmanifest.xml", manifest)
        for question in content.questions:
            _put(package, f"items/{question.id}.xml", _item(question))
    return Exported(file.getvalue(), notes.report(Format.QTI, len(content.questions)))


def read(data: bytes, name: str) -> Imported:
    """Drafts of all items of a package, or of the single item in an XML file.

    Raises:
        BadContent: no package, an unsafe one, or one without a manifest.
    """
    notes = Notes()
    desk = Desk(notes)
    if data[:2] == b"PK":
        for place, item, keywords in _items(Package(data, name), notes):
            _take(place, item, keywords, desk, notes)
    else:
        _take(name, read_xml(data, name), (), desk, notes)
    return Imported(tuple(desk.drafts), notes.report(Format.QTI, len(desk.drafts)))


def _items(package: Package, notes: Notes) -> Iterator[tuple[str, Element, tuple[str, ...]]]:
    manifest = read_xml(package.read("imsmanifest.xml"), "imsmanifest.xml")
    if manifest.tag != "manifest":
        raise BadContent(f"imsmanifest.xml: expected <manifest>, found <{manifest.tag}>")
    seen: set[str] = set()
    for resource in manifest.every("resource"):
        kind = resource.attributes.get("type", "")
        link = resource.attributes.get("href", "")
        place = f"imsmanifest.xml: line {resource.line}"
        if "item" not in kind or not link:
            if kind.startswith("imsqti_test"):
                notes.lost(link or place, "test", "the order and the parts of a test")
            elif kind not in ("webcontent", "", "associatedcontent/imsqti_item_xmlv2p1/learning"):
                notes.refused(place, link, f"type {kind}: expected an item of QTI 2.0 to 2.2")
            continue
        try:
            path = package.inside("", posixpath.join(_base(manifest, resource), link))
            if path in seen:
                notes.refused(place, link, "expected each file once")
                continue
            seen.add(path)
            words = tuple(_keywords(resource))
            yield path, read_xml(package.read(path), path), words
        except BadContent as error:
            notes.refused(place, link, str(error))


def _base(manifest: Element, resource: Element) -> str:
    resources = manifest.first("resources")
    bases = (manifest, resources, resource)
    return posixpath.join("", *(it.attributes.get("base", "") for it in bases if it is not None))


def _keywords(resource: Element) -> Iterator[str]:
    for keyword in resource.every("keyword"):
        strings = [*keyword.every("string"), *keyword.every("langstring")]
        yield from (string.text().strip() for string in strings or [keyword])


def _take(place: str, root: Element, keywords: tuple[str, ...], desk: Desk, notes: Notes) -> None:
    item = read_item(place, root, notes)
    if not isinstance(item, Item):
        notes.refused(f"{place}: line {root.line}", item.named, item.why)
        return
    tags = keys_of(said_plainly(word, item.identifier, "keywords", notes) for word in keywords)
    keys = {**item.keys, **tags}
    where = f"{place}: line {root.line}"
    if item.ours:
        desk.put("question", {"id": item.identifier.removeprefix("_"), **keys}, where)
    else:
        title = said_plainly(item.title or item.identifier, item.identifier, "title", notes)
        desk.put_titled(title, keys, where)


def _resource(question: Question, notes: Notes) -> str:
    words = []
    for tag in tags_of(question, topic=True):
        flat = clean(tag).strip()
        if flat != tag:
            notes.changed(question.id, "tags", "white space was made plain")
        words.append(
            f'<lom:keyword><lom:string language="en">{escape(flat)}</lom:string></lom:keyword>'
        )
    for part in ("text", "reference", "spoken", "rephrased"):
        if (text := str(getattr(question, part) or "")) != clean(text):
            notes.changed(question.id, part, "control characters were taken out")
    href = f"items/{question.id}.xml"
    return (
        f'<resource identifier="r-{question.id}" type="imsqti_item_xmlv2p1" href="{href}">'
        f"<metadata><lom:lom><lom:general>{''.join(words)}</lom:general></lom:lom></metadata>"
        f'<file href="{href}"/></resource>\n'
    )


def _item(question: Question) -> str:
    named = question.id if question.id[0].isalpha() else f"_{question.id}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqti_v2p1 http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
 identifier="{named}" title="{named}" adaptive="false" timeDependent="false" toolName="Sounding">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>
<div class="sounding-question">{to_html(clean(question.text))}</div>
<rubricBlock view="scorer">{grader_notes.written(question)}</rubricBlock>
<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="10"/>
</itemBody>
</assessmentItem>
"""


def _put(package: zipfile.ZipFile, path: str, text: str) -> None:
    member = zipfile.ZipInfo(path, _STAMP)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    package.writestr(member, text.encode())
