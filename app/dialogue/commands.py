"""Spoken commands: told apart from answers before anything is graded.

Only an utterance that is nothing but a command counts: "I would skip the cache" is an answer. Words
of courtesy around a command don't matter, and neither does what a recogniser makes of its marks.
"""

from __future__ import annotations

import re
from typing import Final

from app.dialogue.events import CommandName

_HEAD: Final = (
    r"(?:u+m+|u+h+|er+m*|ah+|oh|ok(?:ay)?|all ?right|right|sorry|i'm sorry|i am sorry|please"
    r"|excuse me"
    r"|well|hey|hi|so|h+m+|mm+|yes|yeah|no|nope|actually|honestly|and|but|then|now|maybe|perhaps"
    r"|i think|i guess|you know what|thanks|thank you|my apologies|apologies|hello|if possible"
    r"|(?:a (?:bit|little) )?more slowly|slowly"
    r"|(?:that's|that is) a (?:good|great|tough|hard|difficult|tricky|nice"
    r"|interesting) (?:question|one)"
    r"|(?:good|great|tough|hard|tricky|interesting) (?:question|one))"
)
_TAIL: Final = (
    r"(?:please|thanks|thank you|sorry|for me|now|again please|if (?:that's|it's|that is) "
    r"(?:ok|okay|possible|fine|all ?right)|if you (?:can|could|don't mind)|if possible|right now"
    r"|then"
    r"|actually|ok(?:ay)?|real quick|quickly|would you|could you|will you|yeah)"
)
_YOU: Final = (
    r"(?:(?:can|could|would|will) you(?: please| just| kindly| possibly| maybe| perhaps)* "
    r"|(?:would|do) you mind |i(?:'d| would) like you to |(?:please |just )+)?"
)
_WE: Final = (
    r"(?:(?:can|could|may|shall|should|might) (?:we|i|you)(?: please| just| maybe| perhaps"
    r"| possibly)* "
    r"|let's(?: just| please)* |let us |i(?:'d| would) (?:like to|rather|prefer to|love to) "
    r"|i want to |i think we should |i think i'd like to |(?:please |just |maybe )+)"
)
_IT: Final = (
    r"(?:that|it|this|this one|that one|the question|this question|that question|your question"
    r"|the last question|the last (?:one|part|bit|sentence)|the (?:first|second) part"
    r"|what you(?: just)? (?:said|asked)|yourself|the last question|the whole (?:question|thing))"
)
_AGAIN: Final = (
    r"(?:again|once more|one more time|once again|another time|a second time|more slowly|slowly"
    r"|slower|louder|a (?:bit|little) (?:slower|louder|more slowly))"
)
_OTHERWISE: Final = (
    r"(?:differently|another way|some other way|in another way|a different way|in a different way"
    r"|in other words|in different words|in (?:simpler|easier|plainer) (?:words|terms|language"
    r"|english)"
    r"|in (?:simple|plain) (?:words|terms|english)|more (?:simply|clearly)|simpler)"
)
_QUITE: Final = r"(?:(?:quite|really|actually|fully|still|just|honestly|exactly|entirely) )*"
_NOT: Final = r"(?:don't|do not|didn't|did not|couldn't|could not|can't|cannot)"
_WHILE: Final = (
    r"(?:for |about )?(?:a|one|a few|a couple of|another|a little|half a|two|some)(?: more)? "
    r"(?:moments?|seconds?|secs?|minutes?|bit|while|time)"
)
_PATTERNS: Final[tuple[tuple[CommandName, tuple[str, ...]], ...]] = (
    (
        "repeat",
        (
            rf"{_YOU}repeat(?:ing)?(?: {_IT})?(?: {_AGAIN})*",
            rf"{_YOU}(?:say|ask|read|saying|asking)(?: me)?(?: {_IT})?(?: out| aloud)? {_AGAIN}",
            rf"(?:can|could|would|will) you(?: please)? say {_IT}",
            rf"(?:can|could|may) (?:i|we) (?:hear|have|get) {_IT}(?: {_AGAIN})?",
            rf"i(?:'d| would) like to hear {_IT} {_AGAIN}",
            r"what(?:'s| is| was) (?:the|your|that|this) question(?: again)?",
            r"what was (?:that|it)(?: again)?|what did you(?: just)? (?:say"
            r"|ask)(?: me)?(?: again)?",
            rf"i {_NOT} {_QUITE}(?:hear|catch)(?: {_IT}| you| anything| all of (?:it|that))?"
            r"(?: (?:properly|clearly|very well|well))?",
            rf"i (?:didn't|did not) {_QUITE}get (?:that|all of that|the last part)",
            rf"i missed (?:{_IT}|part of (?:it|that)|some of (?:it|that))",
            r"i(?:'ve| have)? (?:forgot|forgotten|lost) (?:the|your) question",
            r"(?:you|the (?:sound|audio|connection|line|voice)) (?:just )?(?:cut out|broke up"
            r"|cut off"
            r"|dropped|dropped out)(?: for a (?:second|moment|bit))?",
            rf"come again|say again|pardon(?: me)?|what|huh|(?:just )?{_AGAIN}",
        ),
    ),
    (
        "rephrase",
        (
            rf"{_YOU}(?:rephrase|reword|paraphrase|rephrasing"
            rf"|simplify)(?: {_IT})?(?: {_OTHERWISE})?",
            rf"(?:can|could|would|will) you(?: please)? (?:clarify|explain)(?: {_IT}"
            rf"| what you mean(?: by (?:that|it|this))?)?(?: (?:a (?:bit|little)|{_OTHERWISE}))*",
            r"(?:please )?(?:clarify|explain) (?:the|this|that|your) question",
            rf"{_YOU}(?:say|ask|put|phrase|word|explain|try|saying|asking)(?: {_IT})? {_OTHERWISE}",
            rf"i {_QUITE}{_NOT} {_QUITE}(?:understand|follow)(?: {_IT}| you| what you mean"
            r"| what you(?:'re| are) (?:asking|after|looking for)(?: me| for| here)?"
            r"| what you want(?: from me| me to say)?)?",
            rf"i {_QUITE}(?:don't|do not) {_QUITE}get (?:it|that|the question|this question"
            r"|what you mean)",
            rf"i(?:'m| am) not {_QUITE}(?:sure|certain|clear)(?: on)? (?:what you (?:mean|want)"
            r"|what you(?:'re| are) asking(?: me| for)?"
            rf"|(?:that |if )?i (?:understand|understood|follow)(?: {_IT})?)",
            r"what (?:exactly )?do you (?:exactly )?mean(?: (?:by"
            r"|with)(?: [a-z'-]+){1,4})?(?: exactly)?",
            r"what (?:exactly )?(?:are|were) you asking(?: me| for)?(?: exactly)?",
            rf"what does (?:that|this|it|the question) mean|{_OTHERWISE}",
        ),
    ),
    (
        "skip",
        (
            rf"(?:{_WE})?(?:skip|pass on)(?: {_IT})?(?: for now| altogether)?",
            rf"{_WE}(?:leave|drop) {_IT}(?: out)?(?: for now)?",
            r"(?:i'll|i will|i'm going to|i am going to|i have to|i'll have to|i'd) "
            r"(?:skip|pass on) (?:this one|that one|this question|that question|the question)",
            r"(?:i'll |i will |i'd |i'm going to |i have to |i'll have to )?pass(?: on (?:this"
            r"|that))?"
            r"(?: one)?(?: for now)?",
            r"(?:(?:the )?next|another|(?:a )?different)(?: question| one)|next",
            rf"{_WE}(?:move on|go on|go ahead|proceed|continue|move ahead|go|skip ahead|jump)"
            r"(?: (?:to|with) (?:the )?(?:next|another|a different)(?: question| one)?)?",
            r"(?:move on|go on|go|skip) to the next(?: question| one)?",
            rf"{_WE}(?:do|try|have|take) (?:the next|another|a different)(?: question| one)",
            rf"{_YOU}(?:ask|give) me (?:the next|another|a different)(?: question| one)",
            rf"{_YOU}ask me something else",
            r"i(?:'d| would) (?:rather|prefer) not(?: to)?(?: (?:answer|say|talk about|do)(?: "
            rf"{_IT})?)?",
            rf"i (?:don't|do not) want to (?:answer|do|talk about) {_IT}",
        ),
    ),
    (
        "think",
        (
            r"(?:let me|i need to|i have to|i must|i'd like to|i would like to|i want to|can i"
            r"|could i"
            r"|may i|i'll|i will|allow me to|i'm going to|i am going to|i need a (?:moment"
            r"|minute|second)"
            rf" to)(?: just)? think(?: (?:(?:about|on|over|through) {_IT}|it through|it over"
            rf"|{_WHILE}))*",
            r"(?:give me|i need|i'll need|i will need|just|can i have|could i have|may i have"
            r"|can i get"
            r"|could i get|can i take|could i take|(?:can|could) you give me|i'd like|i would like"
            rf"|let me have|let me take|i'll take|i want)(?: just| only)? {_WHILE}"
            r"(?: to (?:think|collect my thoughts|gather my thoughts|think (?:about|on) "
            r"(?:it|that|this)|think it (?:through|over)))?",
            r"one (?:moment|second|sec)|a moment|just (?:a|one) (?:moment|second|sec|minute)",
            rf"(?:hold on|hang on|wait|bear with me)(?: {_WHILE})?",
            r"(?:i'm |i am )?(?:just |still )?thinking(?: about (?:it|that|this))?",
            r"i(?:'m| am) not (?:done|finished|ready)(?: yet)?|i(?:'m| am) not there yet",
            r"i need (?:more |some |a little more )?time(?: to think)?",
            r"let me see|let's see",
        ),
    ),
    (
        "done",
        (
            r"(?:i'm|i am) (?:all )?(?:done|finished)(?: with (?:it|this|that|my answer|this one"
            r"|this question))?",
            r"(?:that's|that is|that was|that'd be|that would be|this is|it's) (?:pretty much "
            r"|basically "
            r"|really |about |probably )*(?:it|all|everything|my answer|my whole answer|the end)"
            r"(?: (?:for now|from me|i have|i've got|i know|i got|i can say|i can think of"
            r"|i remember"
            r"|i have to say|i wanted to say|basically|really|for my answer|on that|to that))*",
            r"i (?:have|'ve got) nothing (?:more|else|further)(?: to (?:add|say))?",
            r"nothing (?:more|else|further) to (?:add|say)|end of (?:my )?answer",
        ),
    ),
    (
        "pause",
        (
            rf"(?:{_WE}|i need to |i have to )(?:pause|take a(?: short| quick| little| small)? "
            r"(?:break|pause)|have a(?: short| quick| little)? (?:break|pause))"
            rf"(?: the interview| this interview| here)?(?: {_WHILE})?",
            rf"(?:can|could|may) (?:we|i)(?: please| just)* stop(?: here| now)?(?: {_WHILE})?",
            r"pause(?: the interview| this interview| here)?",
            r"i need a(?: short| quick| little)? (?:break|pause)",
        ),
    ),
)
_WHOLE: Final = tuple(
    (name, re.compile("|".join(rf"(?:{pattern})" for pattern in patterns)))
    for name, patterns in _PATTERNS
)
_LEADING: Final = re.compile(rf"{_HEAD} ")
_TRAILING: Final = re.compile(rf" {_TAIL}$")
_ONLY_COURTESY: Final = re.compile(rf"{_HEAD}|{_TAIL}")
_ASKING_AGAIN: Final = frozenset({"sorry", "excuse me", "i'm sorry", "i am sorry", "hello"})
_THINKING_ALOUD: Final = re.compile(r"(?:(?:that's|that is) a )?[a-z]+ (?:question|one)")
_MOST_WORDS = 30


def spoken_command(text: str) -> CommandName | None:
    """The command that this utterance is, or None when it is an answer.

    Several sentences count when each is a command or mere courtesy; the last command is meant.
    """
    if len(text.split()) > _MOST_WORDS:
        return None
    found: CommandName | None = None
    parts = _parts(text)
    for part in parts:
        if not _steers(part):
            return None
        found = next((n for n in map(_command, [part, *reversed(part.split(","))]) if n), found)
    return found or _alone(parts)


def trailing_command(text: str) -> CommandName | None:
    """The command in the last sentence of an answer; only `think` and `done` count there."""
    sentences = [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]
    if len(sentences) < 2:
        return None
    name = spoken_command(sentences[-1])
    return name if name in ("think", "done") else None


def _parts(text: str) -> list[str]:
    """The sentences in lower case, without marks."""
    plain = text.lower().replace("’", "'")
    sentences = re.split(r"[.?!…]+(?=\s|$)", plain)
    bare = (re.sub(r"[^a-z0-9', ]+", " ", sentence) for sentence in sentences)
    return [part for part in (sentence.strip(", ") for sentence in bare) if part]


def _steers(part: str) -> bool:
    """Whether a sentence, or each of its clauses, is a command or courtesy."""
    if _command(part) is not None or _courteous(part):
        return True
    clauses = [clause for clause in part.split(",") if clause.strip()]
    return all(_command(clause) is not None or _courteous(clause) for clause in clauses)


def _command(part: str) -> CommandName | None:
    """The command that these words are, whatever courtesy is around them."""
    for plain in _stripped(" ".join(part.replace(",", " ").split())):
        for name, pattern in _WHOLE:
            if pattern.fullmatch(plain):
                return name
    return None


def _stripped(part: str) -> list[str]:
    """The sentence, then with less and less courtesy at its ends."""
    found = [part]
    for _ in range(8):
        shorter = _LEADING.sub("", found[-1], count=1) if _LEADING.match(found[-1]) else found[-1]
        if shorter == found[-1]:
            shorter = _TRAILING.sub("", shorter)
        if shorter == found[-1]:
            break
        found.append(shorter)
    return found


def _courteous(part: str) -> bool:
    plain = " ".join(part.replace(",", " ").split())
    return any(_ONLY_COURTESY.fullmatch(left) for left in _stripped(plain))


def _alone(parts: list[str]) -> CommandName | None:
    """What courtesy alone asks for: "Sorry?" to hear it again, "Good question." for a moment."""
    if len(parts) != 1:
        return None
    if parts[0] in _ASKING_AGAIN:
        return "repeat"
    return "think" if _THINKING_ALOUD.fullmatch(parts[0]) else None
