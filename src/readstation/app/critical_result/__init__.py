"""Critical results: flagging, calling, escalating, listing."""
