"""代办 Acting for another: who may do what for whom, in which services and until when, agreed by both sides.

A mandate names two people, its services, what the agent may do there, what stays hidden, and its end. One side asks, the other agrees:
signed in, by a code told on a call, or at a counter with a paper; a parent's rests on the population register. A device that has turned
to somebody acts as both at once: what it does is that person's, names the agent, and is written down. Ended is ended at the next request.
"""
