"""Words of talk about a subject that say nothing in it: it matters, was heard of, is related."""

from __future__ import annotations

_TALK = """
    important importance crucial central key vital relevant significant essential matter matters
    count counts role heard hear know known familiar remember recall studied study learned learnt
    read seen used worked mention mentioned mentions talk talked talking discuss discussed
    discussion say says said saying consider considered point tell told bring brings cover covers
    covered name names term terms word words vocabulary buzzword buzzwords keyword keywords topic
    topics issue issues aspect aspects concept concepts notion notions theme themes idea ideas
    subject subjects field fields area areas thing things stuff something somehow somewhat anything
    everything sort kind kinds type part parts bit whole lot lots related relates relate relation
    relationship connected connect connection connections linked link associated associate
    association involves involve involved concerns concern touches touch revolves depends depend
    play plays comes come goes go going mind think thinking thought guess suppose feel believe
    chapter chapters notes note lecture lectures professor teacher teachers book books slides slide
    class course exam exams school papers paper page people experience etc answer answers question
    questions definitely certainly basically obviously really actually literally honestly generally
    well okay ok yeah yes sure right like maybe perhaps probably also start look list here there
    stop happens happen works exists appears helps need must should deserve forget remember focus
    summary conclusion overall
"""
TALK = frozenset(_TALK.split())
HESITATIONS = frozenset(["um", "uh", "er", "erm", "hmm", "hm", "mm", "ah", "oh"])
