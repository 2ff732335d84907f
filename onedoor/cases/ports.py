"""What cases ask of the world outside: 病毒扫描, a virus scanner, and 文件库, a place for files that is not the database. Other rooms that
take files ask the same two, so the kernel holds them."""
from onedoor.kernel.ports import Scanner, Vault, Verdict

__all__ = ["Scanner", "Vault", "Verdict"]
