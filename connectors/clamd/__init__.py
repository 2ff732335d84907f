"""病毒扫描 A virus scanner that speaks clamd's INSTREAM protocol over TCP."""
