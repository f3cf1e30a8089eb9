def windows(values, size):
    for start in range(len(values) - size + 1):
        yield values[start : start + size]


def largest_sum(values, size):
    return max(sum(window) for window in windows(values, size))
