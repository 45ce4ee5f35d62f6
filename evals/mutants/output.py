"""The output check damaged: off, refusing all, and without one of its kinds."""

from __future__ import annotations

import re

from evals.mutants.damage import Mutant, Patch, swap


def output_mutants() -> list[Mutant]:
    """The output check off, refusing all, and without one of its kinds."""
    import assistant.guardrail as guardrail
    from assistant.guardrail import output

    checks = sorted({name for name, *_ in output._ALWAYS})

    def without(name: str) -> Patch:
        kept = tuple(check for check in output._ALWAYS if check[0] != name)
        return swap(output, "_ALWAYS", kept)

    never = re.compile(r"(?!)")
    found = {
        "output check off": swap(guardrail, "violations", lambda *_, **__: []),
        "output check refuses all": swap(guardrail, "violations", lambda *_, **__: ["all"]),
        "negation ignored in drafts": swap(output, "_FORBIDS", never),
        "self-care allowed under a flag": swap(output, "_SELF_CARE", never),
        **{f"output check without {name}": without(name) for name in checks},
    }
    return [
        Mutant(name=name, area="output", suites=("output",), apply=apply)
        for name, apply in found.items()
    ]
