"""Kinds of properties, and what makes a value of each wrong.

`read` returns the value that later checks work with: the default where the value is wrong.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from vitrine.gltf.validation.rows import Cursor

INFINITY = math.inf


def as_integer(value: Any) -> int | None:
    """Return a JSON number without a fraction, `None` for any other value."""
    if type(value) is int:
        return value
    return int(value) if type(value) is float and value.is_integer() else None


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number; `true` is none."""
    return type(value) is float or type(value) is int


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A property of an object."""

    type_name: ClassVar[str] = ""
    name: str
    required: bool = False
    when: tuple[str, Any] | None = None
    """The property is looked at only where another one has this value"""
    default: Any = None

    def read(self, value: Any, cursor: Cursor) -> Any:
        """Return a value if it is valid, else the default and an issue."""
        raise NotImplementedError

    def mismatch(self, value: Any, cursor: Cursor) -> Any:
        """Return what stands for a value of another type, which is an issue."""
        cursor.add("TYPE_MISMATCH", self.name, values=(value, self.type_name))
        return self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Field):
    """The index of an object in a list of the document; -1 for none."""

    type_name: ClassVar[str] = "integer"
    default: Any = -1

    def read(self, value: Any, cursor: Cursor) -> Any:
        number = value if type(value) is int else as_integer(value)
        if number is None:
            return self.mismatch(value, cursor)
        if number >= 0:
            return number
        cursor.add("INVALID_INDEX", self.name)
        return -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Uint(Field):
    """An integer in a range or of a list; -1 where it is wrong."""

    type_name: ClassVar[str] = "integer"
    default: Any = -1
    minimum: int = 0
    maximum: float = INFINITY
    choices: tuple[int, ...] = ()

    def read(self, value: Any, cursor: Cursor) -> Any:
        number = as_integer(value)
        if number is None:
            cursor.add("TYPE_MISMATCH", self.name, values=(value, self.type_name))
        elif self.choices and number not in self.choices:
            cursor.add("VALUE_NOT_IN_LIST", self.name, values=(number, self.choices))
        elif not self.choices and not self.minimum <= number <= self.maximum:
            cursor.add("VALUE_NOT_IN_RANGE", self.name, values=(number,))
        else:
            return number
        return -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """A number in a range; NaN where it is wrong."""

    type_name: ClassVar[str] = "number"
    default: Any = math.nan
    minimum: float = -INFINITY
    above: float = -INFINITY
    maximum: float = INFINITY
    special: float = math.nan
    """A value outside of the range that is valid, too"""

    def read(self, value: Any, cursor: Cursor) -> Any:
        if not is_number(value):
            cursor.add("TYPE_MISMATCH", self.name, values=(value, self.type_name))
            return math.nan
        if value != self.special and not (
            self.minimum <= value <= self.maximum and value > self.above and value != INFINITY
        ):
            cursor.add("VALUE_NOT_IN_RANGE", self.name, values=(value,))
            return math.nan
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """A boolean; false where it is wrong."""

    type_name: ClassVar[str] = "boolean"
    default: Any = False

    def read(self, value: Any, cursor: Cursor) -> Any:
        return value if type(value) is bool else self.mismatch(value, cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """A string, any or of a list; one that is not of the list is kept."""

    type_name: ClassVar[str] = "string"
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not str:
            cursor.add("TYPE_MISMATCH", self.name, values=(value, self.type_name))
            return None
        if self.choices and value not in self.choices:
            cursor.add("VALUE_NOT_IN_LIST", self.name, values=(value, self.choices))
        elif self.pattern is not None and not self.pattern.fullmatch(value):
            cursor.add("PATTERN_MISMATCH", self.name, values=(value, self.pattern.pattern))
            return None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers(Field):
    """A list of numbers in a range; `None` where it is wrong."""

    type_name: ClassVar[str] = "array"
    length: int = 0
    """0 for any"""
    minimum: float = -INFINITY
    maximum: float = INFINITY
    single: bool = False
    """Values are rounded to float32, as those that they are compared with"""

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not list:
            cursor.add("TYPE_MISMATCH", self.name, values=(value, self.type_name))
            return None
        if not value:
            cursor.add("EMPTY_ENTITY", self.name)
            return None
        if self.length and len(value) != self.length:
            cursor.add("ARRAY_LENGTH_NOT_IN_LIST", self.name, values=(len(value), self.length))
            return None
        wrong = [number for number in enumerate(value) if not self._is_valid(number[1])]
        for number, item in wrong:
            if is_number(item):
                cursor.add("VALUE_NOT_IN_RANGE", self.name, number, values=(item,))
            else:
                cursor.add("ARRAY_TYPE_MISMATCH", self.name, values=(item, "number"))
        if wrong:
            return None
        if not self.single:
            return value
        with np.errstate(over="ignore"):
            return np.array(value, np.float64).astype(np.float32).tolist()

    def _is_valid(self, item: Any) -> bool:
        return (type(item) is float or type(item) is int) and (
            self.minimum <= item <= self.maximum and -INFINITY < item < INFINITY
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Integers(Field):
    """A list of integers of a component type, such as the bounds of an accessor; `None` where it is wrong."""

    type_name: ClassVar[str] = "array"
    length: int
    minimum: int
    maximum: int
    component: str

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not list:
            return self.mismatch(value, cursor)
        if len(value) != self.length:
            cursor.add("ARRAY_LENGTH_NOT_IN_LIST", self.name, values=(len(value), self.length))
            return None
        numbers = [as_integer(item) for item in value]
        wrong = False
        for item, number in zip(value, numbers, strict=True):
            if number is None:
                cursor.add("ARRAY_TYPE_MISMATCH", self.name, values=(item, "integer"))
            elif not self.minimum <= number <= self.maximum:
                cursor.add("INVALID_GL_VALUE", self.name, values=(number, self.component))
            else:
                continue
            wrong = True
        return None if wrong else numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices(Field):
    """A list of different indices, -1 for each that is wrong; `None` where it is no list or empty."""

    type_name: ClassVar[str] = "array"

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not list:
            return self.mismatch(value, cursor)
        if not value:
            cursor.add("EMPTY_ENTITY", self.name)
            return None
        seen: set[int] = set()
        found: list[int] = []
        for number, item in enumerate(value):
            index = as_integer(item)
            if index is None or index < 0:
                cursor.add("INVALID_INDEX", self.name, number)
                index = -1
            elif index in seen:
                cursor.add("DUPLICATE_ELEMENTS", self.name, number)
            seen.add(index)
            found.append(index)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Field):
    """A list of different strings; `None` where it is wrong or empty."""

    type_name: ClassVar[str] = "array"

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not list:
            return self.mismatch(value, cursor)
        if not value:
            cursor.add("EMPTY_ENTITY", self.name)
            return None
        seen: set[str] = set()
        for number, item in enumerate(value):
            if type(item) is not str:
                cursor.add("ARRAY_TYPE_MISMATCH", self.name, number, values=(item, "string"))
            elif item in seen:
                cursor.add("DUPLICATE_ELEMENTS", self.name, number)
            else:
                seen.add(item)
        return value if all(type(item) is str for item in value) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(Field):
    """An object of a type of its own; the column has its row, -1 where there is none."""

    type_name: ClassVar[str] = "object"
    kind: str
    default: Any = -1

    def read(self, value: Any, cursor: Cursor) -> Any:
        return value if type(value) is dict else self.mismatch(value, cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Children(Field):
    """A list of objects of a type of their own; the column has their rows, `None` where the list is wrong."""

    type_name: ClassVar[str] = "array"
    kind: str
    required: bool = True

    def read(self, value: Any, cursor: Cursor) -> Any:
        if type(value) is not list:
            return self.mismatch(value, cursor)
        if not value:
            cursor.add("EMPTY_ENTITY", self.name)
            return None
        for item in value:
            if type(item) is not dict:
                cursor.add("ARRAY_TYPE_MISMATCH", self.name, values=(item, "object"))
        return value if all(type(item) is dict for item in value) else None
