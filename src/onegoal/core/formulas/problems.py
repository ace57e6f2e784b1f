"""Why a formula is refused when it is written, or cannot be counted when it is used; screens put the codes into words."""

from __future__ import annotations


class FormulaError(ValueError):
    """A formula that is refused: `code` for programs, `at` the place in the text (from nought), `said` what stands there.

    Codes: empty, too_long, too_deep, number_too_big, character, unexpected (`said` is what was found, empty at the end),
    missing (`wanted`), decimal_comma, comparison_chain, unknown_function and unknown_name (`wanted` is the nearest known
    one or empty), argument_count (`wanted` is "3" or "2-20"), number_wanted, truth_wanted, division_by_zero,
    band_order, digits, self_reference, later_part, cycle (`said` names the way round).
    """

    def __init__(self, code: str, at: int = 0, said: str = "", wanted: str = "") -> None:
        self.code, self.at, self.said, self.wanted = code, at, said, wanted
        super().__init__(f"{code} at {at}: {said!r} {wanted}".rstrip())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormulaError) and self.facts() == other.facts()

    def __hash__(self) -> int:
        return hash(self.facts())

    def facts(self) -> tuple[str, int, str, str]:
        """Return what tells one error from another."""
        return (self.code, self.at, self.said, self.wanted)


class FormulaProblem(ArithmeticError):
    """A sound formula that these values make uncountable.

    Codes: division_by_zero, value_missing (`name` has no value), band_order, too_big.
    """

    def __init__(self, code: str, at: int = 0, name: str = "") -> None:
        self.code, self.at, self.name = code, at, name
        super().__init__(f"{code} at {at} {name}".rstrip())
