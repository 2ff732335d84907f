"""OD1: the rotating pass code. Pure: no clock, no database; keys, lists and the time come in.

The issuer signs a ticket that commits to the anchor of a hash chain; every step the phone reveals the next pre-image. One signature, no key
on the phone, nobody online. Fields, their order and the order of the checks are part of the format; a change makes it OD2.
"""
