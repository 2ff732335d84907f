"""文件库 Uploaded files on this machine's own disk, encrypted."""
