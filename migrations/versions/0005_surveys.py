"""Surveys without names, the turn of the school year, confirmations of the bases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCALES = ("comfort", "usefulness", "planning", "involvement", "satisfaction")
RANGES = " AND ".join(f"({key} IS NULL OR {key} BETWEEN 1 AND 10)" for key in SCALES)


def upgrade() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_questionnaire(),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("comfort", sa.Integer(), nullable=True),
        sa.Column("usefulness", sa.Integer(), nullable=True),
        sa.Column("planning", sa.Integer(), nullable=True),
        sa.Column("involvement", sa.Integer(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column("expectations", sa.Boolean(), nullable=True),
        sa.Column("further", sa.Boolean(), nullable=True),
        sa.Column("valuable", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("suggestions", sa.Text(), nullable=False),
        sa.CheckConstraint(RANGES, name=op.f("ck_survey_answer_scores")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_survey_answer_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_survey_answer_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "school_id",
            "year",
            "form",
            "stage",
            "audience",
            "number",
            name=op.f("uq_survey_answer_school_id_year_form_stage_audience_number"),
        ),
    )
    op.create_index(
        op.f("ix_survey_answer_municipality_id_year_school_id"),
        "survey_answer",
        ["municipality_id", "year", "school_id"],
    )
    op.create_table(
        "survey_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *_questionnaire(),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_survey_link_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_survey_link_school_id_school")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_survey_link")),
    )
    op.create_index(
        op.f("ix_survey_link_school_id_year_form_stage_audience"),
        "survey_link",
        ["school_id", "year", "form", "stage", "audience"],
    )
    op.create_table(
        "year_turn_mark",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_year_turn_mark_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_year_turn_mark_school_id_school")),
        sa.PrimaryKeyConstraint("participant_id", "year", name=op.f("pk_year_turn_mark")),
    )
    op.create_index(op.f("ix_year_turn_mark_school_id"), "year_turn_mark", ["school_id"])
    op.create_table(
        "base_confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("season", sa.String(length=10), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_base_confirmation_confirmed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_base_confirmation_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_base_confirmation_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_confirmation")),
        sa.UniqueConstraint("school_id", "year", "season", name=op.f("uq_base_confirmation_school_id_year_season")),
    )
    op.create_index(op.f("ix_base_confirmation_municipality_id_year"), "base_confirmation", ["municipality_id", "year"])


def downgrade() -> None:
    for table in ("base_confirmation", "year_turn_mark", "survey_link", "survey_answer"):
        op.drop_table(table)


def _questionnaire() -> tuple[sa.Column[object], ...]:
    """Whose questionnaire a row belongs to."""
    return (
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
    )
