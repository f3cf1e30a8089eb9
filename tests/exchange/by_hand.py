"""Packages and items by hand, after the information model of QTI 2.x and IMS content packaging."""

from __future__ import annotations

import io
import zipfile

SPACES = {
    "2.0": "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
}


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A zip of these files, names as they stand."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def manifest(*resources: tuple[str, str]) -> str:
    """A manifest with a resource for each type and file."""
    lines = "".join(
        f'<imscp:resource identifier="R{n}" type="{kind}" href="{href}"><imscp:metadata>'
        "<imsmd:lom><imsmd:general><imsmd:keyword><imsmd:langstring xml:lang='en'>travel"
        "</imsmd:langstring></imsmd:keyword></imsmd:general></imsmd:lom></imscp:metadata>"
        f'<imscp:file href="{href}"/></imscp:resource>'
        for n, (kind, href) in enumerate(resources)
    )
    return (
        '<?xml version="1.0"?><imscp:manifest identifier="M1"'
        ' xmlns:imscp="http://www.imsglobal.org/xsd/imscp_v1p1"'
        ' xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2">'
        f"<imscp:organizations/><imscp:resources>{lines}</imscp:resources></imscp:manifest>"
    )


def extended(space: str, prefix: str = "") -> str:
    """An open question with a prompt, notes for scorers and a stylesheet beside it."""
    p = f"{prefix}:" if prefix else ""
    declared = f'xmlns{":" + prefix if prefix else ""}="{space}"' if space else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{p}assessmentItem {declared} identifier="postcard" title="Writing a postcard" adaptive="false"
 timeDependent="false">
 <{p}responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>
 <{p}outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
 <{p}itemBody>
  <{p}rubricBlock view="scorer">
   <{p}p>Full marks for three details of the place.</{p}p>
  </{p}rubricBlock>
  <{p}p>Read   this
   card from Sam.</{p}p>
  <{p}script>alert(1)</{p}script>
  <{p}extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200">
   <{p}prompt>Answer <{p}b onclick="x()">aloud</{p}b>: what did you see &amp; do,
    if a &lt; b?</{p}prompt>
  </{p}extendedTextInteraction>
 </{p}itemBody>
</{p}assessmentItem>"""


def choice(space: str = SPACES["2.1"]) -> str:
    """A question with one right choice, and processing of its response."""
    return f"""<assessmentItem xmlns="{space}" identifier="luggage" title="Unattended luggage"
 adaptive="false" timeDependent="false">
 <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
  <correctResponse><value>ChoiceA</value></correctResponse></responseDeclaration>
 <itemBody><p>Look at the text in the picture.</p>
  <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
   <prompt>What does it say?</prompt>
   <simpleChoice identifier="ChoiceA">You must stay with your luggage.</simpleChoice>
   <simpleChoice identifier="ChoiceB">Do not let anyone look after it.</simpleChoice>
  </choiceInteraction></itemBody>
 <responseProcessing
  template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
</assessmentItem>"""


def ordering() -> str:
    """A question that needs a hand: things to be put in order."""
    return f"""<assessmentItem xmlns="{SPACES["2.1"]}" identifier="race" title="A race">
 <itemBody><orderInteraction responseIdentifier="R" shuffle="true"><prompt>Who won?</prompt>
 <simpleChoice identifier="A">Anna</simpleChoice></orderInteraction></itemBody></assessmentItem>"""


def text_entry() -> str:
    """A gap in a sentence, with a mapping of answers to marks."""
    return f"""<assessmentItem xmlns="{SPACES["2.1"]}" identifier="gap" title="">
 <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string">
  <correctResponse><value>York</value></correctResponse>
  <mapping><mapEntry mapKey="York" mappedValue="1"/></mapping></responseDeclaration>
 <itemBody><p>Made glorious summer by this sun of
  <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/>; and all the clouds.</p>
 </itemBody></assessmentItem>"""
