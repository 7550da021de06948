"""What is drawn here must be read back exactly; how fast a busy machine draws it is not what is asked."""

from hypothesis import HealthCheck, settings

settings.register_profile("reading", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reading")
