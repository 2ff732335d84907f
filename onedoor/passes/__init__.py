"""通行 Passes: declare once, show anywhere, and know why.

A scheme (health code, campus pass, flood area, event) is data with a legal basis and an end. A resident declares; rules of the scheme turn
what was declared into a colour; each colour carries the rules that gave it, and can be explained, appealed and worked out again. Nobody
sets a colour: it comes from a decision, and a decision comes from rules or from the outcome of an appeal. When a scheme ends, its data go.
"""
