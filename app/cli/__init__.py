"""Commands of the portal: `flask --app wsgi …`; each commits what its verb did."""

from app.cli.accounts import accounts
from app.cli.backup import backup, restore, settle
from app.cli.check import check
from app.cli.demo import demo
from app.cli.documents import documents
from app.cli.groups import groups
from app.cli.ledger import ledger
from app.cli.limits import limits
from app.cli.metrics import metrics
from app.cli.portal import prepare, work
from app.cli.privacy import privacy
from app.cli.search import search
from app.cli.stops import stops
from app.cli.translations import translations

COMMANDS = (
    accounts,
    backup,
    check,
    demo,
    documents,
    groups,
    ledger,
    limits,
    metrics,
    prepare,
    privacy,
    restore,
    search,
    settle,
    stops,
    translations,
    work,
)
