"""The foundation: every table of the first release, and the triggers that keep records append-only.

Revision: 0001_foundation
After: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("audit_events", "decisions", "attendance_corrections", "ledger_entries", "ledger_seals")


def guard_append_only() -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL) on the tables that are only ever added to."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23514'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    op.create_table(
        "attendance_corrections",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_attendance_corrections")),
    )
    op.create_index(
        "ix_attendance_corrections_session_id",
        "attendance_corrections",
        ["city_id", "session_id"],
        unique=False,
    )

    op.create_table(
        "audit_events",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("capacity", sa.String(length=40), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column(
            "fields",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_audit_events")),
    )
    op.create_index(
        "ix_audit_events_city_id_happened_at", "audit_events", ["city_id", "happened_at"], unique=False
    )
    op.create_index("ix_audit_events_city_id_object", "audit_events", ["city_id", "object_id"], unique=False)

    op.create_table(
        "directory",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('staff_no', 'phone', 'client_id')", name=op.f("ck_directory_kind")),
        sa.PrimaryKeyConstraint("kind", "key_hash", name=op.f("pk_directory")),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("balance_centi", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('issuer', 'teacher')", name=op.f("ck_ledger_accounts_kind")),
        sa.CheckConstraint("balance_centi >= 0", name=op.f("ck_ledger_accounts_balance")),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint(
            "city_id", "kind", "owner_id", name=op.f("uq_ledger_accounts_city_id_kind_owner_id")
        ),
    )
    op.create_table(
        "organisations",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("has_training_centre", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('city', 'county', 'union', 'school', 'provider')", name=op.f("ck_organisations_kind")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "parent_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_organisations_city_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("city_id", "code", name=op.f("uq_organisations_city_id_code")),
        sa.UniqueConstraint("city_id", "path", name=op.f("uq_organisations_city_id_path")),
    )
    op.create_table(
        "outbox_events",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_outbox_events")),
    )
    op.create_index(
        "ix_outbox_events_delivered_at_topic", "outbox_events", ["delivered_at", "topic", "id"], unique=False
    )

    op.create_table(
        "platforms",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "scopes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f("ck_platforms_status")),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_platforms")),
        sa.UniqueConstraint("city_id", "client_id", name=op.f("uq_platforms_city_id_client_id")),
    )
    op.create_table(
        "sign_in_throttles",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_throttles")),
    )
    op.create_index(
        "ix_sign_in_throttles_last_tried_at", "sign_in_throttles", ["last_tried_at"], unique=False
    )

    op.create_table(
        "users",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("staff_no", sa.String(length=32), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("phone_masked", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("activation_hash", sa.String(length=64), nullable=True),
        sa.Column("activation_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f("ck_users_status")),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("city_id", "staff_no", name=op.f("uq_users_city_id_staff_no")),
    )
    op.create_table(
        "imports",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_wrong", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("errors_total", sa.Integer(), nullable=False),
        sa.Column(
            "errors",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("warnings_total", sa.Integer(), nullable=False),
        sa.Column(
            "warnings",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "preview",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("rows_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('checked', 'committed')", name=op.f("ck_imports_state")),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_imports_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_imports")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("balance_after_centi", sa.Integer(), nullable=False),
        sa.Column("credits_centi", sa.Integer(), nullable=False),
        sa.Column("hours_centi", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("exam_passed", sa.Boolean(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("program_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("policy_sha256", sa.String(length=64), nullable=False),
        sa.Column("posted_by", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f("ck_ledger_entries_reversal")
        ),
        sa.CheckConstraint("kind IN ('credit', 'reversal')", name=op.f("ck_ledger_entries_kind")),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'city', 'county', 'union', 'school', 'self')",
            name=op.f("ck_ledger_entries_level"),
        ),
        sa.CheckConstraint(
            "mode IN ('onsite', 'online', 'base', 'school_based', 'blended', 'study')",
            name=op.f("ck_ledger_entries_mode"),
        ),
        sa.CheckConstraint(
            "credits_centi >= 0 AND debit_id <> credit_id", name=op.f("ck_ledger_entries_amount")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "credit_id"],
            ["ledger_accounts.city_id", "ledger_accounts.id"],
            name=op.f("fk_ledger_entries_city_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "debit_id"],
            ["ledger_accounts.city_id", "ledger_accounts.id"],
            name=op.f("fk_ledger_entries_city_id_debit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "reverses_id"],
            ["ledger_entries.city_id", "ledger_entries.id"],
            name=op.f("fk_ledger_entries_city_id_reverses_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("city_id", "reverses_id", name=op.f("uq_ledger_entries_city_id_reverses_id")),
        sa.UniqueConstraint(
            "city_id", "teacher_id", "sequence", name=op.f("uq_ledger_entries_city_id_teacher_id_sequence")
        ),
    )
    op.create_index(
        "ix_ledger_entries_teacher_id",
        "ledger_entries",
        ["city_id", "teacher_id", "event_on", "category"],
        unique=False,
    )
    op.create_index(
        "uq_ledger_entries_claim_id",
        "ledger_entries",
        ["city_id", "claim_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'credit'"),
        postgresql_where=sa.text("kind = 'credit'"),
    )

    op.create_table(
        "policy_versions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("pack_key", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "overrides",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_policy_versions_city_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint(
            "city_id",
            "organisation_id",
            "from_on",
            name=op.f("uq_policy_versions_city_id_organisation_id_from_on"),
        ),
    )
    op.create_index(
        "ix_policy_versions_org_path", "policy_versions", ["city_id", "org_path", "from_on"], unique=False
    )

    op.create_table(
        "programs",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.String(length=2000), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("hours_centi", sa.Integer(), nullable=False),
        sa.Column("credits_centi", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("attendance_percent", sa.Integer(), nullable=False),
        sa.Column("has_exam", sa.Boolean(), nullable=False),
        sa.Column("has_assignment", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("return_note", sa.String(length=500), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'city', 'county', 'union', 'school', 'self')",
            name=op.f("ck_programs_level"),
        ),
        sa.CheckConstraint(
            "mode IN ('onsite', 'online', 'base', 'school_based', 'blended', 'study')",
            name=op.f("ck_programs_mode"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'closed')",
            name=op.f("ck_programs_state"),
        ),
        sa.CheckConstraint(
            "attendance_percent BETWEEN 0 AND 100", name=op.f("ck_programs_attendance_percent")
        ),
        sa.CheckConstraint("hours_centi >= 0 AND credits_centi >= 0", name=op.f("ck_programs_amounts")),
        sa.ForeignKeyConstraint(
            ["city_id", "provider_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_programs_city_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "sponsor_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_programs_city_id_sponsor_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_programs")),
        sa.UniqueConstraint("city_id", "code", name=op.f("uq_programs_city_id_code")),
    )
    op.create_index("ix_programs_org_path", "programs", ["city_id", "org_path"], unique=False)
    op.create_index("ix_programs_provider_id", "programs", ["city_id", "provider_id"], unique=False)

    op.create_table(
        "refresh_tokens",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["city_id", "user_id"],
            ["users.city_id", "users.id"],
            name=op.f("fk_refresh_tokens_city_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("city_id", "secret_hash", name=op.f("uq_refresh_tokens_city_id_secret_hash")),
    )
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["city_id", "family_id"], unique=False)

    op.create_table(
        "role_bindings",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role IN ('teacher', 'school_clerk', 'county_reviewer', 'city_auditor', 'provider_staff', 'teacher_office', 'finance', 'supervisor', 'administrator')",
            name=op.f("ck_role_bindings_role"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "organisation_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_role_bindings_city_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "user_id"],
            ["users.city_id", "users.id"],
            name=op.f("fk_role_bindings_city_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_role_bindings")),
    )
    op.create_index(
        "ix_role_bindings_organisation_id",
        "role_bindings",
        ["city_id", "organisation_id", "role"],
        unique=False,
    )
    op.create_index("ix_role_bindings_user_id", "role_bindings", ["city_id", "user_id"], unique=False)

    op.create_table(
        "teachers",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("staff_no", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id_number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.String(length=64), nullable=True),
        sa.Column("id_number_masked", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "stage IN ('kindergarten', 'primary', 'junior', 'senior', 'vocational', 'special')",
            name=op.f("ck_teachers_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_teachers_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "user_id"], ["users.city_id", "users.id"], name=op.f("fk_teachers_city_id_user_id")
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_teachers")),
        sa.UniqueConstraint("city_id", "staff_no", name=op.f("uq_teachers_city_id_staff_no")),
        sa.UniqueConstraint("city_id", "user_id", name=op.f("uq_teachers_city_id_user_id")),
    )
    op.create_index("ix_teachers_org_path", "teachers", ["city_id", "org_path"], unique=False)
    op.create_index(
        "uq_teachers_id_number_index",
        "teachers",
        ["city_id", "id_number_index"],
        unique=True,
        sqlite_where=sa.text("id_number_index IS NOT NULL"),
        postgresql_where=sa.text("id_number_index IS NOT NULL"),
    )

    op.create_table(
        "claims",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=True),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "sponsor_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("program_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("activity", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("hours_centi", sa.Integer(), nullable=False),
        sa.Column("credits_claimed_centi", sa.Integer(), nullable=False),
        sa.Column("credits_granted_centi", sa.Integer(), nullable=True),
        sa.Column("exam_passed", sa.Boolean(), nullable=False),
        sa.Column("attended_sessions", sa.Integer(), nullable=True),
        sa.Column("held_sessions", sa.Integer(), nullable=True),
        sa.Column("late_reason", sa.String(length=200), nullable=True),
        sa.Column(
            "flags",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "route",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column(
            "desk_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "form IN ('whole_school', 'group', 'peers', 'self_study', 'remote')", name=op.f("ck_claims_form")
        ),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'city', 'county', 'union', 'school', 'self')",
            name=op.f("ck_claims_level"),
        ),
        sa.CheckConstraint(
            "mode IN ('onsite', 'online', 'base', 'school_based', 'blended', 'study')",
            name=op.f("ck_claims_mode"),
        ),
        sa.CheckConstraint(
            "source IN ('class_run', 'school_batch', 'platform', 'teacher')", name=op.f("ck_claims_source")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'registered', 'reviewed', 'audited', 'returned', 'withdrawn', 'rejected', 'reversed')",
            name=op.f("ck_claims_state"),
        ),
        sa.CheckConstraint(
            "credits_granted_centi IS NULL OR credits_granted_centi >= 0", name=op.f("ck_claims_granted")
        ),
        sa.CheckConstraint("hours_centi >= 0 AND credits_claimed_centi >= 0", name=op.f("ck_claims_amounts")),
        sa.ForeignKeyConstraint(
            ["city_id", "program_id"],
            ["programs.city_id", "programs.id"],
            name=op.f("fk_claims_city_id_program_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_claims_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_claims_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_batch_id", "claims", ["city_id", "batch_id"], unique=False)
    op.create_index(
        "ix_claims_desk_path",
        "claims",
        ["city_id", "desk_path"],
        unique=False,
        sqlite_where=sa.text("desk_path IS NOT NULL"),
        postgresql_where=sa.text("desk_path IS NOT NULL"),
    )
    op.create_index("ix_claims_org_path", "claims", ["city_id", "org_path"], unique=False)
    op.create_index("ix_claims_sponsor_path", "claims", ["city_id", "sponsor_path"], unique=False)
    op.create_index("ix_claims_teacher_id", "claims", ["city_id", "teacher_id", "event_on"], unique=False)
    op.create_index(
        "uq_claims_activity",
        "claims",
        ["city_id", "teacher_id", "activity", "event_on"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('withdrawn', 'rejected', 'reversed')"),
        postgresql_where=sa.text("state NOT IN ('withdrawn', 'rejected', 'reversed')"),
    )

    op.create_table(
        "class_runs",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("enroll_opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enroll_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdraw_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'concluded', 'cancelled')", name=op.f("ck_class_runs_state")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_class_runs_dates")),
        sa.CheckConstraint("enroll_closes_at > enroll_opens_at", name=op.f("ck_class_runs_window")),
        sa.ForeignKeyConstraint(
            ["city_id", "program_id"],
            ["programs.city_id", "programs.id"],
            name=op.f("fk_class_runs_city_id_program_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_class_runs")),
    )
    op.create_index("ix_class_runs_program_id", "class_runs", ["city_id", "program_id"], unique=False)
    op.create_index("ix_class_runs_starts_on", "class_runs", ["city_id", "state", "starts_on"], unique=False)

    op.create_table(
        "completions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("hours_centi", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("score_centi", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('accepted', 'duplicate', 'unmatched')", name=op.f("ck_completions_status")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "platform_id"],
            ["platforms.city_id", "platforms.id"],
            name=op.f("fk_completions_city_id_platform_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "program_id"],
            ["programs.city_id", "programs.id"],
            name=op.f("fk_completions_city_id_program_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_completions")),
        sa.UniqueConstraint(
            "city_id",
            "platform_id",
            "external_id",
            name=op.f("uq_completions_city_id_platform_id_external_id"),
        ),
    )
    op.create_index(
        "uq_completions_natural",
        "completions",
        ["city_id", "teacher_id", "program_id", "completed_on"],
        unique=True,
        sqlite_where=sa.text("status = 'accepted'"),
        postgresql_where=sa.text("status = 'accepted'"),
    )

    op.create_table(
        "employments",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_employments_dates")),
        sa.ForeignKeyConstraint(
            ["city_id", "school_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_employments_city_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_employments_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_employments")),
    )
    op.create_index(
        "ix_employments_teacher_id", "employments", ["city_id", "teacher_id", "starts_on"], unique=False
    )
    op.create_index(
        "uq_employments_open",
        "employments",
        ["city_id", "teacher_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )

    op.create_table(
        "ledger_seals",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("seal_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id", "chain_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_ledger_seals_city_id_chain_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "entry_id"],
            ["ledger_entries.city_id", "ledger_entries.id"],
            name=op.f("fk_ledger_seals_city_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "chain_id", "position", name=op.f("pk_ledger_seals")),
        sa.UniqueConstraint("city_id", "entry_id", name=op.f("uq_ledger_seals_city_id_entry_id")),
    )
    op.create_table(
        "teacher_posts",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "post IN ('principal', 'principal_designate', 'cadre', 'homeroom', 'backbone', 'master_candidate', 'counsellor', 'off_subject', 'trainer')",
            name=op.f("ck_teacher_posts_post"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_teacher_posts_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_teacher_posts")),
    )
    op.create_index("ix_teacher_posts_teacher_id", "teacher_posts", ["city_id", "teacher_id"], unique=False)

    op.create_table(
        "class_sessions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_class_sessions_times")),
        sa.ForeignKeyConstraint(
            ["city_id", "run_id"],
            ["class_runs.city_id", "class_runs.id"],
            name=op.f("fk_class_sessions_city_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_class_sessions")),
    )
    op.create_index(
        "ix_class_sessions_run_id", "class_sessions", ["city_id", "run_id", "starts_at"], unique=False
    )

    op.create_table(
        "decisions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("state_before", sa.String(length=40), nullable=False),
        sa.Column("state_after", sa.String(length=40), nullable=False),
        sa.Column("credits_before_centi", sa.Integer(), nullable=False),
        sa.Column("credits_after_centi", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "capacity IN ('teacher', 'school_clerk', 'county_reviewer', 'city_auditor', 'provider_staff', 'teacher_office', 'finance', 'supervisor', 'administrator')",
            name=op.f("ck_decisions_capacity"),
        ),
        sa.CheckConstraint(
            "verdict IN ('approve', 'return', 'reject', 'withdraw')", name=op.f("ck_decisions_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "claim_id"],
            ["claims.city_id", "claims.id"],
            name=op.f("fk_decisions_city_id_claim_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_claim_id", "decisions", ["city_id", "claim_id", "decided_at"], unique=False)

    op.create_table(
        "enrollments",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('enrolled', 'withdrawn', 'completed', 'not_completed')",
            name=op.f("ck_enrollments_state"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "holder_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_enrollments_city_id_holder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "program_id"],
            ["programs.city_id", "programs.id"],
            name=op.f("fk_enrollments_city_id_program_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "run_id"],
            ["class_runs.city_id", "class_runs.id"],
            name=op.f("fk_enrollments_city_id_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "teacher_id"],
            ["teachers.city_id", "teachers.id"],
            name=op.f("fk_enrollments_city_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_enrollments")),
    )
    op.create_index("ix_enrollments_teacher_id", "enrollments", ["city_id", "teacher_id"], unique=False)
    op.create_index(
        "uq_enrollments_live",
        "enrollments",
        ["city_id", "run_id", "teacher_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )

    op.create_table(
        "seats",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0 AND taken <= quota", name=op.f("ck_seats_taken")),
        sa.ForeignKeyConstraint(
            ["city_id", "holder_id"],
            ["organisations.city_id", "organisations.id"],
            name=op.f("fk_seats_city_id_holder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "run_id"],
            ["class_runs.city_id", "class_runs.id"],
            name=op.f("fk_seats_city_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "run_id", "holder_id", name=op.f("pk_seats")),
    )
    op.create_table(
        "assessments",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("score_centi", sa.Integer(), nullable=True),
        sa.Column("exam_passed", sa.Boolean(), nullable=False),
        sa.Column("assignment_passed", sa.Boolean(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("result IN ('fail', 'pass', 'excellent')", name=op.f("ck_assessments_result")),
        sa.CheckConstraint(
            "score_centi IS NULL OR score_centi BETWEEN 0 AND 10000", name=op.f("ck_assessments_score")
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "enrollment_id"],
            ["enrollments.city_id", "enrollments.id"],
            name=op.f("fk_assessments_city_id_enrollment_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "enrollment_id", name=op.f("pk_assessments")),
    )
    op.create_table(
        "attendance_marks",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mark IN ('present', 'late', 'left_early', 'leave', 'absent')",
            name=op.f("ck_attendance_marks_mark"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "enrollment_id"],
            ["enrollments.city_id", "enrollments.id"],
            name=op.f("fk_attendance_marks_city_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "session_id"],
            ["class_sessions.city_id", "class_sessions.id"],
            name=op.f("fk_attendance_marks_city_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "session_id", "enrollment_id", name=op.f("pk_attendance_marks")),
    )
    op.create_index(
        "ix_attendance_marks_enrollment_id", "attendance_marks", ["city_id", "enrollment_id"], unique=False
    )

    op.create_table(
        "decision_notes",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "org_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id", "id"],
            ["decisions.city_id", "decisions.id"],
            name=op.f("fk_decision_notes_city_id_id"),
        ),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_decision_notes")),
    )
    guard_append_only()


def downgrade() -> None:
    op.drop_table("decision_notes")

    op.drop_table("attendance_marks")
    op.drop_table("assessments")
    op.drop_table("seats")

    op.drop_table("enrollments")

    op.drop_table("decisions")

    op.drop_table("class_sessions")

    op.drop_table("teacher_posts")
    op.drop_table("ledger_seals")

    op.drop_table("employments")

    op.drop_table("completions")

    op.drop_table("class_runs")

    op.drop_table("claims")

    op.drop_table("teachers")

    op.drop_table("role_bindings")

    op.drop_table("refresh_tokens")

    op.drop_table("programs")

    op.drop_table("policy_versions")

    op.drop_table("ledger_entries")
    op.drop_table("imports")
    op.drop_table("users")

    op.drop_table("sign_in_throttles")
    op.drop_table("platforms")

    op.drop_table("outbox_events")
    op.drop_table("organisations")
    op.drop_table("ledger_accounts")
    op.drop_table("directory")

    op.drop_table("audit_events")

    op.drop_table("attendance_corrections")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
