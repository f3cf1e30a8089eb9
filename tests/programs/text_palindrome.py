def is_palindrome(text: str) -> bool:
    cleaned = ""
    for letter in text.lower():
        if letter.isalnum():
            cleaned = cleaned + letter
    left, right = 0, len(cleaned) - 1
    while left < right:
        if cleaned[left] != cleaned[right]:
            return False
        left += 1
        right -= 1
    return True
