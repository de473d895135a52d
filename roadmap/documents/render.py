"""Filling Word templates: docxtpl's syntax and results, compiled once and filled many times.

Opening a file, patching its XML and compiling its Jinja are nine tenths of what docxtpl does for a small
document, and re-parsing the result most of the rest. Here the first is done once per template, and the
second only where the output can need it (`render_shape`). What the fast way leaves out (pictures,
sub-documents, links, replaced files) goes through docxtpl itself, under the same sandbox.
"""

import hashlib
import io
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from docx.opc.constants import CONTENT_TYPE
from jinja2 import Template, nodes
from lxml import etree

from roadmap.documents import render_package as package
from roadmap.documents.render_engine import (
    SIGNS,
    DocxTemplate,
    Output,
    PlainNeeded,
    Sandbox,
    fast_environment,
    mark_in_text,
    plain_environment,
)
from roadmap.documents.render_errors import TemplateError, explain
from roadmap.documents.render_shape import EMPTY_TABLE, PARAGRAPH_END, Shape, shape_of, with_breaks

__all__ = ["CompiledTemplate", "PlainTemplate", "TemplateError", "compiled"]

_CHUNKS = 600  # pieces of text joined before packing: whole-document strings would thrash the cache
_CACHED = 64  # templates
_BRACES = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_DRAWING = re.compile(r'(<wp:docPr(?: [^<>]*?)? id=")[^"]*(")')
_FIRST_DRAWING = 1001  # docxtpl's numbering


@dataclass(frozen=True)
class _Program:
    """One part, compiled."""

    part: str
    source: str
    template: Template
    shape: Shape | None  # see render_shape
    constant: bool  # nothing to fill
    special: bool  # its own text holds line breaks or tabs
    drawings: bool  # its drawings are to be numbered

    def blocks(self, context: Output) -> Iterator[str]:
        """The filled text, finished, in pieces that end with a paragraph."""
        chunks = self.template.root_render_func(context)
        carry = ""
        while True:
            block = list(islice(chunks, _CHUNKS))
            text = "".join((carry, *block))
            if len(block) < _CHUNKS:
                yield self._finished(text, context)
                return
            end = text.rfind(PARAGRAPH_END)
            cut = end + len(PARAGRAPH_END) if end >= 0 else 0
            carry = text[cut:]
            yield self._finished(text[:cut], context)

    def context(self, mapping: Mapping[str, Any]) -> Output:
        context = self.template.new_context(dict(mapping))
        assert isinstance(context, Output)
        return context

    def _finished(self, text: str, context: Output) -> str:
        if "{" in text or "}" in text:
            for written, meant in _BRACES:
                text = text.replace(written, meant)
        if self.special or context.notes.special:
            text = with_breaks(text, context.notes)
        if self.shape and self.shape.may_be_empty and EMPTY_TABLE in text:
            context.notes.tree = True
        return text


class PlainTemplate(DocxTemplate):  # type: ignore[misc]
    """docxtpl's own object over a compiled template, for pictures, sub-documents, links and replacements."""

    def __init__(self, data: bytes, digest: str) -> None:
        super().__init__(io.BytesIO(data))
        self.digest = digest

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """The core properties, with no time of filling among them."""
        package.ensure_core(self.docx.part.package)
        super().render_properties(context, jinja_env)

    def render_footnotes(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Footnotes once, not once a section: a second pass would run what the data put there."""
        parts = self.docx.part.package.parts if len(self.docx.sections) else ()
        for part in parts:
            if part.content_type == CONTENT_TYPE.WML_FOOTNOTES:
                source = self.patch_xml(part.blob.decode("utf-8"))
                part._blob = self.render_xml_part(source, part, context, jinja_env).encode("utf-8")


class CompiledTemplate:
    """A Word template ready to be filled any number of times, from any number of threads.

    `source` is a path or the file's bytes, trusted or already checked (`docx_guard.scan_docx`, the
    linter). `strict`: a name missing in the data is an error; otherwise it prints nothing, as in docxtpl.
    Values are escaped whatever the template says. Raises TemplateError, and OSError for an unreadable path.
    """

    def __init__(self, source: str | os.PathLike[str] | bytes, *, strict: bool = False) -> None:
        if not isinstance(source, bytes):
            with open(source, "rb") as file:
                source = file.read()
        self.digest = hashlib.sha256(source).hexdigest()
        self._data, self._strict = source, strict
        try:
            self._opened = package.open_template(source)
        except Exception as error:  # python-docx documents none of its failures
            raise TemplateError("файл не читается как документ Word (.docx)") from error
        if self._opened is not None:
            self._compile(self._opened)

    def _compile(self, opened: package.Opened) -> None:
        def program(part: str, source: str) -> _Program:
            return _compiled_part(fast_environment(self._strict), part, source)

        self._body = program(opened.body_part, opened.body)
        self._stories = [program(*item) for item in opened.stories.items()]
        self._notes = [program(*item) for item in opened.notes.items()]
        self._properties = {name: program(opened.core_part, text) for name, text in opened.properties.items()}
        fixed = dict(opened.members)
        for part in (*self._stories, *self._notes):
            if part.constant:
                fixed[part.part] = self._story(part, {}) if part in self._stories else self._note(part, {})
        constant = {name: self._property(p, {}) for name, p in self._properties.items() if p.constant}
        self._properties = {name: p for name, p in self._properties.items() if not p.constant}
        self._core = fixed[opened.core_part] = package.core_xml(fixed[opened.core_part], constant)
        self._stories = [part for part in self._stories if not part.constant]
        self._notes = [part for part in self._notes if not part.constant]
        self._records = {name: package.pack(name, data) for name, data in fixed.items()}

    def render(self, mapping: Mapping[str, Any], plain: PlainTemplate | None = None) -> bytes:
        """The filled .docx; equal data give equal bytes.

        `plain` is the object from `plain()` that links, sub-documents and replaced files were made with.
        Values must bear being read twice (lists, not generators). Raises TemplateError.
        """
        if plain is not None or self._opened is None:
            return self._render_plain(mapping, plain)
        try:
            return self._render_fast(self._opened, mapping)
        except PlainNeeded as needed:
            if needed.owner is not None and not isinstance(needed.owner, PlainTemplate):
                raise TemplateError("вложенный документ создан не для этого шаблона") from None
            return self._render_plain(mapping, needed.owner)

    def plain(self) -> PlainTemplate:
        """A fresh docxtpl object over the same file, good for one `render(…, plain=…)`."""
        return PlainTemplate(self._data, self.digest)

    def _render_fast(self, opened: package.Opened, mapping: Mapping[str, Any]) -> bytes:
        records = dict(self._records)
        # docxtpl's order of parts, so that values which count their readings agree
        records[opened.body_part] = self._filled_body(opened, mapping)
        for part in self._stories:
            records[part.part] = package.pack(part.part, self._story(part, mapping))
        if self._properties:
            values = {name: self._property(part, mapping) for name, part in self._properties.items()}
            records[opened.core_part] = package.pack(opened.core_part, package.core_xml(self._core, values))
        for part in self._notes:
            records[part.part] = package.pack(part.part, self._note(part, mapping))
        return package.assemble(records.values())

    def _filled_body(self, opened: package.Opened, mapping: Mapping[str, Any]) -> package.Record:
        program = self._body
        context = program.context(mapping)
        packer = package.Packer()
        packer.add(opened.before + (b"<w:body>" if opened.inherits else opened.body_open.encode()))
        start = packer.size
        drawing = _FIRST_DRAWING
        try:
            for text in program.blocks(context):
                if program.drawings and "<wp:docPr " in text:
                    text, drawing = _numbered(text, drawing)
                packer.add(text.encode())
            if context.notes.tree or program.shape is None:
                repaired = _repaired(opened.body_open + packer.unpacked()[start:].decode() + package.BODY_END)
                packer = package.Packer()
                packer.add(opened.before + repaired)
            else:
                packer.add(package.BODY_END.encode())
        except (PlainNeeded, MemoryError):
            raise
        except Exception as error:  # a template's expression may raise anything
            raise explain(error, program.part, program.source, program.template) from error
        packer.add(opened.after)
        return packer.record(opened.body_part)

    def _text(self, program: _Program, mapping: Mapping[str, Any]) -> str:
        try:
            return "".join(program.blocks(program.context(mapping)))
        except (PlainNeeded, MemoryError):
            raise
        except Exception as error:
            raise explain(error, program.part, program.source, program.template) from error

    def _story(self, program: _Program, mapping: Mapping[str, Any]) -> bytes:
        text = self._text(program, mapping)
        try:
            return package.story_xml(text)
        except etree.XMLSyntaxError as error:
            raise explain(error, program.part, "") from error

    def _note(self, program: _Program, mapping: Mapping[str, Any]) -> bytes:
        return self._text(program, mapping).encode()

    def _property(self, program: _Program, mapping: Mapping[str, Any]) -> str:
        return self._text(program, mapping)

    def _render_plain(self, mapping: Mapping[str, Any], plain: PlainTemplate | None) -> bytes:
        if plain is not None and plain.digest != self.digest:
            raise TemplateError("объект docxtpl создан для другого шаблона")
        template = plain or self.plain()
        saved = io.BytesIO()
        try:
            environment = plain_environment(self._strict, template)
            template.render(dict(mapping), jinja_env=environment, autoescape=True)
            template.save(saved)
        except MemoryError:
            raise
        except Exception as error:
            raise explain(error, "", "") from error
        return package.repack(saved.getvalue())


def _compiled_part(environment: Sandbox, part: str, source: str) -> _Program:
    source = package.by_paragraph(source)
    try:
        tree = environment.parse(source)
        special = False
        for data in tree.find_all(nodes.TemplateData):
            data.data = re.sub(r"\n<w:p([ >])", r"<w:p\1", data.data)
            special |= any(sign in data.data for sign in SIGNS)
        shape = shape_of(tree)
        for output in tree.find_all(nodes.Output):
            for child in output.nodes:
                if shape and id(child) in shape.in_text:
                    mark_in_text(child)
        constant = all(
            isinstance(node, nodes.Output) and all(isinstance(n, nodes.TemplateData) for n in node.nodes)
            for node in tree.body
        )
        template = Template.from_code(environment, environment.compile(tree), environment.make_globals(None))
    except Exception as error:
        raise explain(error, part, source) from error
    drawings = ":docPr" in source
    if drawings and len(re.findall(r"<\w+:docPr\b", source)) != len(_DRAWING.findall(source)):
        shape = None
    return _Program(part, source, template, shape, constant, special, drawings)


def _numbered(text: str, number: int) -> tuple[str, int]:
    """Number the drawings of `text` from `number`, as docxtpl does; returns the next number."""
    counter = iter(range(number, number + text.count("<wp:docPr ")))
    text, count = _DRAWING.subn(lambda m: f"{m.group(1)}{next(counter)}{m.group(2)}", text)
    return text, number + count


def _repaired(body: str) -> bytes:
    """docxtpl's last step: parse what came out, mend markup and table grids, number the drawings."""
    helper = DocxTemplate(None)
    helper.docx_ids_index = _FIRST_DRAWING - 1
    tree = helper.fix_tables(body)
    helper.fix_docpr_ids(tree)
    part: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
    return part


_cache: OrderedDict[tuple[bytes, bool], CompiledTemplate] = OrderedDict()
_lock = threading.Lock()


def compiled(data: bytes, *, strict: bool = True) -> CompiledTemplate:
    """The compiled template of these bytes; the 64 used last are kept. Raises TemplateError."""
    key = (hashlib.sha256(data).digest(), strict)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    template = CompiledTemplate(data, strict=strict)
    with _lock:
        template = _cache.setdefault(key, template)
        _cache.move_to_end(key)
        while len(_cache) > _CACHED:
            _cache.popitem(last=False)
    return template
