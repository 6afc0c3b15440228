"""The questions of the listing desk."""

from app.catalogue.forms.listings import ListingForm, NewListingForm
from app.catalogue.forms.rates import RateForm, WithdrawForm

__all__ = ["ListingForm", "NewListingForm", "RateForm", "WithdrawForm"]
