"""一件事 Journeys: one thing that happens in a life, many departments, one set of questions and one press.

A journey is city data: the legs it is made of, when each is needed, and which waits for which. Its form is put together from the
legs' forms, so that nothing is asked twice. The press makes a run, and of each leg that is needed a case in its department; a leg that
waits begins by itself when the one before it is granted, with that one's certificate. And 免申即享: who is entitled to a benefit by
what the city knows already is found at night and asked one question: do you want it?
"""
