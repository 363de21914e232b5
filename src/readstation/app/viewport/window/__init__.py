"""Windows to choose from: the file's, the presets, an automatic one."""
