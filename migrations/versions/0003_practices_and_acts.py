"""Local acts of schools; practices with their experts' scores, communities, and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("mentor", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=300), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_community_member_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_community_member_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_member")),
    )
    with op.batch_alter_table("community_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_community_member_municipality_id_school_id"), ["municipality_id", "school_id"], unique=False
        )

    op.create_table(
        "practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("authors", sa.String(length=400), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=400), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("replication", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("raop", sa.String(length=20), nullable=False),
        sa.Column("raop_on", sa.Date(), nullable=True),
        sa.Column("raop_link", sa.String(length=400), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(raop = 'none') = (raop_on IS NULL)", name=op.f("ck_practice_raop_dated")),
        sa.CheckConstraint("raop != 'placed' OR raop_link != ''", name=op.f("ck_practice_placed_has_link")),
        sa.CheckConstraint(
            "state != 'returned' OR rejected_reason != ''", name=op.f("ck_practice_rejected_has_reason")
        ),
        sa.CheckConstraint("period_end IS NULL OR period_end >= period_start", name=op.f("ck_practice_period")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_practice_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_practice_school_id_school")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_practice_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_municipality_id_school_id_state"),
            ["municipality_id", "school_id", "state"],
            unique=False,
        )

    op.create_table(
        "local_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("council_number", sa.String(length=60), nullable=False),
        sa.Column("council_on", sa.Date(), nullable=True),
        sa.Column("programme_kind", sa.String(length=20), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(item = 'L3') = (programme_kind != '')", name=op.f("ck_local_act_programme_has_kind")),
        sa.CheckConstraint(
            "item != 'L3' OR (period_start IS NOT NULL AND period_end IS NOT NULL)",
            name=op.f("ck_local_act_has_period"),
        ),
        sa.CheckConstraint(
            "item != 'L3' OR link != '' OR sha256 IS NOT NULL", name=op.f("ck_local_act_programme_has_material")
        ),
        sa.CheckConstraint("removed_at IS NULL OR removed_reason != ''", name=op.f("ck_local_act_removed_has_reason")),
        sa.CheckConstraint("period_end IS NULL OR period_end >= period_start", name=op.f("ck_local_act_period")),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_local_act_quantity_positive")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_local_act_term")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_local_act_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["local_act.id"], name=op.f("fk_local_act_replaces_id_local_act")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user.id"], name=op.f("fk_local_act_saved_by_id_user")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_local_act_school_id_school")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_local_act_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_act")),
    )
    with op.batch_alter_table("local_act", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_local_act_municipality_id_school_id_item"),
            ["municipality_id", "school_id", "item"],
            unique=False,
        )
        batch_op.create_index(
            "uq_local_act_replaces",
            ["replaces_id"],
            unique=True,
            sqlite_where=sa.text("replaces_id IS NOT NULL AND removed_at IS NULL"),
            postgresql_where=sa.text("replaces_id IS NOT NULL AND removed_at IS NULL"),
        )

    op.create_table(
        "practice_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=400), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "participants IS NULL OR held_on IS NOT NULL", name=op.f("ck_practice_event_participants_of_held")
        ),
        sa.CheckConstraint(
            "participants IS NULL OR participants >= 0", name=op.f("ck_practice_event_participants_count")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_practice_event_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_event_practice_id_practice")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_practice_event_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_event")),
    )
    with op.batch_alter_table("practice_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_event_municipality_id_school_id_planned_on"),
            ["municipality_id", "school_id", "planned_on"],
            unique=False,
        )

    op.create_table(
        "practice_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("efficiency", sa.Integer(), nullable=True),
        sa.Column("uniqueness", sa.Integer(), nullable=True),
        sa.Column("replication", sa.Integer(), nullable=True),
        sa.Column("scaling", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(scored_at IS NULL AND result IS NULL AND efficiency IS NULL AND uniqueness IS NULL AND replication IS NULL AND scaling IS NULL) OR (scored_at IS NOT NULL AND result IS NOT NULL AND efficiency IS NOT NULL AND uniqueness IS NOT NULL AND replication IS NOT NULL AND scaling IS NOT NULL AND result BETWEEN 1 AND 10 AND efficiency BETWEEN 1 AND 10 AND uniqueness BETWEEN 1 AND 10 AND replication BETWEEN 1 AND 10 AND scaling BETWEEN 1 AND 10)",
            name=op.f("ck_practice_review_scored_whole"),
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["user.id"], name=op.f("fk_practice_review_expert_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_practice_review_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_review_practice_id_practice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_review")),
        sa.UniqueConstraint(
            "practice_id", "round", "expert_id", name=op.f("uq_practice_review_practice_id_round_expert_id")
        ),
    )
    with op.batch_alter_table("practice_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practice_review_expert_id"), ["expert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_practice_review_municipality_id"), ["municipality_id"], unique=False)


def downgrade() -> None:
    for table in ("practice_review", "practice_event", "local_act", "practice", "community_member"):
        op.drop_table(table)
