"""Registers: people, consents, mentorships, their revisions, and personal programmes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=220), nullable=False),
        sa.Column("search_key", sa.String(length=220), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=6), nullable=True),
        sa.Column("employee", sa.Boolean(), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("experience_years", sa.Integer(), nullable=True),
        sa.Column("experience_on", sa.Date(), nullable=True),
        sa.Column("enterprise", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("to_check", sa.JSON(), nullable=False),
        sa.Column("name_gen", sa.String(length=220), nullable=False),
        sa.Column("name_dat", sa.String(length=220), nullable=False),
        sa.Column("name_ins", sa.String(length=220), nullable=False),
        sa.Column("name_others", sa.JSON(), nullable=False),
        sa.Column("names_verified", sa.Boolean(), nullable=False),
        sa.Column("hidden_since", sa.Date(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name=op.f("ck_participant_birth_year")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_participant_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_participant_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("school_id", "number", name=op.f("uq_participant_school_id_number")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_municipality_id_sort_key_id"),
            ["municipality_id", "sort_key", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_participant_names", ["municipality_id", "search_key", "hidden_since", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participant_school_id_sort_key_id"), ["school_id", "sort_key", "id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("paper_number", sa.String(length=60), nullable=False),
        sa.Column("own_signed", sa.Boolean(), nullable=False),
        sa.Column("representative_signed", sa.Boolean(), nullable=False),
        sa.Column("came_of_age", sa.Boolean(), nullable=False),
        sa.Column("addendum_number", sa.String(length=60), nullable=False),
        sa.Column("addendum_on", sa.Date(), nullable=True),
        sa.Column("payment_basis", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= given_on", name=op.f("ck_consent_term")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_consent_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_consent_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_consent_school_id_school")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_consent_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_school_id"), ["school_id"], unique=False)

    op.create_table(
        "mentee_card",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("testimonial_url", sa.String(length=500), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_mentee_card_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_mentee_card")),
    )
    op.create_table(
        "mentor_card",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("competences", sa.Text(), nullable=False),
        sa.Column("achievements", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("wished_age", sa.String(length=100), nullable=False),
        sa.Column("time", sa.String(length=200), nullable=False),
        sa.Column("testimonial_url", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_mentor_card_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_mentor_card")),
    )
    op.create_table(
        "mentorship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role_variant", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("order_number", sa.String(length=60), nullable=False),
        sa.Column("order_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_mentorship_term")),
        sa.ForeignKeyConstraint(["mentor_id"], ["participant.id"], name=op.f("fk_mentorship_mentor_id_participant")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_mentorship_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_mentorship_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorship")),
    )
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentorship_mentor_id"), ["mentor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mentorship_municipality_id_starts_on_id"),
            ["municipality_id", "starts_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_mentorship_school_id_starts_on_id"), ["school_id", "starts_on", "id"], unique=False
        )

    op.create_table(
        "register_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_register_revision_actor_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_register_revision_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_register_revision_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_revision")),
    )
    with op.batch_alter_table("register_revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_revision_municipality", ["municipality_id", "kind", "object_id", "recorded_at"], unique=False
        )
        batch_op.create_index(
            "ix_register_revision_school", ["school_id", "kind", "object_id", "recorded_at"], unique=False
        )

    op.create_table(
        "mentorship_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentorship_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mentorship_id"], ["mentorship.id"], name=op.f("fk_mentorship_member_mentorship_id_mentorship")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_mentorship_member_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorship_member")),
        sa.UniqueConstraint(
            "mentorship_id", "participant_id", name=op.f("uq_mentorship_member_mentorship_id_participant_id")
        ),
    )
    with op.batch_alter_table("mentorship_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentorship_member_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("mentorship_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("extended_to_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("review", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_by", sa.Date(), nullable=True),
        sa.Column("plan_draft", sa.JSON(), nullable=False),
        sa.Column("plan_answers", sa.JSON(), nullable=False),
        sa.Column("progress_draft", sa.JSON(), nullable=False),
        sa.Column("progress_answers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_term")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_programme_approved_by_id_user")),
        sa.ForeignKeyConstraint(
            ["mentorship_id"], ["mentorship.id"], name=op.f("fk_programme_mentorship_id_mentorship")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_programme_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_programme_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_mentorship_id"), ["mentorship_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_programme_municipality_id_starts_on_id"),
            ["municipality_id", "starts_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_programme_school_id_starts_on_id"), ["school_id", "starts_on", "id"], unique=False
        )
        batch_op.create_index("ix_programme_queue", ["municipality_id", "review", "sent_at", "id"], unique=False)

    op.create_table(
        "programme_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_programme_event_actor_id_user")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_event_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_event")),
    )
    with op.batch_alter_table("programme_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_event_programme_id"), ["programme_id"], unique=False)

    _append_only()


def downgrade() -> None:
    _drop_append_only()

    with op.batch_alter_table("programme_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_event_programme_id"))

    op.drop_table("programme_event")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index("ix_programme_queue")
        batch_op.drop_index(batch_op.f("ix_programme_school_id_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_programme_municipality_id_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_programme_mentorship_id"))

    op.drop_table("programme")
    with op.batch_alter_table("mentorship_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentorship_member_participant_id"))

    op.drop_table("mentorship_member")
    with op.batch_alter_table("register_revision", schema=None) as batch_op:
        batch_op.drop_index("ix_register_revision_school")
        batch_op.drop_index("ix_register_revision_municipality")

    op.drop_table("register_revision")
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentorship_school_id_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_mentorship_municipality_id_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_mentorship_mentor_id"))

    op.drop_table("mentorship")
    op.drop_table("mentor_card")
    op.drop_table("mentee_card")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_school_id"))
        batch_op.drop_index(batch_op.f("ix_consent_participant_id"))

    op.drop_table("consent")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_school_id_sort_key_id"))
        batch_op.drop_index("ix_participant_names")
        batch_op.drop_index(batch_op.f("ix_participant_municipality_id_sort_key_id"))

    op.drop_table("participant")


# Of a revision only the snapshot may ever be rewritten, when a person is erased.
FIXED = ("id", "municipality_id", "school_id", "kind", "object_id", "recorded_at", "actor_id", "verb")


def _append_only() -> None:
    columns = ", ".join(FIXED)
    if op.get_bind().dialect.name == "sqlite":
        for name, what in (("delete", "DELETE"), ("update", f"UPDATE OF {columns}")):
            op.execute(
                f"CREATE TRIGGER register_revision_no_{name} BEFORE {what} ON register_revision "
                "BEGIN SELECT RAISE(ABORT, 'register_revision is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION register_revision_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'register_revision is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER register_revision_append_only BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE "
        "ON register_revision FOR EACH STATEMENT EXECUTE FUNCTION register_revision_refuse()"
    )


def _drop_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("delete", "update"):
            op.execute(f"DROP TRIGGER register_revision_no_{name}")
        return
    op.execute("DROP TRIGGER register_revision_append_only ON register_revision")
    op.execute("DROP FUNCTION register_revision_refuse()")
