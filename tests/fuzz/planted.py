"""A reader with a fault behind as many branches as a word has letters, which nobody hits by chance."""

WORD = b"KKMP"


def read(content: bytes) -> None:
    for letter, wanted in zip(content, WORD, strict=False):
        if letter != wanted:
            return
    if len(content) >= len(WORD):
        raise ZeroDivisionError
