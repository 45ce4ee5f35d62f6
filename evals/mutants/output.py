"""The output check damaged: off, refusing all, deaf to context, and without one of its rules."""

from __future__ import annotations

from evals.mutants.damage import Mutant, Patch, swap


def output_mutants() -> list[Mutant]:
    """The output check off, refusing all, deaf to context, and without one of its rules."""
    import assistant.guardrail as guardrail
    from assistant.guardrail import output
    from assistant.guardrail.learned import drafts
    from assistant.guardrail.output import checks, force

    shipped = {file: checks.shipped_checks(file) for file in (checks.CHECKS, checks.DRAFTS)}

    def using(changed: dict[str, checks.Checks]) -> Patch:
        return swap(output, "shipped_checks", lambda file=checks.CHECKS: changed[file])

    def without(rule: str) -> Patch:
        return using(
            {
                file: checks.Checks([c for c in kept.checks if c.rule != rule], kept.deferral)
                for file, kept in shipped.items()
            }
        )

    def undeferred() -> Patch:
        return using({file: checks.Checks(kept.checks, ()) for file, kept in shipped.items()})

    rules = {check.rule for kept in shipped.values() for check in kept.checks}

    found = {
        "output check off": swap(guardrail, "violations", lambda *_, **__: []),
        "output check refuses all": swap(guardrail, "violations", lambda *_, **__: ["all"]),
        "negation ignored in drafts": swap(force, "REVERSING", frozenset()),
        "learned reader of drafts off": swap(drafts, "unsafe", lambda *_: False),
        "self-care allowed under a flag": without("self-care"),
        "clinicians decide nothing": undeferred(),
        "medicines may be combined": swap(output, "combines", lambda *_: False),
        "personal details may be repeated": swap(output, "personal_details", lambda *_: False),
        **{f"output check without {rule}": without(rule) for rule in sorted(rules - {"self-care"})},
    }
    return [
        Mutant(name=name, area="output", suites=("output",), apply=apply)
        for name, apply in found.items()
    ]
