"""文件 Registers that lay down a file each night, and take one."""
