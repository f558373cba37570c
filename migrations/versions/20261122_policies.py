"""Policies: drafts and adopted versions, exemptions and vetoes, figures of years, closings and accountability.

Revision: 0002_policies
After: 0001_foundation
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_policies"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


POSTS = (
    "principal",
    "principal_designate",
    "cadre",
    "homeroom",
    "backbone",
    "master_candidate",
    "counsellor",
    "off_subject",
    "trainer",
)
ADDED_POSTS = ("registration_deferred",)
FROZEN = (
    "text",
    "sha256",
    "overrides",
    "organisation_id",
    "org_path",
    "pack_key",
    "from_on",
    "adopted_at",
    "adopted_by",
)


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("public_funds_fen", sa.BigInteger(), nullable=False),
        sa.Column("payroll_fen", sa.BigInteger(), nullable=False),
        sa.Column("training_fen", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "public_funds_fen >= 0 AND payroll_fen >= 0 AND training_fen >= 0",
            name=op.f("ck_budgets_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_budgets_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_budgets")),
        sa.UniqueConstraint(
            "city_id", "organisation_id", "year", name=op.f("uq_budgets_city_id_organisation_id_year")
        ),
    )
    op.create_index("ix_budgets_org_path", "budgets", ["city_id", "year", "org_path"], unique=False)

    op.create_table(
        "closings",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("registration_until", sa.Date(), nullable=False),
        sa.Column("objection_until", sa.Date(), nullable=False),
        sa.Column("verification_until", sa.Date(), nullable=False),
        sa.Column("closing_on", sa.Date(), nullable=False),
        sa.Column("clause", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('year', 'cycle')", name=op.f("ck_closings_kind")),
        sa.CheckConstraint(
            "state IN ('registering', 'confirming', 'verifying', 'closed')", name=op.f("ck_closings_state")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_closings_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_closings")),
        sa.UniqueConstraint(
            "city_id",
            "organisation_id",
            "kind",
            "starts_on",
            name=op.f("uq_closings_city_id_organisation_id_kind_starts_on"),
        ),
    )
    op.create_table(
        "accountability_interviews",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("bulletins", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=400), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("record", sa.String(length=2000), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'held', 'cancelled')", name=op.f("ck_accountability_interviews_state")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_accountability_interviews_city_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_accountability_interviews_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_accountability_interviews_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_accountability_interviews")),
    )
    op.create_index(
        "ix_accountability_interviews_org_path",
        "accountability_interviews",
        ["city_id", "org_path", "state"],
        unique=False,
    )

    op.create_table(
        "bulletins",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("body", sa.String(length=4000), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_bulletins_state")),
        sa.ForeignKeyConstraint(
            ["city_id", "closing_id"],
            ["closings.city_id", "closings.id"],
            name=op.f("fk_bulletins_city_id_closing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_bulletins_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_bulletins")),
    )
    op.create_index("ix_bulletins_org_path", "bulletins", ["city_id", "org_path"], unique=False)

    op.create_table(
        "closing_figures",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("requirement_id", sa.String(length=40), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("required_centi", sa.Integer(), nullable=True),
        sa.Column("counted_centi", sa.Integer(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("barred", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(length=500), nullable=True),
        sa.Column("resolution", sa.String(length=500), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('none', 'confirmed', 'objected', 'settled')", name=op.f("ck_closing_figures_answer")
        ),
        sa.CheckConstraint("unit IN ('credits', 'hours', 'times')", name=op.f("ck_closing_figures_unit")),
        sa.ForeignKeyConstraint(
            ["city_id", "closing_id"],
            ["closings.city_id", "closings.id"],
            name=op.f("fk_closing_figures_city_id_closing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_closing_figures_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_closing_figures_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "closing_id", "teacher_id", name=op.f("pk_closing_figures")),
    )
    op.create_index(
        "ix_closing_figures_org_path", "closing_figures", ["city_id", "closing_id", "org_path"], unique=False
    )
    op.create_index(
        "ix_closing_figures_teacher_id", "closing_figures", ["city_id", "teacher_id"], unique=False
    )

    op.create_table(
        "closing_verifications",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id", "closing_id"],
            ["closings.city_id", "closings.id"],
            name=op.f("fk_closing_verifications_city_id_closing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_closing_verifications_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "city_id", "closing_id", "organisation_id", name=op.f("pk_closing_verifications")
        ),
    )
    op.create_table(
        "ethics_vetoes",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column(
            "authority_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_ethics_vetoes_dates")),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_ethics_vetoes_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_ethics_vetoes")),
        sa.UniqueConstraint(
            "city_id",
            "teacher_id",
            "document_no",
            name=op.f("uq_ethics_vetoes_city_id_teacher_id_document_no"),
        ),
    )
    op.create_index("ix_ethics_vetoes_org_path", "ethics_vetoes", ["city_id", "org_path"], unique=False)

    op.create_table(
        "exemptions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column(
            "desk_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sick_leave', 'maternity_leave', 'transfer', 'near_retirement', 'in_study')",
            name=op.f("ck_exemptions_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'refused', 'revoked')", name=op.f("ck_exemptions_state")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_exemptions_dates")),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_exemptions_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_exemptions")),
    )
    op.create_index("ix_exemptions_org_path", "exemptions", ["city_id", "org_path", "state"], unique=False)
    op.create_index("ix_exemptions_teacher_id", "exemptions", ["city_id", "teacher_id"], unique=False)

    op.create_table(
        "school_verdicts",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("threshold_id", sa.String(length=40), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("below", sa.Integer(), nullable=False),
        sa.Column("exempt", sa.Integer(), nullable=False),
        sa.Column(
            "below_ids",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("clause", sa.String(length=400), nullable=False),
        sa.Column(
            "consequences",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("in_principle", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'dismissed')", name=op.f("ck_school_verdicts_state")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "closing_id"],
            ["closings.city_id", "closings.id"],
            name=op.f("fk_school_verdicts_city_id_closing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_school_verdicts_city_id_school_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_school_verdicts")),
        sa.UniqueConstraint(
            "city_id",
            "closing_id",
            "school_id",
            "threshold_id",
            name=op.f("uq_school_verdicts_city_id_closing_id_school_id_threshold_id"),
        ),
    )
    op.create_index(
        "ix_school_verdicts_org_path", "school_verdicts", ["city_id", "org_path", "state"], unique=False
    )

    op.create_table(
        "year_figures",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("year_starts_on", sa.Date(), nullable=False),
        sa.Column("year_ends_on", sa.Date(), nullable=False),
        sa.Column("requirement_id", sa.String(length=40), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("required_centi", sa.Integer(), nullable=True),
        sa.Column("counted_centi", sa.Integer(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("barred", sa.Boolean(), nullable=False),
        sa.Column("cycle_required_centi", sa.Integer(), nullable=True),
        sa.Column("cycle_counted_centi", sa.Integer(), nullable=False),
        sa.Column("cycle_exempt", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("teacher_version", sa.Integer(), nullable=False),
        sa.Column("policies", sa.String(length=64), nullable=False),
        sa.Column("current_until", sa.Date(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unit IN ('credits', 'hours', 'times')", name=op.f("ck_year_figures_unit")),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_year_figures_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_year_figures_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "teacher_id", "year", name=op.f("pk_year_figures")),
    )
    op.create_index("ix_year_figures_org_path", "year_figures", ["city_id", "year", "org_path"], unique=False)

    op.create_table(
        "bulletin_items",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("verdict_id", sa.Uuid(), nullable=True),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "bulletin_id"],
            ["bulletins.city_id", "bulletins.id"],
            name=op.f("fk_bulletin_items_city_id_bulletin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_bulletin_items_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_bulletin_items_city_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "verdict_id"],
            ["school_verdicts.city_id", "school_verdicts.id"],
            name=op.f("fk_bulletin_items_city_id_verdict_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_bulletin_items")),
    )
    op.create_index(
        "ix_bulletin_items_bulletin_id", "bulletin_items", ["city_id", "bulletin_id"], unique=False
    )
    op.create_index("ix_bulletin_items_school_id", "bulletin_items", ["city_id", "school_id"], unique=False)
    add_diplomas_to_claims()
    op.add_column("ledger_entries", sa.Column("award_key", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_ledger_entries_reversals",
        "ledger_entries",
        ["city_id", "teacher_id", "reverses_id"],
        unique=False,
        sqlite_where=sa.text("kind = 'reversal'"),
        postgresql_where=sa.text("kind = 'reversal'"),
    )
    add_degree("teachers", "degree")
    allow_posts(POSTS + ADDED_POSTS)
    add_states_to_policies()
    freeze_adopted_policies()


def add_degree(table: str, column: str) -> None:
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(40) "
        f"CONSTRAINT ck_{table}_{column} CHECK ({column} IN ('associate', 'bachelor', 'master'))"
    )


def add_diplomas_to_claims() -> None:
    """One diploma earns one award: among live claims its number comes once in a city."""
    op.add_column("claims", sa.Column("award_key", sa.String(length=64), nullable=True))
    add_degree("claims", "awarded_degree")
    add_degree("claims", "degree_before")
    live = sa.text("award_key IS NOT NULL AND state NOT IN ('withdrawn', 'rejected', 'reversed')")
    op.create_index(
        "uq_claims_award_key",
        "claims",
        ["city_id", "award_key"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def allow_posts(posts: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{post}'" for post in posts)
    with op.batch_alter_table("teacher_posts") as batch:
        batch.drop_constraint(op.f("ck_teacher_posts_post"), type_="check")
        batch.create_check_constraint(op.f("ck_teacher_posts_post"), f"post IN ({listed})")


def add_states_to_policies() -> None:
    """Every version there is was adopted when it was written."""
    with op.batch_alter_table("policy_versions") as batch:
        batch.drop_constraint(op.f("uq_policy_versions_city_id_organisation_id_from_on"), type_="unique")
        batch.alter_column("adopted_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch.add_column(sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="adopted"))
        batch.add_column(sa.Column("adopted_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("request_hash", sa.String(length=64), nullable=False, server_default=""))
    op.execute("UPDATE policy_versions SET made_at = adopted_at")
    with op.batch_alter_table("policy_versions") as batch:
        batch.alter_column("made_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for column in ("state", "version", "request_hash"):
            batch.alter_column(column, server_default=None)
        batch.create_check_constraint(
            op.f("ck_policy_versions_state"), "state IN ('draft', 'adopted', 'withdrawn')"
        )
    op.create_index(
        "uq_policy_versions_from_on",
        "policy_versions",
        ["city_id", "organisation_id", "from_on"],
        unique=True,
        sqlite_where=sa.text("state = 'adopted'"),
        postgresql_where=sa.text("state = 'adopted'"),
    )


def freeze_adopted_policies() -> None:
    """What was adopted keeps its content and its row for ever, and never becomes a draft again."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in FROZEN)
    goes_back = "NEW.state = 'draft' OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn')"
    for name, act, condition in (
        ("frozen", "UPDATE", f"OLD.state <> 'draft' AND ({changed} OR {goes_back})"),
        ("kept", "DELETE", "OLD.state <> 'draft'"),
    ):
        refuse = "BEGIN SELECT RAISE(ABORT, 'an adopted policy never changes'); END"
        op.execute(
            f"CREATE TRIGGER policy_versions_{name} BEFORE {act} ON policy_versions FOR EACH ROW "
            f"WHEN ({condition}) {refuse if sqlite else 'EXECUTE FUNCTION refuse_change()'}"
        )


def downgrade() -> None:
    for table in (
        "bulletin_items",
        "year_figures",
        "school_verdicts",
        "exemptions",
        "ethics_vetoes",
        "closing_verifications",
        "closing_figures",
        "bulletins",
        "accountability_interviews",
        "closings",
        "budgets",
    ):
        op.drop_table(table)
    thaw_policies()
    allow_posts(POSTS)
    op.drop_column("teachers", "degree")
    op.drop_index("ix_ledger_entries_reversals", "ledger_entries")
    op.drop_column("ledger_entries", "award_key")
    op.drop_index("uq_claims_award_key", "claims")
    for column in ("degree_before", "awarded_degree", "award_key"):
        op.drop_column("claims", column)


def thaw_policies() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON policy_versions"
    op.execute(f"DROP TRIGGER policy_versions_frozen{on_table}")
    op.execute(f"DROP TRIGGER policy_versions_kept{on_table}")
    op.execute("DELETE FROM policy_versions WHERE state <> 'adopted'")
    op.drop_index("uq_policy_versions_from_on", "policy_versions")
    with op.batch_alter_table("policy_versions") as batch:
        batch.drop_constraint(op.f("ck_policy_versions_state"), type_="check")
        for column in ("state", "made_at", "adopted_by", "version", "request_hash"):
            batch.drop_column(column)
        batch.alter_column("adopted_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_unique_constraint(
            op.f("uq_policy_versions_city_id_organisation_id_from_on"),
            ["city_id", "organisation_id", "from_on"],
        )
