"""What was recorded of calls. The sound lies encrypted outside the web root, by its digest."""

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.calls.kinds import RecordingKind, RecordingState
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base


class Recording(Base):
    """One recording: announced by the carrier, fetched and stored by us, deleted there and here."""

    __tablename__ = "recordings"
    __table_args__ = (
        one_of("kind", RecordingKind),
        one_of("state", RecordingState),
        Index("ix_recordings_call_id", "call_id", "id"),
        Index(
            "ix_recordings_due",
            "next_try_at",
            postgresql_where=text("state = 'announced'"),
        ),
        Index("ix_recordings_stored_at", "stored_at"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[RecordingKind] = mapped_column(Code(RecordingKind))
    provider_id: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[RecordingState] = mapped_column(Code(RecordingState))
    announced_at: Mapped[Stamp]
    seconds: Mapped[int] = mapped_column(Integer, server_default="0")
    digest: Mapped[str | None] = mapped_column(String(64))
    mimetype: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int | None] = mapped_column(Integer)
    stored_at: Mapped[Stamp | None]
    deleted_at: Mapped[Stamp | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    next_try_at: Mapped[Stamp | None]
    error: Mapped[str | None] = mapped_column(String(200))
