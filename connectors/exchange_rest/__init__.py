"""接口 Registers that speak JSON over HTTP."""
