"""A chat assistant over a practice's own articles, with verified citations and a red-flag guardrail."""
