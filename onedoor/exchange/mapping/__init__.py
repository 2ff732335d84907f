"""From a register's own tree of plain values to elements of the dictionary, by a small closed language of rules.

A rule says where a value lies (a JSON pointer), through which steps it goes, and what it means when nothing lies there. There are no
expressions and no loops; every input ends as a value, as nothing held, or as something that could not be read, and never as a guess.
"""
