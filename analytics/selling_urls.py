"""What sells: the product table of the report."""

from analytics.boards import SELLING
from ops.boards.views import Pages

app_name = "selling"
urlpatterns = [*Pages(SELLING).addresses(list_at="")]
