"""What execnet has a new interpreter do: read one line and do as it says."""

import sys

exec(eval(sys.stdin.readline()))
