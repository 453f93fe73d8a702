# SPDX-License-Identifier: Apache-2.0
"""A measured figure and its limit."""
import dataclasses


@dataclasses.dataclass
class Goal:
    what: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False  # otherwise the limit is an upper bound

    reached: bool = dataclasses.field(init=False)

    def __post_init__(self):
        self.reached = self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self):
        bound = f"{'>=' if self.at_least else '<='} {self.limit:g}{self.unit}"
        return f"{'pass' if self.reached else 'FAIL'}  {self.what}: {self.value:.4g}{self.unit} ({bound})"
