from django.urls import path

from orders import answer_views, board_views, calendar, here_views, paper_views, part_views, past_views, views

app_name = "orders"
urlpatterns = [
    *board_views.ADDRESSES,
    path("<int:pk>/move/", board_views.move, name="move"),
    path("calendar/", calendar.order_calendar, name="calendar"),
    path("new/", views.order_new, name="order_new"),
    path("new/rate/", views.order_rate, name="order_rate"),
    path("<int:pk>/", views.order_detail, name="order_detail"),
    path("<int:pk>/here/", here_views.order_here, name="order_here"),
    path("<int:pk>/past/", past_views.order_past, name="order_past"),
    path("<int:pk>/take-back/", past_views.take_back, name="take_back"),
    path("<int:pk>/answer/", answer_views.order_answer, name="order_answer"),
    path("<int:pk>/print/", paper_views.order_print, name="order_print"),
    path("carriers/", part_views.carrier_list, name="carrier_list"),
    path("<int:pk>/ship-part/", part_views.ship_part, name="ship_part"),
    path("<int:pk>/parcels/<int:parcel>/back/", part_views.parcel_back, name="parcel_back"),
    path("<int:pk>/copy/", part_views.order_copy, name="order_copy"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/ready/", views.ready, name="ready"),
    path("<int:pk>/ship/", views.ship, name="ship"),
    path("<int:pk>/deliver/", views.deliver, name="deliver"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/hold/", views.hold, name="hold"),
    path("<int:pk>/release/", views.release, name="release"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/costs/", views.costs, name="costs"),
    path("<int:pk>/costs/preview/", views.costs_preview, name="costs_preview"),
]
