"""What the digits of a list stood for when it was shown: it may move before it is answered."""

from __future__ import annotations

from lite.services.form import Field, Form, key

_LONGEST_DIGIT = 2  # characters of the digits before an option


def listed(form: Form, question: Field) -> dict[str, str]:
    """Digit -> value of each option, where no value can be taken for a digit itself."""
    options = question.options(form.desk, form.answers)
    return {key(at): one.value for at, one in enumerate(options) if len(one.value) > _LONGEST_DIGIT}
