"""The words of a notice of change, per language: short, plain, kind, and hiding nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """One language. {name} is the programme, {date} the day of the change, {before} the day before it, {grace} the
    last day of the grace, {days} how long before members are told, {clause} a sentence of the promise.

    `stays` is for changes that leave points earned and what they buy alone, `stays_other` for those after which points
    buy something else, `stays_less` for those that take from points earned. {spend} is the last day on which all can
    be spent as today; {clubs} are memberships that are not left at once and for nothing, {run_off} the days in which
    points can be spent after leaving. The three of `at_once` are for a change that is told on its day or later.
    """

    subject: str
    hello: str
    opening: str
    glad_opening: str
    worse: str
    otherwise: str
    better: str
    until: str
    since: str
    ends: str
    differs: str
    staying: str
    stays: str
    stays_other: str
    stays_less: str
    choices: str
    ask: str
    spend: str
    leave: str
    leave_bound: str
    afterwards: str
    closing: str
    at_once_subject: str
    at_once_opening: str
    at_once_stays: str


ENGLISH = NoticeWords(
    subject="{name}: what changes on {date}",
    hello="Hello,",
    opening="on {date} we change what we promise you at {name}. We are telling you {days} days before. Some of it may "
    "be worse for you than today; here is the old next to the new, so that you can judge for yourself.",
    glad_opening="on {date} we change what we promise you at {name}. Nothing gets worse for you.",
    worse="NOT AS GOOD AS TODAY, FOR SOME OR FOR ALL",
    otherwise="OTHERWISE THAN TODAY, FOR BETTER OR WORSE",
    better="BETTER THAN TODAY",
    until="Until {before}: {clause}",
    since="From {date}: {clause}",
    ends="From {date}: this ends.",
    differs="From {date}: this changes.",
    staying="WHAT YOU HAVE COLLECTED",
    stays="Everything you collect until {before} stays yours and keeps its value. In any case you can spend it as "
    "today until {grace}.",
    stays_other="Everything you collect until {before} stays yours. What it buys is as today until {spend}, and after "
    "that as it is said above.",
    stays_less="This change also touches what you have collected already. Until {spend} you can spend it as today and "
    "at today's value.",
    choices="WHAT YOU CAN DO",
    ask="Ask: answer this message. A person reads it and answers you.",
    spend="Spend what you have, as today, until {spend}.",
    leave="Leave, whenever you like and free of charge.",
    leave_bound="Leave. What you paid for ends as its own terms say: {clubs}.",
    afterwards="What you have collected can be spent for {run_off} days afterwards.",
    closing="Thank you for being with us.\n{name}",
    at_once_subject="{name}: what changed on {date}",
    at_once_opening="on {date} we changed what we promise you at {name}, because there was a mistake in it. We did "
    "not tell you before, and we are sorry. Some of it may be worse for you; here is the old next to the new, so "
    "that you can judge for yourself.",
    at_once_stays="What you collected until {before} is yours. What it buys is as it is said above.",
)

GERMAN = NoticeWords(
    subject="{name}: Was sich am {date} ändert",
    hello="Hallo,",
    opening="am {date} ändern wir, was wir dir bei {name} versprechen. Wir sagen es dir {days} Tage vorher. "
    "Manches kann für dich schlechter sein als heute; hier steht das Alte neben dem Neuen, damit du selbst urteilen "
    "kannst.",
    glad_opening="am {date} ändern wir, was wir dir bei {name} versprechen. Nichts wird für dich schlechter.",
    worse="WENIGER GUT ALS HEUTE, FÜR MANCHE ODER FÜR ALLE",
    otherwise="ANDERS ALS HEUTE, BESSER ODER SCHLECHTER",
    better="BESSER ALS HEUTE",
    until="Bis zum {before}: {clause}",
    since="Ab dem {date}: {clause}",
    ends="Ab dem {date}: Das entfällt.",
    differs="Ab dem {date}: Das ändert sich.",
    staying="WAS DU GESAMMELT HAST",
    stays="Alles, was du bis zum {before} sammelst, bleibt dir und behält seinen Wert. Auf jeden Fall kannst du es "
    "bis zum {grace} einlösen wie heute.",
    stays_other="Alles, was du bis zum {before} sammelst, bleibt dir. Was du dafür bekommst, ist bis zum {spend} wie "
    "heute und danach, wie es oben steht.",
    stays_less="Diese Änderung betrifft auch, was du schon gesammelt hast. Bis zum {spend} kannst du es einlösen "
    "wie heute und zum heutigen Wert.",
    choices="WAS DU TUN KANNST",
    ask="Fragen: Antworte auf diese Nachricht. Ein Mensch liest sie und antwortet dir.",
    spend="Einlösen, was du hast, wie heute, bis zum {spend}.",
    leave="Gehen, jederzeit und kostenlos.",
    leave_bound="Gehen. Was du bezahlt hast, endet nach seinen eigenen Bedingungen: {clubs}.",
    afterwards="Was du gesammelt hast, kannst du danach noch {run_off} Tage lang einlösen.",
    closing="Danke, dass du bei uns bist.\n{name}",
    at_once_subject="{name}: Was sich am {date} geändert hat",
    at_once_opening="am {date} haben wir geändert, was wir dir bei {name} versprechen, denn es war ein Fehler darin. "
    "Wir haben es dir nicht vorher gesagt, und das tut uns leid. Manches kann für dich schlechter sein; hier steht "
    "das Alte neben dem Neuen, damit du selbst urteilen kannst.",
    at_once_stays="Was du bis zum {before} gesammelt hast, gehört dir. Was du dafür bekommst, ist so, wie es oben "
    "steht.",
)

SPANISH = NoticeWords(
    subject="{name}: lo que cambia el {date}",
    hello="Hola:",
    opening="El {date} cambiamos lo que te prometemos en {name}. Te lo decimos {days} días antes. Algo puede ser peor "
    "para ti que hoy; aquí está lo antiguo junto a lo nuevo, para que juzgues por tu cuenta.",
    glad_opening="El {date} cambiamos lo que te prometemos en {name}. Nada empeora para ti.",
    worse="NO TAN BUENO COMO HOY, PARA ALGUNOS O PARA TODOS",
    otherwise="DISTINTO DE HOY, PARA BIEN O PARA MAL",
    better="MEJOR QUE HOY",
    until="Hasta el {before}: {clause}",
    since="Desde el {date}: {clause}",
    ends="Desde el {date}: esto termina.",
    differs="Desde el {date}: esto cambia.",
    staying="LO QUE HAS REUNIDO",
    stays="Todo lo que reúnas hasta el {before} sigue siendo tuyo y conserva su valor. En todo caso puedes canjearlo "
    "como hoy hasta el {grace}.",
    stays_other="Todo lo que reúnas hasta el {before} sigue siendo tuyo. Lo que te dan por ello es como hoy hasta el "
    "{spend}, y después como se dice arriba.",
    stays_less="Este cambio también afecta a lo que ya has reunido. Hasta el {spend} puedes canjearlo como hoy y por "
    "el valor de hoy.",
    choices="LO QUE PUEDES HACER",
    ask="Preguntar: responde a este mensaje. Lo lee una persona y te contesta.",
    spend="Canjear lo que tienes, como hoy, hasta el {spend}.",
    leave="Irte, cuando quieras y sin coste.",
    leave_bound="Irte. Lo que has pagado termina según sus propias condiciones: {clubs}.",
    afterwards="Lo que has reunido se puede canjear durante {run_off} días después.",
    closing="Gracias por estar con nosotros.\n{name}",
    at_once_subject="{name}: lo que cambió el {date}",
    at_once_opening="El {date} cambiamos lo que te prometemos en {name}, porque había un error. No te lo dijimos "
    "antes, y lo sentimos. Algo puede ser peor para ti; aquí está lo antiguo junto a lo nuevo, para que juzgues por "
    "tu cuenta.",
    at_once_stays="Lo que reuniste hasta el {before} es tuyo. Lo que te da es como se dice arriba.",
)

DANISH = NoticeWords(
    subject="{name}: det ændres den {date}",
    hello="Hej",
    opening="Den {date} ændrer vi det, vi lover dig hos {name}. Vi siger det {days} dage før. Noget af det kan være "
    "dårligere for dig end i dag; her står det gamle ved siden af det nye, så du selv kan bedømme det.",
    glad_opening="Den {date} ændrer vi det, vi lover dig hos {name}. Intet bliver dårligere for dig.",
    worse="IKKE SÅ GODT SOM I DAG, FOR NOGLE ELLER FOR ALLE",
    otherwise="ANDERLEDES END I DAG, BEDRE ELLER DÅRLIGERE",
    better="BEDRE END I DAG",
    until="Til og med den {before}: {clause}",
    since="Fra den {date}: {clause}",
    ends="Fra den {date}: dette ophører.",
    differs="Fra den {date}: dette ændres.",
    staying="DET, DU HAR SAMLET",
    stays="Alt, hvad du samler til og med den {before}, er stadig dit og beholder sin værdi. Under alle omstændigheder "
    "kan du bruge det som i dag til og med den {grace}.",
    stays_other="Alt, hvad du samler til og med den {before}, er stadig dit. Hvad du får for det, er som i dag til og "
    "med den {spend}, og derefter som der står ovenfor.",
    stays_less="Denne ændring berører også det, du allerede har samlet. Til og med den {spend} kan du bruge det som i "
    "dag og til dagens værdi.",
    choices="DET KAN DU GØRE",
    ask="Spørg: svar på denne besked. Et menneske læser den og svarer dig.",
    spend="Brug det, du har, som i dag, til og med den {spend}.",
    leave="Forlad os, når du vil og uden omkostninger.",
    leave_bound="Forlad os. Det, du har betalt for, ophører efter sine egne betingelser: {clubs}.",
    afterwards="Det, du har samlet, kan bruges i {run_off} dage bagefter.",
    closing="Tak, fordi du er hos os.\n{name}",
    at_once_subject="{name}: det ændrede sig den {date}",
    at_once_opening="Den {date} ændrede vi det, vi lover dig hos {name}, fordi der var en fejl i det. Vi sagde det "
    "ikke før, og det er vi kede af. Noget af det kan være dårligere for dig; her står det gamle ved siden af det "
    "nye, så du selv kan bedømme det.",
    at_once_stays="Det, du har samlet til og med den {before}, er dit. Det, du får for det, er, som der står ovenfor.",
)

NOTICE_WORDS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "da": DANISH}
