"""The bundled demo workspace: real images, invented people."""
