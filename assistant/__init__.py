"""A chat assistant over a practice's own articles: verified citations, and a red-flag guardrail."""
