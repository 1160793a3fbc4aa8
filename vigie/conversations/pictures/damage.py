"""The one error of this room."""


class Damaged(Exception):
    """The file breaks the rules of its format, so nobody can say what stands in it."""
