"""Everything that the hotline stores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is only appended to';
END $$
"""
APPEND_ONLY = """
CREATE TRIGGER ticket_events_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE ticket_ids AS BIGINT")
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_actor"), "audit_entries", ["actor"], unique=False)
    op.create_index("ix_audit_entries_subject_at", "audit_entries", ["subject", "at"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "source IN ('library', 'statutory', 'file', 'person')",
            name=op.f("ck_calendar_days_source"),
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "source IN ('library', 'statutory', 'file', 'person')",
            name=op.f("ck_calendar_years_source"),
        ),
        sa.CheckConstraint(
            "status IN ('published', 'provisional')", name=op.f("ck_calendar_years_status")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "callback_draws",
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_callback_draws_percent")),
        sa.PrimaryKeyConstraint("drawn_on", name=op.f("pk_callback_draws")),
    )
    op.create_table(
        "categories",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_leaf", sa.Boolean(), nullable=False),
        sa.Column("limit_working_days", sa.SmallInteger(), nullable=True),
        sa.Column("limit_hours", sa.SmallInteger(), nullable=True),
        sa.Column("urgency", sa.String(length=40), server_default="normal", nullable=False),
        sa.Column("is_confidential", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("transfer", sa.String(length=40), server_default="", nullable=False),
        sa.Column("keywords", sa.String(length=500), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent', 'critical')", name=op.f("ck_categories_urgency")
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["categories.code"], name=op.f("fk_categories_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_categories")),
    )
    op.create_table(
        "citizens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizens")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_citizens_phone_index")),
    )
    op.create_table(
        "counter_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_deltas")),
    )
    op.create_index("ix_counter_deltas_name", "counter_deltas", ["name", "key"], unique=False)
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_counters")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reader", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "early_reports",
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_early_reports")),
    )
    op.create_table(
        "ended_sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ended_sessions")),
    )
    op.create_index("ix_ended_sessions_ended_at", "ended_sessions", ["ended_at"], unique=False)
    op.create_table(
        "event_words",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "seq", name=op.f("pk_event_words")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_idempotency_keys_digest")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"], unique=False)
    op.create_table(
        "message_pace",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_pace")),
    )
    op.create_table(
        "office_hours",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("intervals", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_office_hours_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours")),
        sa.UniqueConstraint("place", name=op.f("uq_office_hours_place")),
    )
    op.create_table(
        "opt_outs",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reader", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "next_try_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due", "outbox", ["next_try_at", "id"], unique=False)
    op.create_index("ix_outbox_order", "outbox", ["reader", "subject", "id"], unique=False)
    op.create_table(
        "processes",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "host", "pid", name=op.f("pk_processes")),
    )
    op.create_index("ix_processes_seen_at", "processes", ["seen_at"], unique=False)
    op.create_table(
        "request_types",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("limit_working_days", sa.SmallInteger(), nullable=False),
        sa.Column("callback", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "callback IN ('full', 'sample', 'none')", name=op.f("ck_request_types_callback")
        ),
        sa.CheckConstraint(
            "code IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise', 'other')",
            name=op.f("ck_request_types_code"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_request_types")),
    )
    op.create_table(
        "schedule_runs",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last_run_for", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_runs")),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    op.create_index(op.f("ix_setting_changes_name"), "setting_changes", ["name"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("locale", sa.String(length=10), server_default="zh_CN", nullable=False),
        sa.Column("has_temporary_password", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("is_vertical", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("has_duty_24h", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("keywords", sa.String(length=500), server_default="", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('department', 'county_district', 'public_service')",
            name=op.f("ck_units_kind"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_api_tokens_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_index("ix_api_tokens_staff_id", "api_tokens", ["staff_id"], unique=False)
    op.create_table(
        "catalogue_rows",
        sa.Column("category_code", sa.String(length=20), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column(
            "assist",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "route IN ('unit', 'territorial', 'branch', 'outer')",
            name=op.f("ck_catalogue_rows_route"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_catalogue_rows_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_catalogue_rows_unit_code")
        ),
        sa.PrimaryKeyConstraint("category_code", name=op.f("pk_catalogue_rows")),
    )
    op.create_table(
        "kb_articles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=20),
            sa.Computed(
                "'K' || lpad(id::text, greatest(6, length(id::text)), '0')", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), server_default="draft", nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("keywords", sa.String(length=500), server_default="", nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), server_default="", nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("publisher_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('item_guide', 'qa', 'policy', 'notice', 'script')",
            name=op.f("ck_kb_articles_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL",
            name=op.f("ck_kb_articles_published_at"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'published', 'retired')",
            name=op.f("ck_kb_articles_state"),
        ),
        sa.CheckConstraint(
            "publisher_id IS NULL OR publisher_id <> author_id",
            name=op.f("ck_kb_articles_four_eyes"),
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_kb_articles_valid_dates")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_kb_articles_author_id")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_kb_articles_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["staff.id"], name=op.f("fk_kb_articles_publisher_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["kb_articles.id"], name=op.f("fk_kb_articles_replaces_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_kb_articles_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_articles")),
        sa.UniqueConstraint("number", name=op.f("uq_kb_articles_number")),
    )
    op.create_index(
        "ix_kb_articles_state_updated_at",
        "kb_articles",
        ["state", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_kb_articles_title",
        "kb_articles",
        ["title"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "ix_kb_articles_tokens", "kb_articles", ["tokens"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "uq_kb_articles_wording",
        "kb_articles",
        ["replaces_id"],
        unique=True,
        postgresql_where=sa.text("replaces_id IS NOT NULL AND state IN ('draft', 'submitted')"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(unit_id IS NOT NULL) = (role IN ('handler', 'unit_dispatcher', 'unit_head'))",
            name=op.f("ck_memberships_unit_roles_have_units"),
        ),
        sa.CheckConstraint(
            "role IN ('operator', 'shift_leader', 'dispatcher', 'reviewer', 'callback_agent', 'supervisor', 'inspector', 'editor', 'head', 'administrator', 'handler', 'unit_head', 'unit_dispatcher')",
            name=op.f("ck_memberships_role"),
        ),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_memberships_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memberships_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_staff_id", "memberships", ["staff_id"], unique=False)
    op.create_index("ix_memberships_unit_id", "memberships", ["unit_id", "role"], unique=False)
    op.create_table(
        "service_areas",
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("district_code", sa.String(length=20), nullable=False),
        sa.Column("water", sa.String(length=20), nullable=True),
        sa.Column("heating", sa.String(length=20), nullable=True),
        sa.Column("gas", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_code"], ["units.code"], name=op.f("fk_service_areas_district_code")
        ),
        sa.ForeignKeyConstraint(["gas"], ["units.code"], name=op.f("fk_service_areas_gas")),
        sa.ForeignKeyConstraint(["heating"], ["units.code"], name=op.f("fk_service_areas_heating")),
        sa.ForeignKeyConstraint(["water"], ["units.code"], name=op.f("fk_service_areas_water")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_service_areas")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=True),
        sa.Column("request_type", sa.String(length=40), nullable=True),
        sa.Column("category_code", sa.String(length=20), nullable=True),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("is_history", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("district_code", sa.String(length=20), nullable=True),
        sa.Column("citizen_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sorted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lamp", sa.String(length=40), server_default="green", nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("reopened_from", sa.String(length=20), nullable=True),
        sa.Column("upstream_system", sa.String(length=40), nullable=True),
        sa.Column("upstream_number", sa.String(length=80), nullable=True),
        sa.Column("upstream_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('answered', 'closed', 'filed', 'merged', 'refused', 'transferred', 'withdrawn'))",
            name=op.f("ck_tickets_closed_when_final"),
        ),
        sa.CheckConstraint(
            "channel IN ('phone', 'sms', 'web', 'mailbox', 'wechat', 'app', 'walk_in', 'agent', 'video_sign', 'province', 'national', 'media', 'leader', 'e110')",
            name=op.f("ck_tickets_channel"),
        ),
        sa.CheckConstraint(
            "lamp IN ('green', 'yellow', 'red', 'purple')", name=op.f("ck_tickets_lamp")
        ),
        sa.CheckConstraint(
            "request_type IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise', 'other')",
            name=op.f("ck_tickets_request_type"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'answered', 'refused', 'filed', 'transferred', 'merged', 'withdrawn', 'pending_dispatch', 'pending_signature', 'in_progress', 'return_requested', 'in_review', 'awaiting_callback', 'closed')",
            name=op.f("ck_tickets_state"),
        ),
        sa.CheckConstraint(
            "urgency IN ('normal', 'urgent', 'critical')", name=op.f("ck_tickets_urgency")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_tickets_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_tickets_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["tickets.id"], name=op.f("fk_tickets_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index("ix_tickets_citizen_id", "tickets", ["citizen_id", "id"], unique=False)
    op.create_index("ix_tickets_received_at", "tickets", ["received_at", "id"], unique=False)
    op.create_index("ix_tickets_state_due_at", "tickets", ["state", "due_at", "id"], unique=False)
    op.create_index("ix_tickets_state_id", "tickets", ["state", "id"], unique=False)
    op.create_index(
        "uq_tickets_upstream",
        "tickets",
        ["upstream_system", "upstream_number"],
        unique=True,
        postgresql_where=sa.text("upstream_number IS NOT NULL"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("limit_working_days", sa.SmallInteger(), nullable=False),
        sa.Column("limit_hours", sa.SmallInteger(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_by", sa.String(length=60), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=60), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_back", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('returned', 'redone', 'withdrawn', 'merged', 'closed')",
            name=op.f("ck_assignments_outcome"),
        ),
        sa.CheckConstraint("role IN ('lead', 'assist')", name=op.f("ck_assignments_role")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_assignments_ended_with_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_assignments_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_ticket_id", "assignments", ["ticket_id", "id"], unique=False)
    op.create_index(
        "ix_assignments_unit_active",
        "assignments",
        ["unit_id", "ticket_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_assignments_active_lead",
        "assignments",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND role = 'lead'"),
    )
    op.create_table(
        "callback_plans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("completion", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.String(length=40), nullable=True),
        sa.Column("satisfied", sa.SmallInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("consequence", sa.String(length=40), nullable=True),
        sa.Column("is_undecided", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_reasonable", sa.Boolean(), nullable=True),
        sa.Column("is_counted", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)",
            name=op.f("ck_callback_plans_done_at_when_done"),
        ),
        sa.CheckConstraint(
            "completion IN ('solved', 'partly_solved', 'explained', 'planned', 'no_legal_basis', 'not_a_duty', 'withdrawn', 'unreachable')",
            name=op.f("ck_callback_plans_completion"),
        ),
        sa.CheckConstraint(
            "consequence IN ('close', 'redo', 'decision')",
            name=op.f("ck_callback_plans_consequence"),
        ),
        sa.CheckConstraint(
            "is_undecided = false OR state = 'open'",
            name=op.f("ck_callback_plans_decided_while_open"),
        ),
        sa.CheckConstraint(
            "outcome IN ('answered', 'unreachable', 'refused', 'not_asked', 'no_contact')",
            name=op.f("ck_callback_plans_outcome"),
        ),
        sa.CheckConstraint(
            "rule IN ('full', 'sample', 'none')", name=op.f("ck_callback_plans_rule")
        ),
        sa.CheckConstraint(
            "solved IN ('yes', 'partly', 'no')", name=op.f("ck_callback_plans_solved")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'cancelled')", name=op.f("ck_callback_plans_state")
        ),
        sa.CheckConstraint("satisfied BETWEEN 1 AND 5", name=op.f("ck_callback_plans_satisfied")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_callback_plans_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_plans")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_callback_plans_token_digest")),
    )
    op.create_index(
        "ix_callback_plans_answered_at",
        "callback_plans",
        ["answered_at", "id"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NOT NULL"),
    )
    op.create_index(
        "ix_callback_plans_expires_at",
        "callback_plans",
        ["expires_at", "id"],
        unique=False,
        postgresql_where=sa.text("fixed_at IS NULL AND expires_at IS NOT NULL"),
    )
    op.create_index(
        "ix_callback_plans_is_undecided",
        "callback_plans",
        ["id"],
        unique=False,
        postgresql_where=sa.text("is_undecided"),
    )
    op.create_index(
        "ix_callback_plans_next_call_at",
        "callback_plans",
        ["next_call_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open' AND next_call_at IS NOT NULL"),
    )
    op.create_index(
        "uq_callback_plans_round",
        "callback_plans",
        ["ticket_id", "round"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "clocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pace", sa.String(length=40), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("next_change_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lamp", sa.String(length=40), server_default="green", nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sort', 'dispatch', 'sign', 'contact', 'handle', 'decision', 'review', 'callback', 'whole')",
            name=op.f("ck_clocks_kind"),
        ),
        sa.CheckConstraint(
            "lamp IN ('green', 'yellow', 'red', 'purple')", name=op.f("ck_clocks_lamp")
        ),
        sa.CheckConstraint(
            "pace IN ('working_days', 'working_hours', 'natural_hours')",
            name=op.f("ck_clocks_pace"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_clocks_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_clocks_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
    )
    op.create_index(
        "ix_clocks_next_change_at",
        "clocks",
        ["next_change_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL AND paused_at IS NULL"),
    )
    op.create_index("ix_clocks_ticket_id", "clocks", ["ticket_id"], unique=False)
    op.create_index(
        "ix_clocks_unit_lamp",
        "clocks",
        ["unit_id", "lamp"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL AND unit_id IS NOT NULL"),
    )
    op.create_index(
        "uq_clocks_running",
        "clocks",
        ["ticket_id", "kind", sa.literal_column("coalesce(unit_id, 0)")],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("citizen_id", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("event_key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exempt_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_messages_direction")),
        sa.CheckConstraint(
            "state IN ('queued', 'held', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'received')",
            name=op.f("ck_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_messages_citizen_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_messages_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("event_key", name=op.f("uq_messages_event_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_messages_provider_id")),
    )
    op.create_index(
        "ix_messages_due",
        "messages",
        ["next_try_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'held', 'sending')"),
    )
    op.create_index("ix_messages_phone", "messages", ["phone_index", "created_at"], unique=False)
    op.create_index("ix_messages_ticket_id", "messages", ["ticket_id", "id"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants_words", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_questions_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_reference", "questions", ["reference"], unique=False)
    op.create_index("ix_questions_ticket_id", "questions", ["ticket_id"], unique=False)
    op.create_index(
        "uq_questions_open",
        "questions",
        ["phone_index"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "seq", name=op.f("pk_ticket_events")),
    )
    op.create_table(
        "ticket_holders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("sub_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('lead', 'assist')", name=op.f("ck_ticket_holders_role")),
        sa.ForeignKeyConstraint(
            ["sub_unit_id"], ["units.id"], name=op.f("fk_ticket_holders_sub_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_holders_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_ticket_holders_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_holders")),
    )
    op.create_index("ix_ticket_holders_ticket_id", "ticket_holders", ["ticket_id"], unique=False)
    op.create_index(
        "ix_ticket_holders_unit_id", "ticket_holders", ["unit_id", "ticket_id"], unique=False
    )
    op.create_index(
        "uq_ticket_holders_now",
        "ticket_holders",
        ["unit_id", "ticket_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "ticket_texts",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unit_text", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("reporter", sa.LargeBinary(), nullable=True),
        sa.Column("query_code", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.String(length=40), nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False),
        sa.Column("unit_tokens", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_texts_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_texts")),
    )
    op.create_index(
        "ix_ticket_texts_tokens", "ticket_texts", ["tokens"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_ticket_texts_unit_tokens",
        "ticket_texts",
        ["unit_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "callback_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("was_contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.String(length=40), nullable=True),
        sa.Column("satisfied", sa.SmallInteger(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "solved IN ('yes', 'partly', 'no')", name=op.f("ck_callback_answers_solved")
        ),
        sa.CheckConstraint(
            "via IN ('person', 'sms', 'link')", name=op.f("ck_callback_answers_via")
        ),
        sa.CheckConstraint("satisfied BETWEEN 1 AND 5", name=op.f("ck_callback_answers_satisfied")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["callback_plans.id"], name=op.f("fk_callback_answers_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_answers")),
    )
    op.create_index(
        "ix_callback_answers_plan_id", "callback_answers", ["plan_id", "id"], unique=False
    )
    op.create_table(
        "callback_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('reached', 'no_answer', 'busy', 'wrong_number', 'refused')",
            name=op.f("ck_callback_attempts_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["callback_plans.id"], name=op.f("fk_callback_attempts_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_attempts")),
    )
    op.create_index(
        "ix_callback_attempts_plan_id", "callback_attempts", ["plan_id", "id"], unique=False
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_result", sa.String(length=40), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replied_by", sa.String(length=60), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=60), nullable=True),
        sa.Column("review_seq", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "completion IN ('solved', 'partly_solved', 'explained', 'planned', 'no_legal_basis', 'not_a_duty', 'withdrawn', 'unreachable')",
            name=op.f("ck_replies_completion"),
        ),
        sa.CheckConstraint(
            "contact_result IN ('reached', 'no_answer', 'busy', 'wrong_number', 'refused')",
            name=op.f("ck_replies_contact_result"),
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (is_accepted IS NULL)",
            name=op.f("ck_replies_reviewed_with_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_replies_assignment_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_replies_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index("ix_replies_assignment_id", "replies", ["assignment_id", "id"], unique=False)
    op.create_index(
        "uq_replies_open",
        "replies",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_table(
        "returns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("is_late", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('not_our_duty', 'other_unit', 'other_place', 'needs_joint', 'unclear', 'after_inspection')",
            name=op.f("ck_returns_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_returns_assignment_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_returns_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_returns_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_returns_assignment_id")),
    )
    op.create_index("ix_returns_ticket_id", "returns", ["ticket_id", "id"], unique=False)
    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_promises_reply_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_promises_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_promises_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_promises_reply_id")),
    )
    op.create_index(
        "ix_promises_open",
        "promises",
        ["promised_on", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("ix_promises_ticket_id", "promises", ["ticket_id"], unique=False)
    # ### end Alembic commands ###
    op.execute(REFUSE_CHANGE)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.drop_index("ix_promises_ticket_id", table_name="promises")
    op.drop_index("ix_promises_open", table_name="promises", postgresql_where=sa.text("is_open"))
    op.drop_table("promises")
    op.drop_index("ix_returns_ticket_id", table_name="returns")
    op.drop_table("returns")
    op.drop_index(
        "uq_replies_open", table_name="replies", postgresql_where=sa.text("reviewed_at IS NULL")
    )
    op.drop_index("ix_replies_assignment_id", table_name="replies")
    op.drop_table("replies")
    op.drop_index("ix_callback_attempts_plan_id", table_name="callback_attempts")
    op.drop_table("callback_attempts")
    op.drop_index("ix_callback_answers_plan_id", table_name="callback_answers")
    op.drop_table("callback_answers")
    op.drop_index("ix_ticket_texts_unit_tokens", table_name="ticket_texts", postgresql_using="gin")
    op.drop_index("ix_ticket_texts_tokens", table_name="ticket_texts", postgresql_using="gin")
    op.drop_table("ticket_texts")
    op.drop_index(
        "uq_ticket_holders_now",
        table_name="ticket_holders",
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index("ix_ticket_holders_unit_id", table_name="ticket_holders")
    op.drop_index("ix_ticket_holders_ticket_id", table_name="ticket_holders")
    op.drop_table("ticket_holders")
    op.drop_table("ticket_events")
    op.drop_index(
        "uq_questions_open", table_name="questions", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index("ix_questions_ticket_id", table_name="questions")
    op.drop_index("ix_questions_reference", table_name="questions")
    op.drop_table("questions")
    op.drop_index("ix_messages_ticket_id", table_name="messages")
    op.drop_index("ix_messages_phone", table_name="messages")
    op.drop_index(
        "ix_messages_due",
        table_name="messages",
        postgresql_where=sa.text("state IN ('queued', 'held', 'sending')"),
    )
    op.drop_table("messages")
    op.drop_index(
        "uq_clocks_running", table_name="clocks", postgresql_where=sa.text("stopped_at IS NULL")
    )
    op.drop_index(
        "ix_clocks_unit_lamp",
        table_name="clocks",
        postgresql_where=sa.text("stopped_at IS NULL AND unit_id IS NOT NULL"),
    )
    op.drop_index("ix_clocks_ticket_id", table_name="clocks")
    op.drop_index(
        "ix_clocks_next_change_at",
        table_name="clocks",
        postgresql_where=sa.text("stopped_at IS NULL AND paused_at IS NULL"),
    )
    op.drop_table("clocks")
    op.drop_index(
        "uq_callback_plans_round",
        table_name="callback_plans",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(
        "ix_callback_plans_next_call_at",
        table_name="callback_plans",
        postgresql_where=sa.text("state = 'open' AND next_call_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_callback_plans_is_undecided",
        table_name="callback_plans",
        postgresql_where=sa.text("is_undecided"),
    )
    op.drop_index(
        "ix_callback_plans_expires_at",
        table_name="callback_plans",
        postgresql_where=sa.text("fixed_at IS NULL AND expires_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_callback_plans_answered_at",
        table_name="callback_plans",
        postgresql_where=sa.text("answered_at IS NOT NULL"),
    )
    op.drop_table("callback_plans")
    op.drop_index(
        "uq_assignments_active_lead",
        table_name="assignments",
        postgresql_where=sa.text("ended_at IS NULL AND role = 'lead'"),
    )
    op.drop_index(
        "ix_assignments_unit_active",
        table_name="assignments",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_assignments_ticket_id", table_name="assignments")
    op.drop_table("assignments")
    op.drop_index(
        "uq_tickets_upstream",
        table_name="tickets",
        postgresql_where=sa.text("upstream_number IS NOT NULL"),
    )
    op.drop_index("ix_tickets_state_id", table_name="tickets")
    op.drop_index("ix_tickets_state_due_at", table_name="tickets")
    op.drop_index("ix_tickets_received_at", table_name="tickets")
    op.drop_index("ix_tickets_citizen_id", table_name="tickets")
    op.drop_table("tickets")
    op.drop_table("service_areas")
    op.drop_index("ix_memberships_unit_id", table_name="memberships")
    op.drop_index("ix_memberships_staff_id", table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(
        "uq_kb_articles_wording",
        table_name="kb_articles",
        postgresql_where=sa.text("replaces_id IS NOT NULL AND state IN ('draft', 'submitted')"),
    )
    op.drop_index("ix_kb_articles_tokens", table_name="kb_articles", postgresql_using="gin")
    op.drop_index(
        "ix_kb_articles_title",
        table_name="kb_articles",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index("ix_kb_articles_state_updated_at", table_name="kb_articles")
    op.drop_table("kb_articles")
    op.drop_table("catalogue_rows")
    op.drop_index("ix_api_tokens_staff_id", table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_table("units")
    op.drop_table("staff")
    op.drop_table("settings")
    op.drop_index(op.f("ix_setting_changes_name"), table_name="setting_changes")
    op.drop_table("setting_changes")
    op.drop_table("schedule_runs")
    op.drop_table("request_types")
    op.drop_index("ix_processes_seen_at", table_name="processes")
    op.drop_table("processes")
    op.drop_index("ix_outbox_order", table_name="outbox")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("opt_outs")
    op.drop_table("office_hours")
    op.drop_table("message_pace")
    op.drop_index("ix_idempotency_keys_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("event_words")
    op.drop_index("ix_ended_sessions_ended_at", table_name="ended_sessions")
    op.drop_table("ended_sessions")
    op.drop_table("early_reports")
    op.drop_table("dead_letters")
    op.drop_table("counters")
    op.drop_index("ix_counter_deltas_name", table_name="counter_deltas")
    op.drop_table("counter_deltas")
    op.drop_table("citizens")
    op.drop_table("categories")
    op.drop_table("callback_draws")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
    op.drop_index("ix_audit_entries_subject_at", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_actor"), table_name="audit_entries")
    op.drop_table("audit_entries")
    # ### end Alembic commands ###
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP SEQUENCE ticket_ids")
