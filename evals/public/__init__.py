"""Other people's sets, read where they lie beside the project, never copied into it.

``sets`` lists them; ``measuring`` runs the assistant and its peers on them.
"""
