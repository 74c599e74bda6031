"""A root kept sound: verified, purged, looked after."""
