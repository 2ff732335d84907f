"""短信网关 SMS gateway, spoken to over REST."""
