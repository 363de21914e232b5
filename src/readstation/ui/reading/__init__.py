"""The reading screen: one study, its priors, its report."""
