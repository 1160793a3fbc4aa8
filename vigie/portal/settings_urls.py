"""Account settings: in the client area under `portal:`, and for staff, who have none, under `settings:` at
/account/.
"""

from django.urls import path

from . import settings, settings_contacts, settings_profile, settings_security, settings_sessions

urlpatterns = [
    path("settings/", settings.overview, name="settings"),
    path("settings/profile/", settings_profile.profile, name="profile"),
    path("settings/security/", settings_security.security, name="security"),
    path("settings/sessions/", settings_sessions.sessions, name="sessions"),
    path("settings/sessions/<int:session_id>/end/", settings_sessions.end, name="session_end"),
    path("settings/sessions/others/end/", settings_sessions.end_others, name="sessions_end"),
    path("settings/contacts/", settings_contacts.contacts, name="contacts"),
    path("settings/contacts/<int:customer_id>/invite/", settings_contacts.invite, name="contact_invite"),
    path("settings/contacts/<int:contact_id>/role/", settings_contacts.role, name="contact_role"),
    path("settings/contacts/<int:contact_id>/remove/", settings_contacts.remove, name="contact_remove"),
    path("settings/invitations/<int:invitation_id>/withdraw/", settings_contacts.withdraw, name="invitation_withdraw"),
]
