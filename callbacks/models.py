"""Plans of asking, the calls made, the answers given, and the seeds of the daily draws.

One plan a ticket and round. Its answer columns hold the last answer, every answer stays as a
row of its own. The surprise: a plan that is done may still change until `fixed_at`.
"""

from datetime import date

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from callbacks.rules import Consequence, Ending, PlanState, Result, Solved, Via
from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.tickets.kinds import CallbackRule, Completion

IS_SATISFACTION = "satisfied BETWEEN 1 AND 5"


class Plan(Base):
    """How one round's citizen is asked, and what came of it.

    `due_at` is when all calls are to be made; `expires_at` when the last answer is fixed;
    `is_counted` is false once a reviewer found the dissatisfaction unreasonable.
    """

    __tablename__ = "callback_plans"
    __table_args__ = (
        one_of("rule", CallbackRule),
        one_of("completion", Completion),
        one_of("state", PlanState),
        one_of("outcome", Ending),
        one_of("consequence", Consequence),
        one_of("solved", Solved),
        CheckConstraint(IS_SATISFACTION, name="satisfied"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_when_done"),
        CheckConstraint("is_undecided = false OR state = 'open'", name="decided_while_open"),
        Index(
            "uq_callback_plans_round",
            "ticket_id",
            "round",
            unique=True,
            postgresql_where=sql("state <> 'cancelled'"),
        ),
        Index(
            "ix_callback_plans_next_call_at",
            "next_call_at",
            "id",
            postgresql_where=sql("state = 'open' AND next_call_at IS NOT NULL"),
        ),
        Index(
            "ix_callback_plans_expires_at",
            "expires_at",
            "id",
            postgresql_where=sql("fixed_at IS NULL AND expires_at IS NOT NULL"),
        ),
        Index("ix_callback_plans_is_undecided", "id", postgresql_where=sql("is_undecided")),
        Index(
            "ix_callback_plans_answered_at",
            "answered_at",
            "id",
            postgresql_where=sql("answered_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    rule: Mapped[CallbackRule] = mapped_column(Code(CallbackRule))
    is_drawn: Mapped[bool]
    completion: Mapped[Completion | None] = mapped_column(Code(Completion))
    state: Mapped[PlanState] = mapped_column(Code(PlanState))
    made_at: Mapped[Stamp]
    due_at: Mapped[Stamp]
    next_call_at: Mapped[Stamp | None]
    calls: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    token_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    asked_at: Mapped[Stamp | None]
    expires_at: Mapped[Stamp | None]
    answered_at: Mapped[Stamp | None]
    was_contacted: Mapped[bool | None]
    solved: Mapped[Solved | None] = mapped_column(Code(Solved))
    satisfied: Mapped[int | None] = mapped_column(SmallInteger)
    outcome: Mapped[Ending | None] = mapped_column(Code(Ending))
    consequence: Mapped[Consequence | None] = mapped_column(Code(Consequence))
    is_undecided: Mapped[bool] = mapped_column(Boolean, server_default="false")
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None] = mapped_column(Integer)
    is_reasonable: Mapped[bool | None]
    is_counted: Mapped[bool] = mapped_column(Boolean, server_default="true")
    done_at: Mapped[Stamp | None]
    fixed_at: Mapped[Stamp | None]


class Attempt(Base):
    """One call to the citizen."""

    __tablename__ = "callback_attempts"
    __table_args__ = (
        one_of("outcome", Result),
        Index("ix_callback_attempts_plan_id", "plan_id", "id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("callback_plans.id"))
    at: Mapped[Stamp]
    outcome: Mapped[Result] = mapped_column(Code(Result))
    by: Mapped[str] = mapped_column(String(60))


class Answer(Base):
    """What the citizen said, one time of possibly several; words alone are a reason."""

    __tablename__ = "callback_answers"
    __table_args__ = (
        one_of("via", Via),
        one_of("solved", Solved),
        CheckConstraint(IS_SATISFACTION, name="satisfied"),
        Index("ix_callback_answers_plan_id", "plan_id", "id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("callback_plans.id"))
    at: Mapped[Stamp]
    via: Mapped[Via] = mapped_column(Code(Via))
    was_contacted: Mapped[bool | None]
    solved: Mapped[Solved | None] = mapped_column(Code(Solved))
    satisfied: Mapped[int | None] = mapped_column(SmallInteger)
    words: Mapped[str | None] = mapped_column(EncryptedText)
    by: Mapped[str] = mapped_column(String(60))


class DailyDraw(Base):
    """The seed of a day's sample and the share drawn, so that the draw can be repeated."""

    __tablename__ = "callback_draws"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    drawn_on: Mapped[date] = mapped_column(Date, primary_key=True)
    seed: Mapped[str] = mapped_column(String(40))
    percent: Mapped[int] = mapped_column(SmallInteger)
