"""Calls of the machine: what each was answered so far, and who wants none again."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from callbacks.models import IS_SATISFACTION
from callbacks.rules import Rating, Solved, VoiceEnding
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base


class VoiceCall(Base):
    """One call of the machine in a round; of a round at most one is under way.

    The answers are what was said so far: they count only once the conversation has ended.
    """

    __tablename__ = "callback_voice_calls"
    __table_args__ = (
        one_of("solved", Solved),
        one_of("ending", VoiceEnding),
        CheckConstraint(IS_SATISFACTION, name="satisfied"),
        CheckConstraint("(ending IS NULL) = (ended_at IS NULL)", name="ended_with_ending"),
        Index("ix_callback_voice_calls_plan_id", "plan_id", "id"),
        Index(
            "uq_callback_voice_calls_open",
            "plan_id",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("callback_plans.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    ordered_at: Mapped[Stamp]
    ordered_by: Mapped[str] = mapped_column(String(60))
    was_contacted: Mapped[bool | None]
    solved: Mapped[Solved | None] = mapped_column(Code(Solved))
    satisfied: Mapped[int | None] = mapped_column(SmallInteger)
    ending: Mapped[VoiceEnding | None] = mapped_column(Code(VoiceEnding))
    ended_at: Mapped[Stamp | None]

    @property
    def said(self) -> Rating:
        """What was answered so far."""
        return Rating(self.was_contacted, self.solved, self.satisfied)

    def keep(self, said: Rating) -> None:
        """What was answered by now."""
        self.was_contacted, self.solved = said.responded, said.solved
        self.satisfied = said.satisfied


class VoiceStop(Base):
    """A number that wants no calls of the machine."""

    __tablename__ = "callback_voice_stops"

    phone_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    at: Mapped[Stamp]
