"""Pictures, cines and objects of a study as files outside the station."""
