"""What roles are called, and what each may do, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.accounts.models import Role

ROLES = {
    Role.DRAFTER: _l("Drafter"),
    Role.APPROVER: _l("Approver"),
    Role.MODERATOR: _l("Comment reviewer"),
    Role.OVERSIGHT: _l("Oversight"),
    Role.CLERK: _l("Clerk"),
    Role.ADMIN: _l("Administrator"),
    Role.HEAD: _l("Head of the agency"),
    Role.TRANSLATOR: _l("Translator"),
}

DUTIES = {
    Role.DRAFTER: _l("Prepares dossiers and uploads drafts, writes the answers to comments."),
    Role.APPROVER: _l("Opens and extends consultations, publishes answers."),
    Role.MODERATOR: _l("Reads new comments and publishes or withholds them, with a reason."),
    Role.OVERSIGHT: _l("Reads everything of the agencies below, changes nothing."),
    Role.CLERK: _l("Types in comments that came by letter, e-mail, telephone or at a meeting."),
    Role.ADMIN: _l("Invites officers and gives them their role."),
    Role.HEAD: _l("Signs the answers to comments, or lets another officer sign for a time."),
    Role.TRANSLATOR: _l("Writes what drafts, answers and comments say in other languages."),
}
