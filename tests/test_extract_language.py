"""The language of a page, of short ones too; pages in another language are left to a person."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.language import tell_language
from extract.nlp import load_nlp
from extract.reading import read_page
from extract.services import extract_page
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from register.codes.checklist import read_checklist
from register.codes.vocabulary import PageKind
from tests.loopback import Answer, serving

ROOT = Path(__file__).parent.parent
TEXTS = [
    ("en", "We meet every Tuesday in the old barn. You are welcome to bring a friend."),
    ("en", "Tea and a chat for all who need it"),
    ("cy", "Rydym yn cwrdd bob dydd Mawrth yn yr hen ysgubor. Mae croeso i bawb."),
    ("cy", "Cysylltwch â ni am fwy o wybodaeth os ydych chi yn yr ardal"),
    ("pl", "Spotykamy się w każdy wtorek. Pomoc jest dla osób, które nie mogą wyjść z domu."),
    ("ro", "Ne întâlnim în fiecare marți pentru o cafea. Grupul este gratuit și nu trebuie să vă înscrieți."),
    ("es", "Nos reunimos todos los martes en el centro. La ayuda es gratuita para las personas que viven solas."),
    (
        "pt",
        "Reunimo-nos às terças no centro. A ajuda é gratuita para as pessoas que vivem sós, você não precisa marcar.",
    ),
    (
        "fr",
        "Nous nous retrouvons tous les mardis dans la salle. Vous pouvez venir avec une amie.",
    ),
    (
        "de",
        "Wir treffen uns jeden Dienstag in der Halle und die Hilfe ist für alle Menschen.",
    ),
    ("tr", "Her salı toplanıyoruz. Yardım ücretsiz ve herkes için açık, bir arkadaş ile gelebilirsiniz."),
    ("so", "Waxaan kulannaa Talaado kasta. Caawimaad waa bilaash oo dadka oo dhan ayaa la soo dhaweynayaa."),
    ("ar", "نلتقي كل يوم ثلاثاء في المركز. المساعدة مجانية للجميع."),
    ("ur", "ہم ہر منگل کو مرکز میں ملتے ہیں۔ مدد سب کے لیے مفت ہے۔"),
    ("uk", "Ми зустрічаємося щовівторка в центрі. Допомога безкоштовна для всіх, її надають волонтери."),
    ("ru", "Мы встречаемся каждый вторник в центре. Помощь бесплатна для всех."),
    ("pa", "ਅਸੀਂ ਹਰ ਮੰਗਲਵਾਰ ਨੂੰ ਮਿਲਦੇ ਹਾਂ। ਮਦਦ ਮੁਫ਼ਤ ਹੈ।"),
    ("zh", "我们每星期二在中心见面。帮助是免费的。"),
    ("", "Art club"),
    ("", ""),
    ("", "10am - 12 £3 TR9 9AA"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_the_language_of_a_short_text(language: str, text: str) -> None:
    assert tell_language([text]) == language


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_what_a_page_declares_decides_nothing_alone(language: str, text: str) -> None:
    assert tell_language([text], declared="fr") == language


def test_an_english_page_with_a_welsh_name_and_a_menu_of_languages_is_english() -> None:
    text = "Clwb Te yn y Pentref: we meet on Fridays and you can join us. Polski Română Français Cymraeg"
    assert tell_language([text]) == "en"


@pytest.mark.parametrize(("language", "text"), [t for t in TEXTS if len(t[1]) > 30])
def test_a_page_in_another_language_is_not_guessed_at(language: str, text: str) -> None:
    body = f"<html lang='en'><h1>Tea club</h1><p>{text}</p><p>{text}</p></html>".encode()
    page = read_page(
        body,
        url="https://t.example/",
        content_type="text/html",
        locality="",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert page.language == language
    got = extract_page(page, profile=None, checklist=read_checklist(ROOT / "data"), nlp=load_nlp())
    if language not in ("en", "cy"):
        assert (got.kind, got.drafts) == (PageKind.OTHER, ())


def test_a_page_in_another_language_is_told_in_the_run_and_not_drafted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    polish = next(text for language, text in TEXTS if language == "pl")
    routes = {
        "/": Answer(
            body="<html><body><h1>The Loom</h1><p>We are here for you.</p><a href='/pl'>Polski</a></body></html>"
        ),
        "/pl": Answer(body=f"<html><body><h1>Klub</h1><p>{polish}</p></body></html>"),
    }
    with serving(routes) as site:
        (tmp_path / "data" / "localities" / "loom.toml").write_text(
            f'name = "Loom"\ngss_code = "E99999999"\nallow_loopback = true\ndelay_seconds = 0\n'
            f'contact = "https://loom.example"\n[[source]]\nkind = "site"\nstart = ["{site.base}/"]\n'
        )
        settings = Settings(register=tmp_path / "register.db", data=tmp_path / "data")
        summary = discover("loom", settings=settings, progress=QuietProgress(), everything=True)
    told = [issue for issue in summary.issues if issue.kind == "another language"]
    assert [(issue.url, "'pl'" in issue.message) for issue in told] == [(f"{site.base}/pl", True)]
