"""A place in a phrase's tokens and the steps a production may take from it."""

from __future__ import annotations

from roadmap.plan.phrase_tokens import Sort, Token
from roadmap.plan.phrase_words import Word

END = Token(Sort.UNKNOWN, "")


class Cursor:
    """A place in the tokens; productions move it, ``read`` puts it back when one fails."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def word(self, *words: Word) -> Word | None:
        token = self.peek()
        if token.word is None or token.word not in words:
            return None
        self.at += 1
        return token.word

    def words(self, *sequence: Word) -> bool:
        if any(self.peek(place).word is not word for place, word in enumerate(sequence)):
            return False
        self.at += len(sequence)
        return True

    def take(self, *sorts: Sort) -> Token | None:
        return self.next() if self.peek() is not END and self.peek().sort in sorts else None

    def rest(self) -> list[Token]:
        found = self.tokens[self.at :]
        self.at = len(self.tokens)
        return found
