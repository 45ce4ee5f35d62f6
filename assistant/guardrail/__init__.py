from assistant.guardrail.decide import assess
from assistant.guardrail.types import *
