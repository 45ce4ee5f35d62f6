"""The check of rephrased sentences damaged: off, refusing all, and without one of its parts."""

from __future__ import annotations

from evals.mutants.damage import Mutant, Patch, swap


def verification_mutants() -> list[Mutant]:
    """Each part of the check switched off, and the check as a whole."""
    from assistant.verification import figures, polarity, strength, verifier

    def without(name: str) -> Patch:
        kept = tuple(check for check in verifier.CHECKS if check.__name__ != name)
        return swap(verifier, "CHECKS", kept)

    found = {
        "rephrasing check off": swap(verifier.Verdict, "supported", True),
        "rephrasing check refuses all": swap(verifier.Verdict, "supported", False),
        "numbers of rephrasings unread": without(figures.number_problems.__name__),
        "denials of rephrasings unread": without(polarity.denial_problems.__name__),
        "certainty of rephrasings unread": without(strength.strength_problems.__name__),
        "names of rephrasings unread": without("name_problems"),
    }
    return [
        Mutant(name=name, area="verification", suites=("verify",), apply=apply)
        for name, apply in found.items()
    ]
