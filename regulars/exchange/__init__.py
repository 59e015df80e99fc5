"""The exchange: fair value for custom. Transactional loyalty, with nothing shaky in it."""
