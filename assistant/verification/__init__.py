"""Whether one or more passages support a sentence that a language model wrote from them.

Deterministic: words, numbers and the structure of clauses are compared, no model is asked.
"""

from assistant.verification.findings import Problem
from assistant.verification.verifier import Verdict, Verifier

__all__ = ["Problem", "Verdict", "Verifier"]
