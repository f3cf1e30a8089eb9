def multipliers(count):
    made = []
    for factor in range(count):
        made.append(lambda value: value * factor)
    return [function(10) for function in made]


print(multipliers(4))
