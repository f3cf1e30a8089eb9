class MinStack:
    """A stack that knows its smallest item."""

    def __init__(self):
        self.items = []
        self.smallest = []

    def push(self, value):
        self.items.append(value)
        if not self.smallest or value <= self.smallest[-1]:
            self.smallest.append(value)
        return self

    def pop(self):
        value = self.items.pop()
        if value == self.smallest[-1]:
            self.smallest.pop()
        return value

    def minimum(self):
        return self.smallest[-1]
