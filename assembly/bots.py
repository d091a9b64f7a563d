"""Build who answers citizens: the router with its bots, and the plug-ins that may help with what it is unsure of."""

from aiohttp import ClientSession
from msgspec import Struct

from assembly.ground import Ground
from assembly.knowledge import Knowledge
from assembly.services import Services
from assembly.settings import PluginSettings
from bots.advice.advisers import Advisers, Plugins
from bots.answers.bot import ItemAnswers
from bots.halls.bot import HallBot
from bots.petition.bot import PetitionBot
from bots.petition.filing import PetitionFiling
from bots.petition.moments import TimePhrases
from bots.petition.places import GazetteerPlaces
from bots.petition.reader import Reader
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.progress.doing import PetitionActing
from bots.progress.lookup import PetitionProgress
from bots.router import Router
from channels.plugins.client import HttpRanker, HttpRewriter
from channels.plugins.settings import Endpoint, checked_endpoint


class PluginEndpoints(Struct, frozen=True, kw_only=True):
    """Where the plug-ins are; None for one that the settings do not name."""

    ranker: Endpoint | None
    rewriter: Endpoint | None


def plugin_endpoints(settings: PluginSettings) -> PluginEndpoints:
    """Return where the plug-ins are, or stop the start by name."""
    return PluginEndpoints(
        ranker=checked_endpoint(settings.ranker, name="plugins.ranker"),
        rewriter=checked_endpoint(settings.rewriter, name="plugins.rewriter"),
    )


def build_advisers(
    ground: Ground, endpoints: PluginEndpoints, *, knowledge: Knowledge, session: ClientSession
) -> Advisers | None:
    """Build the plug-ins behind their limits; None, and nothing on any message's way, when there are none."""
    plugins = Plugins(
        ranker=HttpRanker(endpoints.ranker, session=session) if endpoints.ranker else None,
        rewriter=HttpRewriter(endpoints.rewriter, session=session) if endpoints.rewriter else None,
    )
    if plugins == Plugins():
        return None
    limits = ground.settings.plugins.limits
    return Advisers(plugins, understander=knowledge.pipeline, limits=limits, clock=ground.clock)


def build_router(ground: Ground, services: Services, *, knowledge: Knowledge, advisers: Advisers | None) -> Router:
    """Build the bots behind the one router."""
    reader = Reader(places=GazetteerPlaces(knowledge.gazetteer), moments=TimePhrases())
    return Router(
        understander=knowledge.pipeline,
        answers=ItemAnswers(catalogues=knowledge.items),
        petition=PetitionBot(reader=reader, petitions=PetitionFiling(services.petitions), sealer=services.sealer),
        progress=ProgressBot(petitions=PetitionProgress(services.petitions, names=knowledge.names)),
        acting=ActingBot(PetitionActing(services.petitions, names=knowledge.names)),
        halls=HallBot(
            catalogues=knowledge.items, gazetteer=knowledge.gazetteer, workdays=knowledge.city.rules.calendar
        ),
        doors=knowledge.city.rules.doors,
        clock=ground.clock,
        advisers=advisers,
    )
