"""What a person takes from the chat to the doctor, and the form that describes a pain.

Nothing here draws a page or keeps anything: what was said goes in, a sheet of traceable lines
comes out, as text or as PDF.
"""
