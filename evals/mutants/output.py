"""The output check damaged: off, refusing all, deaf to context, and without one of its rules."""

from __future__ import annotations

from evals.mutants.damage import Mutant, Patch, swap


def output_mutants() -> list[Mutant]:
    """The output check off, refusing all, deaf to context, and without one of its rules."""
    import assistant.guardrail as guardrail
    from assistant.guardrail import output
    from assistant.guardrail.output import checks, force

    shipped = checks.shipped_checks()

    def using(changed: checks.Checks) -> Patch:
        return swap(output, "shipped_checks", lambda **_: changed)

    def without(rule: str) -> Patch:
        rest = [check for check in shipped.checks if check.rule != rule]
        return using(checks.Checks(rest, shipped.deferral))

    found = {
        "output check off": swap(guardrail, "violations", lambda *_, **__: []),
        "output check refuses all": swap(guardrail, "violations", lambda *_, **__: ["all"]),
        "negation ignored in drafts": swap(force, "REVERSING", frozenset()),
        "self-care allowed under a flag": without("self-care"),
        "clinicians decide nothing": using(checks.Checks(shipped.checks, ())),
        "medicines may be combined": swap(output, "combines", lambda *_: False),
        "personal details may be repeated": swap(output, "personal_details", lambda *_: False),
        **{
            f"output check without {rule}": without(rule)
            for rule in sorted({check.rule for check in shipped.checks} - {"self-care"})
        },
    }
    return [
        Mutant(name=name, area="output", suites=("output",), apply=apply)
        for name, apply in found.items()
    ]
