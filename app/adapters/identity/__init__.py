"""Who somebody is, as another server tells."""
