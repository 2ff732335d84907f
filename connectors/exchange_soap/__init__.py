"""接口 Registers that speak SOAP 1.1, in whatever encoding they really write."""
