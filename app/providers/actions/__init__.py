"""What is done to providers: they are added, come from registers, get places on frameworks, are claimed and suspended."""

from app.providers.actions.claims import claim, decide_claim
from app.providers.actions.providers import (
    add_provider,
    end_suspension,
    place_on_framework,
    resume_place,
    suspend_place,
    suspend_provider,
)
from app.providers.actions.registers import community_provider, provider_from_register, rate_location

__all__ = [
    "add_provider",
    "claim",
    "community_provider",
    "decide_claim",
    "end_suspension",
    "place_on_framework",
    "provider_from_register",
    "rate_location",
    "resume_place",
    "suspend_place",
    "suspend_provider",
]
