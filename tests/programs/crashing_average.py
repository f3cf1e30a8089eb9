def average_of_best(scores, count):
    best = sorted(scores, reverse=True)[:count]
    total = 0
    for score in best:
        total += score
    return total / len(best)


print(average_of_best([], 3))
