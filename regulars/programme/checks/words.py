"""Words that give a text away, in the four languages of the house; a `*` at the end stands for any ending."""

#: What a message with an offer says.
OFFERING = (
    "% off", "discount*", "special offer*", "on sale", "buy now", "shop now", "coupon*", "rabatt*", "sonderangebot*",
    "angebot*", "jetzt kaufen", "descuento*", "oferta*", "cupón*", "compra ahora", "rabat", "rabatten", "tilbud*",
    "køb nu",
)  # fmt: skip
#: What threatens with the law.
THREATENING = (
    "court*", "legal action*", "lawyer*", "attorney*", "bailiff*", "enforcement*", "sue", "prosecut*", "seiz*",
    "debt collect*", "credit record*", "credit rating*", "gericht*", "rechtsanwalt*", "anwalt*", "inkasso*",
    "mahnbescheid*", "vollstreck*", "pfänd*", "schufa*", "tribunal*", "demanda*", "acción legal*", "acciones legales",
    "abogad*", "embarg*", "retten", "retssag*", "advokat*", "foged*", "udlæg*", "rki",
)  # fmt: skip
#: What presses somebody to find money that is not there.
PRESSING = (
    "in full", "take out a loan", "borrow", "sell your", "remortgage*", "in einer summe", "kredit aufnehmen", "leihen",
    "verkaufen sie", "pago único", "pida un préstamo", "venda su", "på én gang", "lån penge", "sælg din", "sælg dit",
)  # fmt: skip
#: What makes an apology none.
HALF_SORRY = (
    "if you felt", "any inconvenience", "if anyone", "falls sie sich", "etwaige unannehmlichkeiten",
    "eventuelle unannehmlichkeiten", "si se sintió", "cualquier molestia", "posibles molestias", "hvis du følte",
    "eventuelle gener", "eventuel ulejlighed",
)  # fmt: skip
#: What gives a house the right to take without saying why.
VAGUE = (
    "abuse*", "gaming", "misuse*", "sole discretion", "any reason", "without notice", "no legal claim", "no value",
    "missbrauch*", "freies ermessen", "eigenem ermessen", "freiem ermessen", "kein rechtsanspruch",
    "keinen rechtsanspruch", "keinen wert", "jederzeit ohne", "abuso*", "uso indebido", "discreción*",
    "sin previo aviso", "sin valor", "ningún derecho", "misbrug*", "eget skøn", "frit skøn", "uden varsel",
    "intet retskrav", "ingen værdi",
)  # fmt: skip
#: What says that points do not end, and what names a time after which they do.
NEVER = (
    "never", "do not expire", "don't expire", "no expiry", "nie", "niemals", "verfallen nicht", "kein verfall", "nunca",
    "no caducan", "no vencen", "aldrig", "udløber ikke", "intet udløb",
)  # fmt: skip
TIMES = (
    "year*", "month*", "day*", "jahr*", "monat*", "tag*", "año*", "mes", "meses", "día*", "år", "årene", "måned*",
    "dag*",
)  # fmt: skip
#: What says that there is no limit: the whole text, or words in it.
NONE = ("none", "keine", "keiner", "ninguno", "ninguna", "ingen", "intet")
UNLIMITED = (
    "no caps", "no cap", "no limits", "no limit", "unlimited", "without limit*", "keine grenze*", "keine obergrenze*",
    "unbegrenzt", "sin límite*", "sin tope*", "ilimitad*", "intet loft", "ingen grænse*", "ubegrænset",
)  # fmt: skip
