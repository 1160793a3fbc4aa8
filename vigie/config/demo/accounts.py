"""The demonstration's two dozen customers with what they rent. All addresses are from the documentation ranges (RFC 5737, 3849)."""

from dataclasses import dataclass, field
from datetime import date

PARIS, AMSTERDAM, MIAMI = "Paris PA2", "Amsterdam AM5", "Miami MI1"


@dataclass(frozen=True)
class Rented:
    """One service; `addresses` as a person would write them."""

    name: str
    product: str
    addresses: str
    site: str = PARIS
    rack: str = "R12"
    node: str = ""
    state: str = "active"


@dataclass(frozen=True)
class Account:
    """A customer. `people` are (name, address, role) of contacts besides the owner."""

    name: str
    address: str
    services: tuple[Rented, ...]
    owner: str
    language: str = "fr"
    zone: str = "Europe/Paris"
    plan: str = "Standard"
    since: date = date(2022, 3, 14)
    people: tuple[tuple[str, str, str], ...] = field(default=())


def _server(n: int, name: str, site: str = PARIS, rack: str = "R12", product: str = "Serveur dédié E-2388G") -> Rented:
    return Rented(name, product, f"198.51.100.{n} 2001:db8:{n:x}::/64", site, rack)


def _vps(n: int, name: str, node: str = "pa2-hv07", site: str = PARIS, rack: str = "R14", *, product: str = "VPS NVMe 4") -> Rented:
    return Rented(name, product, f"203.0.113.{n} 2001:db8:ff:{n:x}::1", site, rack, node)


ACCOUNTS = (
    Account(
        "Hôtel Les Embruns", "client@demo.example",
        (
            _vps(10, "vps-pro-03", product="VPS NVMe 8, infogéré"),
            _vps(11, "vps-test-01", node="pa2-hv09"),
            _server(20, "srv-reservations"),
            Rented("sauvegarde-embruns", "Stockage 2 To", "192.0.2.14", PARIS, "R20"),
            Rented("hotel-les-embruns.example", "Hébergement web Pro", "192.0.2.80"),
        ),
        "Hélène Évrard", plan="Pro, infogérée", since=date(2019, 4, 2),
        people=(
            ("Yann Le Goff", "yann@embruns.example", "technical"),
            ("Maud Carrère", "compta@embruns.example", "billing"),
        ),
    ),
    Account(
        "Northwind Analytics", "client2@demo.example",
        (
            _server(40, "analytics-db1", AMSTERDAM, "A03", "Dedicated EPYC 7443P"),
            _server(41, "analytics-db2", AMSTERDAM, "A03", "Dedicated EPYC 7443P"),
            _vps(60, "grafana-eu", "am5-hv02", AMSTERDAM, "A07"),
        ),
        "Daniel Okafor", "en", "Europe/Amsterdam", "Business", date(2021, 9, 20),
        (("Priya Raman", "priya@northwind-analytics.example", "technical"),),
    ),
    Account("Atelier Brossard", "contact@atelier-brossard.example",
            (_vps(12, "mail-07"), _vps(13, "web-brossard")), "Luc Brossard", since=date(2020, 1, 8)),
    Account("Julie Fontaine", "julie.fontaine@boutique12.example", (_vps(14, "boutique-12", "pa2-hv09"),), "Julie Fontaine"),
    Account("SCI Verrier", "gestion@verrier.example", (Rented("verrier.example", "Hébergement web", "192.0.2.81"),), "Marc Verrier"),
    Account("Mairie de Saint-Aubin", "informatique@saint-aubin.example",
            (_server(21, "web-22"), _vps(15, "intranet-sa")), "Nadia Haddad", plan="Secteur public"),
    Account("Camille Ortega", "camille@ortega-studio.example", (_vps(16, "web-09"),), "Camille Ortega"),
    Account("Studio Kaolin", "studio@kaolin.example", (_vps(17, "kaolin-prod"), _vps(18, "kaolin-pre")), "Tom Renard"),
    Account("Coopérative du Léman", "si@coop-leman.example",
            (_server(22, "erp-leman", rack="R14"), _server(23, "erp-leman-secours", AMSTERDAM, "A04")),
            "Sylvie Perret", plan="Business", zone="Europe/Zurich"),
    Account("Lumière & Fils", "exploitation@lumiere-fils.example", (_server(24, "prod-lumiere", rack="R14"),), "Bastien Lumière"),
    Account("Clinique des Tilleuls", "dsi@tilleuls.example",
            (_server(25, "imagerie-01", rack="R16"), _server(26, "imagerie-02", rack="R16")), "Dr Anne Koch", plan="Business"),
    Account("Radio Canut 102", "technique@canut102.example", (_vps(19, "stream-lyon"), _vps(20, "site-canut")), "Farid Benali"),
    Account("Librairie Le Passage", "bonjour@lepassage.example", (_vps(21, "catalogue-passage"),), "Odile Marchetti"),
    Account("Transports Ferrand", "informatique@ferrand.example",
            (_server(27, "gps-ferrand", rack="R14"), _vps(22, "api-ferrand")), "Kevin Ferrand", plan="Business"),
    Account("Association Marée Basse", "contact@mareebasse.example", (_vps(23, "wiki-maree"),), "Gwenaëlle Tanguy"),
    Account("Pixel & Braise", "dev@pixelbraise.example",
            (_vps(24, "jeu-braise-1", "pa2-hv07"), _vps(25, "jeu-braise-2", "pa2-hv07")), "Sacha Nguyen"),
    Account("Cabinet Roussel Avocats", "admin@roussel-avocats.example", (_server(28, "dossiers-roussel", rack="R16"),), "Claire Roussel"),
    Account("Fjord Telemetry AS", "ops@fjord-telemetry.example",
            (_server(42, "ingest-01", AMSTERDAM, "A03", "Dedicated EPYC 7443P"), _vps(61, "mqtt-edge", "am5-hv02", AMSTERDAM, "A07")),
            "Ingrid Solberg", "en", "Europe/Oslo", "Business"),
    Account("Harbour Lane Books", "hello@harbourlane.example", (_vps(62, "shop-hl", "am5-hv02", AMSTERDAM, "A07"),),
            "Rosie Whitfield", "en", "Europe/London"),
    Account("Cedar Ridge Clinics", "it@cedarridge.example",
            (_server(60, "portal-us1", MIAMI, "M02", "Dedicated Xeon 6326"), _server(61, "portal-us2", MIAMI, "M02", "Dedicated Xeon 6326")),
            "Marcus Bell", "en", "America/New_York", "Business"),
    Account("Okonkwo Media", "tech@okonkwo.example", (_vps(63, "cdn-origin", "mi1-hv01", MIAMI, "M05"),), "Ada Okonkwo", "en", "America/Chicago"),
    Account("Bluefin Games", "infra@bluefin.example",
            (_server(43, "match-eu1", AMSTERDAM, "A04", "Dedicated Ryzen 7950X"), _server(62, "match-us1", MIAMI, "M02", "Dedicated Ryzen 7950X")),
            "Jonas Weber", "en", "Europe/Berlin", "Business"),
    Account("Tallinn Open Maps", "root@openmaps.example", (_server(44, "tiles-01", AMSTERDAM, "A03"),), "Kaisa Tamm", "en", "Europe/Tallinn"),
    Account("Quentin Delattre", "quentin@delattre.example", (_vps(26, "perso-qd", "pa2-hv09"),), "Quentin Delattre"),
)  # fmt: skip
