"""Questions with gold, the figures that they give, and the performance of the whole.

Nothing is re-exported: the program starts in ``eval.cli``, and a question on the command line
should not wait for the libraries that only an evaluation needs.
"""
