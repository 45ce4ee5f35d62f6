"""What a person would write first with another library: index the articles, search them.

Each script runs in an environment of its own (``benchmarks/environments.py``) and imports nothing
of ours but ``shared.py`` beside it.
"""
