"""Files in, rows in place, every bad line told, and doing it again changes nothing."""

import gzip
import json
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import worlds
from vigie.inventory.errors import Unreadable
from vigie.inventory.importing import Source, Summary, load_customers, load_services, row
from vigie.inventory.models import Address, Service
from vigie.journal.models import Entry
from vigie.people.models import Contact, Customer, User

pytestmark = pytest.mark.django_db


class Told(list[tuple[int, str]]):
    def __call__(self, line: int, reason: str) -> None:
        self.append((line, reason))


def services(path: Path) -> tuple[Summary, Told]:
    told = Told()
    with Source(path) as source:
        return load_services(source.rows(), tell=told), told


def customers(path: Path) -> tuple[Summary, Told]:
    told = Told()
    with Source(path) as source:
        return load_customers(source.rows(), tell=told), told


def write(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def total_changes() -> int:
    """Rows this connection has written so far."""
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname LIKE 'inventory%'"
        )
        return int(cursor.fetchone()[0])


FRENCH = (
    "Numéro de commande;Client;Nom du service;Produit;Site;Baie;État;Adresses;Commentaire\r\n"
    "#123456;C1;Éole;VPS L;Paris;B12;Actif;203.0.113.7 2001:DB8::/48;x\r\n"
    '123457;C1;"Base ""db""";;Paris;;en panne;"203.0.113.8\n203.0.113.9";\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_french_spreadsheet_is_read_in_every_encoding_it_may_have(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    worlds.customer(reference="C1")
    content = FRENCH.replace("en panne", "Down").encode(encoding)
    summary, told = services(write(tmp_path, gzip.compress(content) if packed else content))
    assert summary == Summary(added=2)
    assert told == [(0, told[0][1])]
    assert "Commentaire" in told[0][1]
    eole, base = Service.objects.order_by("order_number")
    assert (eole.name, eole.product, eole.site, eole.rack, eole.state) == ("Éole", "VPS L", "Paris", "B12", "active")
    assert [one.prefix for one in eole.addresses.order_by("first")] == ["203.0.113.7", "2001:db8::/48"]
    assert (base.name, base.state, base.addresses.count()) == ('Base "db"', "down", 2)


JSON_ROWS = [
    {"order_number": 1, "customer": "C1", "name": "one", "addresses": ["203.0.113.1"]},
    {"order_number": "2", "customer": "c1@client.example", "name": "two", "addresses": None},
]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(JSON_ROWS), json.dumps(JSON_ROWS, indent=2), "\n".join(map(json.dumps, JSON_ROWS)) + "\n",
        "\ufeff" + "\r\n".join(map(json.dumps, JSON_ROWS)), "".join(json.dumps(row, indent=1) for row in JSON_ROWS),
    ],
)  # fmt: skip
def test_a_json_array_and_json_lines_are_read_alike(tmp_path: Path, content: str) -> None:
    worlds.customer(reference="C1", registered_address="c1@client.example")
    summary, told = services(write(tmp_path, content, "rows.json"))
    assert (summary, told) == (Summary(added=2), [])


def test_running_it_again_changes_and_writes_nothing(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    path = write(tmp_path, FRENCH)
    services(path)
    before = (
        list(Service.objects.order_by("id").values()),
        list(Address.objects.order_by("id").values()),
        Entry.objects.count(),
    )
    changes = total_changes()
    summary, _told = services(path)
    assert summary == Summary(unchanged=2)
    assert before == (
        list(Service.objects.order_by("id").values()),
        list(Address.objects.order_by("id").values()),
        Entry.objects.count(),
    )
    assert total_changes() == changes


def test_changes_touch_only_what_differs_and_stand_in_the_journal(tmp_path: Path) -> None:
    acme = worlds.customer(reference="C1")
    services(write(tmp_path, "order_number,customer,name,rack,addresses\n1,C1,one,R1,203.0.113.1 203.0.113.2\n"))
    kept = Address.objects.get(prefix="203.0.113.2").id
    summary, _told = services(write(tmp_path, "order_number,addresses\n1,203.0.113.2;203.0.113.3\n"))
    assert summary == Summary(changed=1)
    one = Service.objects.get(order_number="1")
    assert (one.name, one.rack) == ("one", "R1")
    assert set(one.addresses.values_list("prefix", flat=True)) == {"203.0.113.2", "203.0.113.3"}
    assert Address.objects.get(prefix="203.0.113.2").id == kept
    lines = Entry.objects.filter(kind__startswith="service.").order_by("id")
    assert [(line.kind, line.customer_id, line.data["fields"]) for line in lines] == [
        ("service.added", acme.id, []),
        ("service.changed", acme.id, ["addresses"]),
    ]


def test_bad_lines_are_told_with_number_and_reason_and_the_rest_is_imported(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    rows = [
        "order_number,customer,name,state,addresses",
        "1,C1,good,,",
        "x2,C1,bad number,,",
        "3,C9,no customer,,",
        "4,C1,,,",
        "5,C1,bad state,asleep,",
        "6,C1,bad address,,203.0.113.999",
        "7,C1,host bits,,203.0.113.7/24",
        "8,C1",
        "1,C1,twice,,",
        "",
        "9,C1,zone,,fe80::1%eth0",
        "10,C1," + "n" * 121 + ",,",
        "11,,nobody,,",
        "12,C1,nul\0,,",
        "13,C1,also good,DOWN,2001:DB8::1",
    ]
    summary, told = services(write(tmp_path, "\n".join(rows)))
    assert summary == Summary(added=2, refused=12)
    assert sorted(line for line, _reason in told) == [3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15]
    assert all(reason for _line, reason in told)
    assert "C9" in dict(told)[4]


def test_a_quote_never_closed_costs_the_lines_it_swallowed_and_no_more(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    good = "".join(f"{number},C1,service {number}\n" for number in range(1, 2001))
    summary, told = services(write(tmp_path, 'order_number,customer,name\n9999,C1,"open\n' + good))
    assert told[0][0] == 2
    assert summary.added > 500
    assert Service.objects.filter(order_number="2000").exists()


def test_a_broken_json_object_costs_itself_only(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    lines = [
        '{"order_number": 1, "customer": "C1", "name": "one"}',
        '{"order_number": 2, "customer": "C1", "name": ',
        '{"order_number": 3, "customer": "C1", "name": "three"}',
        "12",
        "nonsense",
        '{"order_number": 4, "customer": {}, "name": "four"}',
        '{"order_number": 5.5, "customer": "C1", "name": "five"}',
        '{"order_number": 6, "customer": "C1", "name": "six", "addresses": [1]}',
        '{"order_number": 7, "customer": "C1", "name": "seven"}',
    ]
    for content in ("\n".join(lines), "[\n" + ",\n".join(lines) + "\n]"):
        Service.objects.all().delete()
        summary, told = services(write(tmp_path, content, "rows.json"))
        assert sorted(Service.objects.values_list("order_number", flat=True)) == ["1", "3", "7"]
        shift = content.startswith("[")
        assert [line - shift for line, _reason in sorted(told)] == [2, 4, 5, 6, 7, 8]
        assert summary.refused == 6


@pytest.mark.parametrize("content", ["", "\n\n", "a,b\n1,2\n", b"\x1f\x8bnot gzip"])
def test_a_file_without_rows_to_take_is_refused_as_a_whole(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(Unreadable):
        services(write(tmp_path, content))


def test_a_new_customer_can_sign_in_with_the_registered_address(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Numéro de client;Nom;Courriel;Langue;Client depuis;Actif\nC1;Acme;Ops@Acme.Example;EN;24/11/2019;oui\n",
    )
    assert customers(path)[0] == Summary(added=1)
    acme = Customer.objects.get(reference="C1")
    assert (acme.registered_address, acme.language, str(acme.since), acme.is_active) == (
        "ops@acme.example",
        "en",
        "2019-11-24",
        True,
    )
    owner = Contact.objects.get(customer=acme)
    assert (owner.role, owner.user.email, owner.user.has_usable_password()) == ("owner", "ops@acme.example", False)
    assert customers(path)[0] == Summary(unchanged=1)


def test_a_changed_registered_address_moves_the_ownership(tmp_path: Path) -> None:
    customers(write(tmp_path, "reference,name,registered_address\nC1,Acme,old@acme.example\n"))
    assert customers(write(tmp_path, "reference,registered_address\nC1,new@acme.example\n"))[0] == Summary(changed=1)
    assert [contact.user.email for contact in Contact.objects.filter(customer__reference="C1")] == ["new@acme.example"]


def test_customers_that_would_take_anothers_place_are_refused(tmp_path: Path) -> None:
    worlds.customer(reference="C1", registered_address="one@client.example")
    worlds.agent(email="agent@introserv.example")
    rows = [
        "reference,name,registered_address,language,timezone,since,active",
        "C2,Two,one@client.example,,,,",
        "C3,Three,agent@introserv.example,,,,",
        "C4,Four,four@client.example,de,,,",
        "C5,Five,five@client.example,,Mars/Olympus,,",
        "C6,Six,six@client.example,,,31/02/2020,",
        "C7,Seven,not an address,,,,",
        "C8,Eight,eight@client.example,,,,maybe",
        "C9,,nine@client.example,,,,",
        "a@b,Ten,ten@client.example,,,,",
        "C11,Eleven,same@client.example,,,,",
        "C12,Twelve,same@client.example,,,,",
    ]
    summary, told = customers(write(tmp_path, "\n".join(rows)))
    assert summary == Summary(added=1, refused=10)
    assert {line for line, _reason in told} == set(range(2, 11)) | {12}
    assert not Contact.objects.filter(user__email="agent@introserv.example").exists()
    assert User.objects.filter(email__endswith="@client.example").count() == 1


TEXT = st.text(alphabet="ab é;,\"'", max_size=8)


class AgainstTheObviousVersion(TestCase):
    @hypothesis_settings(max_examples=30)
    @given(
        runs=st.lists(
            st.lists(
                st.fixed_dictionaries(
                    {"order_number": st.integers(1, 6)},
                    optional={
                        "customer": st.sampled_from(["C1", "C2", "C3"]),
                        "name": TEXT,
                        "rack": TEXT,
                        "addresses": st.lists(
                            st.sampled_from(["203.0.113.1", "203.0.113.0/30", "2001:DB8::1"]), max_size=3
                        ),
                    },
                ),
                max_size=6,
            ),
            min_size=1,
            max_size=3,
        )
    )
    def test_the_rows_end_as_if_put_one_by_one(self, runs: list[list[dict[str, object]]]) -> None:
        ids = {reference: worlds.customer(reference=reference).id for reference in ("C1", "C2")}
        expected: dict[str, dict[str, object]] = {}
        for run in runs:
            seen = set()
            for fields in run:
                number = str(fields["order_number"])
                before = expected.get(number)
                named = str(fields["name"]).strip() if "name" in fields else (before or {}).get("name", "")
                if (fields.get("name") is not None and not named) or not named or number in seen:
                    if "name" in fields and not str(fields["name"]).strip():
                        continue
                    seen.add(number)
                    continue
                seen.add(number)
                if fields.get("customer") == "C3" or (before is None and "customer" not in fields):
                    continue
                merged = dict(before or {"rack": "", "addresses": set()})
                merged["name"] = named
                if "customer" in fields:
                    merged["customer"] = ids[str(fields["customer"])]
                if "rack" in fields:
                    merged["rack"] = str(fields["rack"]).strip()
                if "addresses" in fields:
                    merged["addresses"] = {str(one).lower() for one in fields["addresses"]}  # type: ignore[attr-defined]
                expected[number] = merged
            for _again in range(2):
                load_services([row(line, fields) for line, fields in enumerate(run, 1)], tell=Told())
        found = {
            one.order_number: {
                "name": one.name,
                "rack": one.rack,
                "customer": one.customer_id,
                "addresses": set(one.addresses.values_list("prefix", flat=True)),
            }
            for one in Service.objects.filter(customer__in=ids.values())
        }
        assert found == expected
