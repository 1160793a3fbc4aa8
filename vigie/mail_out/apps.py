from django.apps import AppConfig


class MailOutConfig(AppConfig):
    name = "vigie.mail_out"
    label = "mail_out"
    default_auto_field = "django.db.models.BigAutoField"
