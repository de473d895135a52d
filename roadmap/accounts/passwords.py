"""Hashing passwords and telling weak ones. Nothing here touches the database, so it can run before the first write."""

from __future__ import annotations

import functools
import re
import secrets
import threading
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from roadmap.errors import Invalid

SHORTEST, LONGEST = 8, 128
# Compared without digits, marks and spaces: «Qwerty-123» is «qwerty».
COMMON = frozenset(
    [
        *("password", "passwd", "пароль", "парол", "gfhjkm", "пассворд"),
        *("qwerty", "qwertyui", "qwertyuiop", "йцукен", "йцукенгш", "йцукенгшщз", "asdfgh", "asdfghjkl"),
        *("qazwsx", "qazwsxedc", "zxcvbn", "zxcvbnm", "фывапр", "фывапролдж", "ячсмить", "qweasd", "qweasdzxc"),
        *("qwer", "qqwweerr", "qwe", "йцу", "abcdef", "abcdefgh", "абвгде", "абвгдежз", "abc", "абв"),
        *("school", "школа", "shkola", "учитель", "директор", "director", "наставник", "nastavnik"),
        *("admin", "administrator", "админ", "администратор", "welcome", "iloveyou", "letmein", "россия", "russia"),
    ]
)
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_at_once = threading.Semaphore(2)  # hashing takes 32 MiB each


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def check_password(hashed: str, password: str) -> bool:
    with _at_once:
        try:
            return _hasher.verify(hashed, password)
        except VerificationError:
            return False


@functools.cache
def decoy() -> str:
    """A hash that no password fits, so that an unknown name costs the same time."""
    return hash_password(secrets.token_urlsafe(16))


def check_strength(password: str, known: Iterable[str]) -> None:
    """Refuses (Invalid, with the reason) a short, endless or guessable password.

    ``known`` is what a stranger would try first: the user's names and school.
    """
    if len(password) < SHORTEST:
        raise Invalid(f"Пароль короткий: нужно не меньше {SHORTEST} знаков.")
    if len(password) > LONGEST:
        raise Invalid(f"Пароль длинный: можно не больше {LONGEST} знаков.")
    if re.fullmatch(r"[\d\W_]+", password):
        raise Invalid("Пароль из одних цифр легко подобрать: добавьте слова.")
    if len(set(password.lower())) < 4 or _letters(password) in COMMON | _words(known):
        raise Invalid("Такой пароль легко угадать: придумайте другой, например из трёх не связанных слов.")


def _words(known: Iterable[str]) -> frozenset[str]:
    phrases = [phrase for phrase in known if phrase]
    words = [word for phrase in phrases for word in phrase.split()]
    return frozenset(_letters(text) for text in [*phrases, *words]) - {""}


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold().replace("ё", "е"))
