"""The guardrail's second detector: it learned from examples, and may only raise a level."""

from assistant.guardrail.learned.detector import Opinion, likelihood, opinion, rules_out

__all__ = ["Opinion", "likelihood", "opinion", "rules_out"]
