"""A small form of a page: the fields of ``fields.py`` without drafts, steps and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import Form

from roadmap.fields import Entry


class PlainForm(Form):
    class Meta:
        locales = ["ru"]

    @classmethod
    def of(cls, values: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form as a person would have filled it with ``values`` by field name."""
        blank = cls(**kwargs)
        raw: list[tuple[str, str]] = []
        for field in blank:
            if isinstance(field, Entry) and values.get(field.name) is not None:
                raw += [(field.name, text) for text in field.raw(values[field.name])]
        return cls(MultiDict(raw), **kwargs)
