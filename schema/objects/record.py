"""The base of every object: the workspace that a record belongs to, and the four fields that every record has."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Field, SQLModel

from schema.declare import columns as col
from schema.declare.tables import ObjectMeta
from schema.declare.traits import Traits


class Record(SQLModel, metaclass=ObjectMeta):
    """A record of a workspace. `workspace_id` is not part of the API."""

    model_config = {"defer_build": True}  # nobody makes a record in Python, so no validator of it is needed
    traits: ClassVar[Traits]

    workspace_id: UUID = Field(nullable=False)
    id: UUID = col.record_id()
    createdAt: datetime = col.date_time(default=col.NOW)
    updatedAt: datetime = col.date_time(default=col.NOW)
    deletedAt: datetime | None = col.date_time()
