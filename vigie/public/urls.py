"""Doors open to everybody, and those of scripts on every page: files and drafts."""

from django.urls import path

from . import contact, drafts, files, proof

app_name = "public"

urlpatterns = [
    path("", contact.contact, name="home"),
    path("files/", files.upload, name="upload"),
    path("files/<uuid:attachment_id>/", files.discard, name="discard"),
    path("files/<uuid:attachment_id>/<path:name>", files.file, name="file"),
    path("thumbnails/<uuid:attachment_id>/", files.thumbnail, name="thumbnail"),
    path("drafts/<str:place>", drafts.draft, name="draft"),
    path("proof/<str:secret>", proof.proof, name="proof"),
]
