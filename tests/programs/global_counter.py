calls = 0
history = []


def next_ticket(prefix: str) -> str:
    global calls
    calls += 1
    history.append(prefix)
    return f"{prefix}-{calls}"


def remember(item, seen=[]):
    seen.append(item)
    return len(seen)
