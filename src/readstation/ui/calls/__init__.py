"""Critical-result calls: the banner, the call panel, the screen."""
