def median(values):
    values.sort()
    middle = len(values) // 2
    return values[middle]
