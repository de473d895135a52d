"""From raw text to tokens: repairs what copying and typing broke, then names each word and number.

Repairs: every kind of dash and space, invisible characters, Latin letters among Cyrillic ones, «О» for zero, words
cut by hyphenation, glued words and one wrong letter in a word. A repair that fits two different words is not made:
the token stays ``AMBIGUOUS`` and the phrase becomes unclear.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from roadmap.plan.phrase_words import LEXICON, ROMAN, Meaning, Word


class Sort(Enum):
    DATE = auto()  # (day, month, year); year 0 = not named, day 0 = «06.2023»
    SCHOOL_YEARS = auto()  # (2022, 2023) of «2022/2023»
    NUMBER = auto()
    ORDINAL = auto()
    MONTH = auto()
    WEEKDAY = auto()
    WORD = auto()
    VAGUE = auto()
    DASH = auto()
    COMMA = auto()
    CLOCK = auto()
    AMBIGUOUS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Token:
    """``value`` is the number, month 1–12, weekday 0–6 or (day, month, year); ``word`` only for ``Sort.WORD``."""

    sort: Sort
    text: str
    value: int = 0
    parts: tuple[int, ...] = ()
    word: Word | None = None


_LOOKALIKE = str.maketrans("ABEKMHOPCTXYaeopcyxkmhbtu", "АВЕКМНОРСТХУаеорсухкмньти")
_ROMAN_LETTERS = str.maketrans("IVXivxІіХхl", "ivxivxiixxi")
_DIGIT_FOR = str.maketrans("ОоOoЗзIІl", "000033111")
_LETTERS = re.compile(r"[^\W\d_]+")
# A stray letter in a number counts as a digit only when no other letter touches it: «2О23», but not «до10».
_STRAY_ZERO = re.compile(r"(?<=\d)[ОоOo]{1,2}(?![^\W\d_])|(?<![^\W\d_])[ОоOoЗзIІl]{1,2}(?=\d)")
_STRAY_LETTER = re.compile(r"(?<![\d.,])0(?=[^\W\d_]{2})")  # «0ктября»
_PIECE = re.compile(
    r"""(?P<clock>\d{1,2}:\d{2}(?!\d))
    |(?P<iso>\d{4}-\d{2}-\d{2}(?!\d))
    |(?P<date>\d{1,2}\ ?(?P<sep>[./])\ ?\d{1,2}\ ?(?P=sep)\ ?(?:\d{4}|\d{2})(?!\d)|\d{1,2}-\d{1,2}-\d{4}(?!\d)
        |\d{2},\d{2},\d{4}(?!\d))
    |(?P<years>\d{4}\ ?[/\\]\ ?(?:\d{4}|\d{2})(?!\d))
    |(?P<month>\d{1,2}\ ?[./]\ ?\d{4}(?!\d))
    |(?P<day>\d{1,2}\.\d{2}(?!\d|\.\d))
    |(?P<ordinal>\d{1,4}-?(?:го|ого|му|ому|ти|[йеяюмх]|ый|ий|ой|ая|ое|ом|ых|ую)(?![^\W\d_]))
    |(?P<number>\d+)
    |(?P<roman>[ivx]+(?:-?(?:го|[йеямх]|ый|ий|ой|ая|ое|ом|ых|ую))?(?![^\W\d_]))
    |(?P<word>[^\W\d_]+)
    |(?P<dash>-)
    |(?P<comma>[,;:()\[\]/\\&+])
    |(?P<skip>[\s."'«»„“”*_]+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SPACED_OUT = re.compile(r"(?<!\w)(?:[а-я] ){3,}[а-я](?!\w)")
_BROKEN_WORD = re.compile(r"([а-я]++)(?:- ?| )(?=([а-я]++))")


def normalise(phrase: str) -> str:
    """Lower-case Cyrillic text with one kind of space and dash; Roman numerals in Latin ``ivx``."""
    text = unicodedata.normalize("NFKC", phrase)
    text = "".join(_plain(char) for char in text)
    text = _STRAY_ZERO.sub(lambda found: found[0].translate(_DIGIT_FOR), text)
    text = _STRAY_LETTER.sub("о", text)
    text = _LETTERS.sub(lambda found: _cyrillic(found[0]), text)
    text = " ".join(text.split()).lower().replace("ё", "е")
    text = _SPACED_OUT.sub(lambda found: found[0].replace(" ", ""), text)
    return _mend(text)


def tokens_of(text: str) -> list[Token]:
    """Tokens of an already normalised text."""
    found: list[Token] = []
    for piece in _PIECE.finditer(text):
        name, body = piece.lastgroup or "", piece[0]
        if name == "sep":
            name = "date"
        if name != "skip":
            found += _token(name, body)
    return found


def _plain(char: str) -> str:
    match unicodedata.category(char):
        case "Cf":
            return ""
        case "Pd":
            return "-"
        case "Nd":
            return str(unicodedata.digit(char))
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
    return "-" if char in "\u2212\u2043\u02d7" else char


def _cyrillic(word: str) -> str:
    roman = word.translate(_ROMAN_LETTERS)
    if roman in ROMAN and word not in ("х", "Х"):
        return roman
    return word.translate(_LOOKALIKE) if not word.isascii() or len(word) == 1 or _known_if_mapped(word) else word


def _known_if_mapped(word: str) -> bool:
    return word.translate(_LOOKALIKE).lower().replace("ё", "е") in LEXICON


def _mend(text: str) -> str:
    """Joins words cut in two («ок- тябрь», «тече ние») when the halves mean nothing and the whole does."""
    mended, start = [], 0
    for found in _BROKEN_WORD.finditer(text):
        left, right = found[1], found[2]
        if left + right in LEXICON and not (left in LEXICON and right in LEXICON):
            mended.append(text[start : found.end(1)])
            start = found.end()
    mended.append(text[start:])
    return "".join(mended)


def _token(name: str, body: str) -> list[Token]:
    numbers = tuple(int(digits) for digits in re.findall(r"[0-9]+", body)) if name != "number" else ()
    match name:
        case "clock":
            return [Token(Sort.CLOCK, body)]
        case "iso":
            return [Token(Sort.DATE, body, parts=(numbers[2], numbers[1], numbers[0]))]
        case "date":
            return [Token(Sort.DATE, body, parts=(numbers[0], numbers[1], _full_year(numbers[2])))]
        case "month":
            return [Token(Sort.DATE, body, parts=(0, numbers[0], numbers[1]))]
        case "day":
            return [Token(Sort.DATE, body, parts=(numbers[0], numbers[1], 0))]
        case "years":
            return [Token(Sort.SCHOOL_YEARS, body, parts=(numbers[0], _full_year(numbers[1])))]
        case "ordinal":
            return [Token(Sort.ORDINAL, body, numbers[0])]
        case "number":
            return [Token(Sort.NUMBER, body, int(body))] if len(body) <= 4 else [Token(Sort.UNKNOWN, body)]
        case "roman":
            value = ROMAN.get("".join(letter for letter in body if letter in "ivx"), 0)
            return [Token(Sort.ORDINAL if value else Sort.UNKNOWN, body, value)]
        case "dash":
            return [Token(Sort.DASH, body)]
        case "comma":
            return [Token(Sort.COMMA, body)]
        case "word":
            return list(_words(body))
    return [Token(Sort.UNKNOWN, body)]


def _full_year(number: int) -> int:
    return 2000 + number if number < 100 else number


@lru_cache(maxsize=2048)
def _words(text: str) -> tuple[Token, ...]:
    """One token of a known word, several of glued ones («вноябре»), or the only known word one letter away."""
    if text in LEXICON:
        return (_of(text, LEXICON[text]),)
    if text in ("п", "ш"):  # «П квартал», «Ш квартал»: Cyrillic letters typed for Roman numerals
        return (Token(Sort.ORDINAL, text, 2 if text == "п" else 3),)
    parts = _unglue(text)
    if parts:
        return tuple(_of(part, LEXICON[part]) for part in parts)
    meanings = _one_letter_away(text)
    if len(meanings) == 1:
        return (_of(text, meanings.pop()),)
    return (Token(Sort.AMBIGUOUS if meanings else Sort.UNKNOWN, text),)


def _of(text: str, meaning: Meaning) -> Token:
    if isinstance(meaning.value, Word):
        return Token(Sort.WORD, text, word=meaning.value)
    if isinstance(meaning.value, str):
        return Token(Sort.VAGUE, meaning.value)
    return Token(Sort[meaning.sort.upper()], text, meaning.value)


_GLUE = frozenset("вкси")  # the one-letter words that get stuck to their neighbour
_LONGEST = max(map(len, LEXICON))


def _unglue(text: str) -> list[str]:
    """The split of ``text`` into the fewest known words, or nothing."""
    if len(text) > 60:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before, part = best[start], text[start:end]
            if before is None or part not in LEXICON or (len(part) == 1 and part not in _GLUE):
                continue
            shortest = best[end]
            if shortest is None or len(before) + 1 < len(shortest):
                best[end] = [*before, part]
    parts = best[-1] or []
    return parts if any(len(part) > 2 for part in parts) else []


def _buckets() -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for form in LEXICON:
        if len(form) >= 4:
            found[form[0], len(form)].append(form)
    return dict(found)


_BUCKETS = _buckets()


def _one_letter_away(text: str) -> set[Meaning]:
    """Meanings of the known words one edit away. The first letter must agree, or «карта» would become «марта»."""
    if not 4 <= len(text) <= _LONGEST + 1:
        return set()
    swapped = text[1] + text[0] + text[2:]
    near = (form for size in (-1, 0, 1) for form in _BUCKETS.get((text[0], len(text) + size), ()))
    found = {LEXICON[form] for form in near if _one_edit(text, form)}
    return found | ({LEXICON[swapped]} if swapped in LEXICON else set())


def _one_edit(left: str, right: str) -> bool:
    """One letter replaced, added or dropped, or two neighbours swapped."""
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    a, b = left[same:], right[same:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
