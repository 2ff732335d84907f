"""The room's verbs: publish a form, fill a draft, hand it in, follow it, and (in `handling`) decide it."""
