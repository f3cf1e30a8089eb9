count = int(input())
numbers = [int(word) for word in input().split()]
total = 0
for number in numbers[:count]:
    total += number
print("sum:", total)
