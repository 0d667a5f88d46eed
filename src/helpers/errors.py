"""The errors that a person can cause and mend: one message each, exit code 2, no traceback."""


class StudyError(Exception):
    """What came is not what is needed; the message says what, where, and what to do."""

    exit_code = 2


class InputError(StudyError):
    """A file of the study folder cannot be used as it is."""


class CallError(StudyError):
    """A command line or a parameter asks for something impossible."""


class DocumentError(StudyError):
    """A document uses something that lies outside the supported subset of Quarto."""


class RenderError(StudyError):
    """A document could not be rendered."""


class OutputError(StudyError):
    """An output cannot be written where it belongs."""
