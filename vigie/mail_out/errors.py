"""What can be wrong with a mail that should leave."""

from django.utils.translation import gettext_lazy as _


class MailError(Exception):
    """The family; `str()` is translated into the active language."""

    message = _("The mail could not be sent.")

    def __str__(self) -> str:
        return str(self.message)


class BadAddressError(MailError):
    message = _("This is not an e-mail address.")


class NotAllowedError(MailError):
    message = _("Only staff may send a mail again.")


class NotFailedError(MailError):
    message = _("Only a mail that failed can be sent again.")


class ServerAddressError(MailError):
    """`VIGIE_SMTP_URL` cannot be read; told by `vigie check` and in the log, never to customers."""

    message = _("VIGIE_SMTP_URL must look like smtp://, smtps:// or smtp+starttls://user:password@host:port")
