"""The client area."""

from django.urls import include, path

from . import begin, home, new_ticket, promise, rating, reply, services, solving, ticket, tickets, which_service

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/new/", new_ticket.new_ticket, name="new_ticket"),
    path("tickets/new/service/", which_service.which_service, name="which_service"),
    path("tickets/new/begin/", begin.begin, name="begin"),
    path("tickets/new/promise/", promise.promise, name="promise"),
    path("tickets/new/preview/", new_ticket.preview, name="preview"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/fresh/", ticket.fresh, name="ticket_fresh"),
    path("tickets/<int:number>/reply/", reply.reply, name="reply"),
    path("tickets/<int:number>/read/", ticket.read, name="read"),
    path("tickets/<int:number>/rating/", rating.rating, name="rating"),
    path("tickets/<int:number>/solved/", solving.solving, name="solved"),
    path("services/", services.services, name="services"),
    path("services/<int:service_id>/", services.service, name="service"),
    path("", include("vigie.portal.settings_urls")),
]
