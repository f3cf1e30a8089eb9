def restock(stock: dict[str, int], wanted: int) -> dict[str, int]:
    orders = {}
    for name, count in stock.items():
        if count < wanted:
            orders[name] = wanted - count
            stock[name] = wanted
    return orders


def most_common(words: list[str]) -> str:
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    best = max(counts, key=counts.get)
    return best
