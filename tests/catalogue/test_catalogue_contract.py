"""What every module of the catalogue owes: a new measure is found here by itself."""

import json

import pytest
from catalogue_world import World, accepted, school
from register_rows import full

from roadmap import catalogue
from roadmap.catalogue.base import Measure
from roadmap.forms import Entry, Rows

MEASURES = pytest.mark.parametrize("measure", catalogue.MEASURES.values(), ids=lambda m: m.module)
SPECS = pytest.mark.parametrize("spec", catalogue.documents().values(), ids=lambda s: s.kind)


def test_the_modules_and_kinds() -> None:
    assert list(catalogue.MEASURES) == ["school_report", "monthly_return"]
    assert sorted(catalogue.documents()) == [
        "D11",
        "D12-mentees",
        "D12-mentors",
        "D13",
        "D17-14-17",
        "D17-distribution",
        "D17-labour",
        "D17-mentee",
        "D17-mentor",
        "D17-under-14",
        "D18",
        "D3",
    ]
    assert all(len(kind) <= 20 and spec.kind == kind and spec.short for kind, spec in catalogue.documents().items())


def test_what_each_kind_is_made_for() -> None:
    inputs = {kind: (spec.scope, spec.inputs, spec.named) for kind, spec in catalogue.documents().items()}
    blanks = {kind: value for kind, value in inputs.items() if kind.startswith("D17")}
    assert set(blanks.values()) == {("blank", (), False)}
    assert {kind: value for kind, value in inputs.items() if kind not in blanks} == {
        "D3": ("school", ("period",), False),
        "D18": ("municipality", ("period",), False),
        "D11": ("mentorship", ("object", "as_of"), True),
        "D12-mentors": ("school", ("as_of",), True),
        "D12-mentees": ("school", ("as_of",), True),
        "D13": ("municipality", ("as_of",), False),
    }


@MEASURES
def test_the_example_validates_and_survives_json_and_back(measure: Measure) -> None:
    assert measure.form is not None
    form = measure.form.from_answers(measure.example, measure.example_facts)
    assert (form.validate(), form.problems()) == (True, [])
    stored = json.loads(json.dumps(form.answers(), ensure_ascii=False))
    assert stored == dict(measure.example)
    assert measure.form.from_answers(stored, measure.example_facts).answers() == stored
    assert json.loads(json.dumps(measure.example_facts)) == measure.example_facts


@MEASURES
def test_a_draft_survives_unchanged(measure: Measure) -> None:
    assert measure.form is not None
    draft = measure.form.to_draft(measure.example)
    assert measure.form.to_draft(measure.form.from_draft(draft, measure.example_facts).answers()) == draft


@MEASURES
def test_steps_hold_each_field_once(measure: Measure) -> None:
    assert measure.form is not None
    fields = [f.name for f in measure.form.from_draft({}, {}) if isinstance(f, Entry | Rows)]
    assert sorted(name for step in measure.form.STEPS for name in step.fields) == sorted(fields)
    assert all(len(step.fields) <= 9 for step in measure.form.STEPS)


@MEASURES
def test_a_blank_draft_opens_and_is_refused_in_words(measure: Measure) -> None:
    assert measure.form is not None
    form = measure.form.from_draft({}, measure.example_facts)
    assert form.validate() is False
    assert form.problems() and all(p.sentence and p.label for p in form.problems())
    assert {p.step for p in form.problems()} <= {step.key for step in measure.form.STEPS}


@MEASURES
def test_totals_of_none_one_and_three(measure: Measure) -> None:
    one = accepted(1, measure.example, measure.example_facts, str(measure.example_facts.get("period", "2026")))
    none, single, triple = (measure.totals(reports) for reports in ([], [one], [one, one, one]))
    assert none.keys() == single.keys() == triple.keys()
    for name, figure in single.items():
        assert none[name].value in (None, 0)
        value = figure.value
        shared = figure.unit == "%" or value is None
        assert triple[name].value == (value if shared else value * 3), name


@MEASURES
def test_upgrade_keeps_the_present_version_and_refuses_unknown_ones(measure: Measure) -> None:
    assert measure.form is not None
    assert measure.upgrade(dict(measure.example), measure.form.VERSION) == measure.example
    for unknown in (0, measure.form.VERSION + 1):
        with pytest.raises(ValueError, match="version"):
            measure.upgrade(dict(measure.example), unknown)


@MEASURES
def test_fields_do_not_shadow_the_forms_own_names(measure: Measure) -> None:
    from roadmap.forms import ReportForm

    assert measure.form is not None
    names = {name for step in measure.form.STEPS for name in step.fields}
    assert names & set(dir(ReportForm)) == set()


@SPECS
def test_a_document_fills_without_any_data(spec: catalogue.DocumentSpec) -> None:
    world = World(signs=None)
    filled = spec.context(world, "2026")
    assert json.loads(json.dumps(filled.values)) == filled.values
    unknown = "Не указано, кто подписывает документ."
    if spec.scope == "blank":
        unknown = "Не выбрана образовательная организация: её название нужно будет вписать."
    assert spec.missing(world, "2026")[0] == unknown
    if spec.scope != "blank":
        assert spec.obstacle(world, "2026") != ""


@SPECS
def test_a_document_has_the_same_shape_with_and_without_data(spec: catalogue.DocumentSpec) -> None:
    reports = []
    if "period" in spec.inputs:
        measure = catalogue.MEASURES[spec.measure]
        reports = [accepted(1, measure.example, measure.example_facts)]
    rich = spec.context(full(owed=[school(1)], reports=reports, earlier=reports), "2026")
    blank = spec.context(World([school(1)], [], [], school(1)), "2026")
    assert rich.values.keys() == blank.values.keys()
    assert spec.obstacle(full(owed=[school(1)], reports=reports), "2026") == ""
    for path, figure in rich.figures.items():
        assert figure.how, path
        assert figure.value is None or figure.sources or figure.value == 0 or "обязанные" in figure.how, path
