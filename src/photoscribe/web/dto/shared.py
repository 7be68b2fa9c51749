"""Shapes that several subjects share."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Shape(BaseModel):
    """A value sent or received: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shape, Generic[T]):
    """A part of a list. next: the cursor of the next part, null at the end. total: null where counting is dear."""

    items: list[T]
    next: str | None = Field(default=None, examples=["eyJrIjoxMn0"])
    total: int | None = Field(default=None, examples=[412])


class Problem(Shape):
    """RFC 9457. errors: where in the request, for a request that makes no sense."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no such photo: 12"])
    instance: str | None = None
    errors: list["ProblemAt"] = []
    current: object | None = Field(default=None, description="Of a conflict: how things are now.")


class ProblemAt(Shape):
    """where: the field as a path, or for a query the characters from `start` to `end`."""

    where: str = Field(examples=["q"])
    message: str
    start: int | None = None
    end: int | None = None


class Rectangle(Shape):
    """Fractions of the upright picture, origin top left."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    w: float = Field(gt=0, le=1)
    h: float = Field(gt=0, le=1)


class Changed(Shape):
    """A user action done. change: its number for undo; null when nothing had to change, or in a dry run."""

    change: int | None = Field(examples=[17])
    photos: int = Field(default=0, examples=[212], description="Photos touched.")
    faces: int = Field(default=0, examples=[0], description="Faces touched.")
    dry_run: bool = False


QueryText = Annotated[str, Field(max_length=2000, examples=['person:Ann taken:2019 "beach"'])]
Scope = Literal["read", "edit", "write", "admin"]
