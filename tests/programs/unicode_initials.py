def initials(namen: str) -> str:
    """Groß geschriebene Anfangsbuchstaben: „élan vital“ → „ÉV“."""
    größen = [wort[0].upper() for wort in namen.split(" ")]
    return "".join(größen)
