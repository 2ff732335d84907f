"""办件 Cases: a person applies, a department answers by a date it promised.

A draft collects the answers nobody holds yet, one question at a time. Submitting it makes a case with a number and a due
date in working days, shown at once. The case is a fixed machine: it is accepted or declined, may be paused once while one
more paper is fetched, is decided, withdrawn or lapses; each move writes one step, and the steps are the timeline that the
person and the clerk both read. What a service asks and how long it may take is city data, never code.
"""
