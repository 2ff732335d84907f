"""Every component in every state on one page, `/ui`: what the browser suite looks at, and what a designer reads."""
