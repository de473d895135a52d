"""What a template's markup can look like after filling, told from the template alone.

docxtpl re-parses every finished document to repair broken markup and the grids of its tables. A template
is *regular* when that can never change anything: every branch and loop body leaves open what it found
open, and each table keeps its printed number of columns whatever rows the data give.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jinja2 import nodes

from roadmap.documents.render_engine import MARK, SIGNS, DocxTemplate, Notes

_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)((?:[^<>\"]|\"[^<>\"]*\")*?)(/?)>")
_SPAN = re.compile(r'w:val="(\d+)"')
_TABLE = frozenset(("w:tbl", "w:tr", "w:tc", "w:tcPr", "w:tblGrid"))
_TEXT = frozenset(("w:p", "w:r", "w:t"))
PARAGRAPH_END = "</w:p>"
EMPTY_TABLE = "</w:tblGrid></w:tbl>"
_HOLE = "\0"


class _Irregular(Exception):
    pass


@dataclass
class _Element:
    name: str
    scope: int  # number of branches and loops it was opened inside
    cells: int = 0  # of a row
    span: int = 0  # of a row: cells counted with their gridSpan
    grid: int = 0  # of a table: columns
    full: bool = False  # of a table: a row that is always there fills the grid
    rows: int = 0  # of a table: kinds of rows it may have
    short: bool = False  # of a table: some of these do not fill the grid, or something else stands among them
    clean: bool = True  # of a paragraph, run or text: no other has closed inside it


class _Walk:
    def __init__(self) -> None:
        self.stack: list[_Element] = []
        self.scope = 0
        self.partial = ""  # a tag begun and not yet closed
        self.in_text: set[int] = set()
        self.may_be_empty = False

    def text(self, data: str) -> None:
        data = self.partial + data
        end = data.rfind(">") + 1
        whole, rest = data[:end], data[end:]
        if whole.count("<") != whole.count(">") or "<!" in data or "<?" in data:
            raise _Irregular
        position = whole.count("<")
        for match in _TAG.finditer(whole):
            position -= 1
            closing, name, attributes, empty = match.groups()
            if closing:
                self.close(name)
            else:
                self.open(name, attributes)
                if empty:
                    self.close(name)
        if position:
            raise _Irregular
        start = rest.find("<")
        self.partial = rest[start:] if start >= 0 else ""

    def hole(self, node: nodes.Node) -> None:
        if self.partial:
            if self.partial.count('"') % 2 == 0:
                raise _Irregular
            self.partial += _HOLE
        elif self.stack and self.stack[-1].name in _TABLE:
            raise _Irregular
        elif self._stands_in_text():
            self.in_text.add(id(node))

    def _stands_in_text(self) -> bool:
        """Whether docxtpl's expressions (each ends at the first closing tag) find paragraph, run and text."""
        if [element.name for element in self.stack[-2:]] != ["w:r", "w:t"]:
            return False
        paragraph = next((element for element in reversed(self.stack) if element.name == "w:p"), None)
        chain = (paragraph, *self.stack[-2:])
        return all(element and element.clean and element.scope == self.scope for element in chain)

    def open(self, name: str, attributes: str) -> None:
        element, parent = _Element(name, self.scope), self.stack[-1] if self.stack else None
        if parent and name in ("w:tc", "w:gridCol", "w:gridSpan"):
            if parent.scope != self.scope:
                raise _Irregular
            if name == "w:tc" and parent.name == "w:tr":
                parent.cells, parent.span = parent.cells + 1, parent.span + 1
            elif name == "w:gridCol" and parent.name == "w:tblGrid":
                self.stack[-2].grid += 1
            elif name == "w:gridSpan" and [e.name for e in self.stack[-3:]] == ["w:tr", "w:tc", "w:tcPr"]:
                span = _SPAN.search(attributes)
                if not span or self.stack[-2].scope != self.scope:
                    raise _Irregular
                self.stack[-3].span += int(span.group(1)) - 1
        if name == "w:tblGrid" and (not parent or parent.name != "w:tbl" or parent.scope != self.scope):
            raise _Irregular
        if parent and parent.name == "w:tbl" and name not in ("w:tblPr", "w:tblGrid", "w:tr"):
            parent.short = True
        self.stack.append(element)

    def close(self, name: str) -> None:
        if not self.stack or self.stack[-1].name != name:
            raise _Irregular
        element = self.stack.pop()
        if element.scope < self.scope and name in _TABLE:
            raise _Irregular
        if name in _TEXT:
            for outer in self.stack:
                outer.clean &= outer.name != name
        if name == "w:tr":
            for table in self.stack:  # docxtpl counts the rows of inner tables for the outer ones too
                if table.name == "w:tbl":
                    if element.cells > table.grid:
                        raise _Irregular
                    table.full |= element.scope == table.scope and element.span >= table.grid
                    table.short |= element.span < table.grid
                    table.rows += 1
        if name == "w:tbl" and not element.full:
            if element.short or not element.rows:
                raise _Irregular
            self.may_be_empty = True

    def bodies(self, bodies: Iterable[Sequence[nodes.Node]]) -> None:
        """Each of these may be left out or repeated: the markup around must not notice."""
        for body in bodies:
            if _is_tagless(body):
                self.walk(body)
                continue
            if self.partial:
                raise _Irregular
            before = list(self.stack)
            self.scope += 1
            self.walk(body)
            self.scope -= 1
            if self.partial or [e.name for e in self.stack] != [e.name for e in before]:
                raise _Irregular
            for element, replaced in zip(self.stack, before, strict=True):
                element.scope = min(element.scope, self.scope)
                element.clean &= replaced.clean

    def walk(self, body: Sequence[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    if isinstance(child, nodes.TemplateData):
                        self.text(child.data)
                    else:
                        self.hole(child)
            elif isinstance(node, nodes.If):
                self.bodies((node.body, *(branch.body for branch in node.elif_), node.else_))
            elif isinstance(node, nodes.For):
                self.bodies((node.body, node.else_))
            elif isinstance(node, nodes.With | nodes.Scope | nodes.ScopedEvalContextModifier | nodes.Block):
                self.walk(node.body)
            elif isinstance(node, nodes.CallBlock | nodes.FilterBlock):
                self.hole(node)
            elif not isinstance(node, nodes.Assign | nodes.AssignBlock | nodes.Macro):
                raise _Irregular


def _is_tagless(body: Sequence[nodes.Node]) -> bool:
    """Whether a branch holds only text, so that leaving it out or repeating it cannot move a tag."""
    data = (d.data for node in body for d in node.find_all(nodes.TemplateData))
    return not any(sign in text for text in data for sign in '<>"')


@dataclass(frozen=True)
class Shape:
    """What is known of a regular part: the outputs (by id) standing directly in a run's text, and whether
    some table may be left without rows, which docxtpl would answer by emptying its grid."""

    in_text: set[int]
    may_be_empty: bool


def shape_of(template: nodes.Template) -> Shape | None:
    """The shape of one part's markup, or None where it is not regular."""
    walk = _Walk()
    try:
        walk.walk(template.body)
    except _Irregular:
        return None
    return None if walk.stack or walk.partial else Shape(walk.in_text, walk.may_be_empty)


def _effect(text: str) -> list[str] | None:
    """What a piece of markup closes (with «/») and leaves open, or None where its tags do not match."""
    closes: list[str] = []
    opens: list[str] = []
    for closing, name, _, empty in _TAG.findall(text):
        if not closing:
            if not empty:
                opens.append(name)
        elif not opens:
            closes.append("/" + name)
        elif opens.pop() != name:
            return None
    return closes + opens


def with_breaks(text: str, notes: Notes) -> str:
    """docxtpl's line breaks, tabs and new paragraphs, worked only in the paragraphs concerned.

    Its expression for a paragraph ends at the first `</w:p>`, so any text between two such ends may be
    resolved by itself with the same result.
    """
    pieces: list[str] = []
    done = 0
    following = {sign: text.find(sign) for sign in SIGNS}
    while True:
        found = [place for place in following.values() if place >= 0]
        if not found:
            break
        before, after = text.rfind(PARAGRAPH_END, done, min(found)), text.find(PARAGRAPH_END, min(found))
        start = before + len(PARAGRAPH_END) if before >= 0 else done
        end = after + len(PARAGRAPH_END) if after >= 0 else len(text)
        old = text[start:end]
        new = DocxTemplate.resolve_listing(None, old)
        if ("\a" in old or "\f" in old) and _effect(new) != _effect(old):
            notes.tree = True  # a new paragraph begun inside a link or a field
        pieces += (text[done:start], new)
        done = end
        for sign, place in following.items():
            if 0 <= place < done:
                following[sign] = text.find(sign, done)
    pieces.append(text[done:])
    # A sign left over stood outside any text, where XML cannot carry it.
    return "".join(pieces).replace(MARK, "").replace("\a", "").replace("\f", "")
