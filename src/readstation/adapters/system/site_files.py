"""Names of the files in a workspace that a site may write itself."""

ANATOMY_NAME = "anatomy.toml"
KEYS_NAME = "keys.toml"
POLICY_NAME = "policy.toml"
SETTINGS_NAME = "settings.toml"
