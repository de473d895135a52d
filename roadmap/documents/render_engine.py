"""The Jinja side of the renderer: a closed sandbox and forced escaping.

Two environments share one set of rules. The fast one sends every value through `Output.emit`, which
escapes it and notes what the rest of the pipeline has to look after; the plain one feeds docxtpl itself.
"""

import copy
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import docxtpl
from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from roadmap.documents.render_errors import TemplateError

DocxTemplate: Any = vars(docxtpl)["DocxTemplate"]  # untyped: Any keeps the rest strictly checked
_InlineImage: type = vars(docxtpl)["InlineImage"]
_Escaped: type = vars(docxtpl)["Listing"]
_Rich: tuple[type, ...] = (vars(docxtpl)["RichText"], vars(docxtpl)["RichTextParagraph"])

MARK = "\x01"  # stands in the text for a character XML cannot carry, until the text is finished
# Without \a and \f, which docxtpl turns into paragraphs and pages; what is left of them goes at the end.
_ILLEGAL = re.compile("[\x00-\x06\x08\x0b\x0e-\x1f\ufffe\uffff]")
SIGNS = ("\n", "\t", "\a", "\f")  # of these docxtpl makes breaks, tabs, paragraphs and pages
_SURROGATE = re.compile("[\ud800-\udfff]")
_DICT_NAMES = frozenset(dir(dict))
_MAX_LENGTH = 1_000_000
_SHELL = (
    '<x xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">%s</x>'
)
_LINE_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'  # docxtpl's
_SHAPING = ("<w:tbl", "<w:tr", "<w:tc", "<w:grid", ":docPr", "<!", "<?")


class PlainNeeded(Exception):
    """Raised while filling when a value needs docxtpl itself; `owner` is the template it was made for."""

    def __init__(self, owner: object | None) -> None:
        super().__init__("plain docxtpl needed")
        self.owner = owner


class Notes:
    """What was seen while filling one part.

    `special`: the text holds line breaks, tabs, new paragraphs or MARK, so paragraphs must be looked at.
    `tree`: the text may need docxtpl's own repair of the XML tree (tables, drawings, broken markup).
    `loose`: markup put into a text has closed it, so what the template says of places no longer holds.
    """

    __slots__ = ("loose", "special", "tree")

    def __init__(self) -> None:
        self.special = self.tree = self.loose = False


class Output(Context):
    """Jinja's context of one part being filled, and the gate through which its values leave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = Notes()

    def derived(self, locals: dict[str, Any] | None = None) -> "Output":
        """A scoped block's context writes into the same notes."""
        context = super().derived(locals)
        assert isinstance(context, Output)
        context.notes = self.notes
        return context

    def emit(self, value: Any) -> str:
        """The escaped text of one value."""
        if type(value) is str and value.isprintable():
            return escape(value)
        if type(value) is int:
            return str(value)
        if hasattr(value, "__html__"):
            return self.emit_raw(_markup(value), trusted=isinstance(value, _Escaped))
        return self._noted(escape(value))

    def emit_attribute(self, value: Any) -> str:
        """The same inside a tag, where ready-made markup may break the tag itself."""
        text = self.emit(value)
        if hasattr(value, "__html__") and any(sign in text for sign in '<"&'):
            self.notes.tree = True
        return text

    def emit_text(self, value: Any) -> str:
        """The same where the value stands directly in a run's text: its lines are broken at once."""
        if type(value) is str and value.isprintable():
            return escape(value)
        if isinstance(value, str | _Escaped) and not isinstance(value, Markup):
            value = escape(value)
            if "\n" in value and not self.notes.loose:
                return self._noted(str(value).replace("\n", _LINE_BREAK))
            return self._noted(value)
        text = self.emit(value)
        self.notes.loose |= "</w:" in text
        return text

    def emit_raw(self, text: str, trusted: bool = False) -> str:
        """Markup as it is; unless `trusted` it is checked, and doubtful markup asks for the tree."""
        text = self._noted(text)
        doubtful = not trusted and ("<" in text or "&" in text)
        self.notes.loose |= doubtful and "</w:p>" in text
        if doubtful and not _is_sound(text.replace(MARK, "")):
            self.notes.tree = True
        return text

    def _noted(self, text: str) -> str:
        if text.isprintable():
            return text
        cleaned = marked(text)
        if MARK in cleaned or any(sign in cleaned for sign in SIGNS):
            self.notes.special = True
        return cleaned


def marked(text: str) -> str:
    """Replace what XML cannot carry by MARK; a surrogate pair becomes its character, a lone one goes.

    docxtpl silently drops such characters from the body, fails on them in headers, and cuts the document
    at a lone surrogate; here they are dropped everywhere and nothing else is lost.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _ILLEGAL.sub(MARK, text)


def _markup(value: Any) -> str:
    if isinstance(value, _InlineImage):
        raise PlainNeeded(None)
    if hasattr(value, "subdocx"):
        raise PlainNeeded(value.tpl)
    text = str(value.__html__())
    if isinstance(value, _Rich) and " r:id=" in text:
        raise TemplateError("ссылку в тексте можно вставить, только передав и шаблон docxtpl, где она создана")
    return text


def _is_sound(text: str) -> bool:
    """Whether markup is well-formed and holds nothing that docxtpl would rework afterwards."""
    if any(sign in text for sign in _SHAPING):
        return False
    try:
        etree.fromstring(_SHELL % text)
    except etree.XMLSyntaxError:
        return False
    return True


def mark_in_text(node: nodes.Node) -> None:
    """Note, before compiling, that an output stands directly in a run's text."""
    vars(node)["in_text"] = True


def is_in_text(node: nodes.Node) -> bool:
    """Whether `mark_in_text` was called on it."""
    return "in_text" in vars(node)


class _Forced(CodeGenerator):
    """Escaping cannot be switched off from inside a template."""

    def visit_EvalContextModifier(self, node: nodes.EvalContextModifier, frame: Frame) -> None:
        """Ignore the setting."""

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier, frame: Frame) -> None:
        """Only the contents of {% autoescape %} count."""
        for child in node.body:
            self.visit(child, frame)


class _Emitting(_Forced):
    """Writes `context.emit(value)` where Jinja would write `escape(value)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open = False
        self._in_tag: set[int] = set()

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """As Jinja's, knowing which values stand inside a tag."""
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData):
                if self._open:
                    self._in_tag.add(id(child))
            elif "<" in child.data or ">" in child.data:
                self._open = child.data.rfind("<") > child.data.rfind(">")
        super().visit_Output(node, frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        place = "_attribute" if id(node) in self._in_tag else "_text" if is_in_text(node) else ""
        self.write(f"context.emit{place}(")

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        """As Jinja's; the result leaves through the gate."""
        call_frame, macro_ref = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro_ref, call_frame)
        self.start_write(frame, node)
        self.write("context.emit_raw(str(")
        self.visit_Call(node.call, frame, forward_caller=True)
        self.write("))")
        self.end_write(frame)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        """As Jinja's; the result leaves through the gate."""
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.start_write(frame, node)
        self.write("context.emit_raw(str(")
        self.visit_Filter(node.filter, inner)
        self.write("))")
        self.end_write(frame)
        self.leave_frame(inner)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox, closed a little further; it bounds neither time nor memory by itself."""

    code_generator_class: type[CodeGenerator] = _Forced
    intercepted_binops = frozenset(("*", "**"))

    def __init__(self, strict: bool, finalize: Callable[[Any], Any] | None = None) -> None:
        undefined: type[Undefined] = StrictUndefined if strict else Undefined
        super().__init__(autoescape=True, undefined=undefined, finalize=finalize)
        # The same data must always give the same bytes: nothing random.
        del self.globals["lipsum"], self.filters["random"]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Rows are plain dicts: look the key up first unless a method bears the name."""
        if type(obj) is dict and attribute in obj and attribute not in _DICT_NAMES:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Refuse at once, even where an undefined name would print nothing."""
        raise SecurityError(attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Bound what one multiplication or power may build."""
        if operator == "**":
            if abs(left) > 10**6 or abs(right) > 100:
                raise SecurityError(operator)
        else:
            for sequence, times in ((left, right), (right, left)):
                sized = hasattr(sequence, "__len__") and isinstance(times, int)
                if sized and len(sequence) * times > _MAX_LENGTH:
                    raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)


class _Fast(Sandbox):
    code_generator_class = _Emitting
    context_class = Output


@lru_cache(maxsize=2)
def fast_environment(strict: bool) -> Sandbox:
    """The shared environment of compiled templates; `strict`: an undefined name is an error."""
    return _Fast(strict)


def plain_environment(strict: bool, template: Any) -> Sandbox:
    """The environment for one filling by docxtpl itself; pictures are tied to `template`."""

    def finalize(value: Any) -> Any:
        if isinstance(value, _InlineImage):
            value = copy.copy(value)
            value.tpl = template
        if hasattr(value, "__html__"):
            return Markup(marked(str(value.__html__())).replace(MARK, ""))
        return marked(value).replace(MARK, "") if isinstance(value, str) else value

    return Sandbox(strict, finalize)
