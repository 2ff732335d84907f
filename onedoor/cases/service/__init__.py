"""The room's verbs: publish a form, fill a draft, hand it in, follow it, and (in `handling`) decide it."""

from .definitions import open_form, process_of, put_forms
from .following import to_do

__all__ = ["open_form", "process_of", "put_forms", "to_do"]
