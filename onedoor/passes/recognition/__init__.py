"""互认: what another region's node is believed, and how far. Pure: texts, pinned fingerprints and the time come in.

A node says with its root key what its keys, levels and lists are, for a week at most; two people of a hub (or two of this house) have
vouched for that root key and for the divisions it may speak for. Levels are never taken over without a map of our own, and a map can only
keep or worsen.
"""
