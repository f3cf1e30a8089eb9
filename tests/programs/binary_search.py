def find(numbers: list[int], target: int) -> int:
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < target:
            low = middle
        else:
            high = middle
    return low
