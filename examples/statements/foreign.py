"""Statements as programs of Debian read them: libofx (GnuCash and KMyMoney are built on it), AqBanking and hledger.

What each of them cannot do with our files, and is not asked for:

- `ofxdump` tells of every byte outside ASCII that it is none of SGML's, and reads it all the same. It skips `BANKACCTTO`,
  the account that money went to.
- AqBanking 6 has no profile for the messages of 2019. Its generic XML importer reads the dates, amounts and balances of
  ours by the profiles `camt_053_001_04` and `camt_052_001_02`; names and references it looks for where the older messages
  had them, and accounts under `IBAN` alone. Its importer `camt` reads camt.052 alone, and ignores the balances `OPBD` and
  `ITBD`.
- AqBanking's importer `ofx` loses words at the beginning of a text that are not in ASCII. The profile `ofx2` of its XML
  importer reads them.
- hledger reads CSV alone.
"""

import csv
import io
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.parse
from decimal import Decimal

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"}


def same(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: {found!r} is not {expected!r}")


def run(command, text, suffix):
    """What a command prints that reads `text` as a file, whose name stands for `FILE`; its home is a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"statement.{suffix}"
        file.write_text(text, newline="")
        command = [part.replace("FILE", str(file)) for part in command]
        done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT | {"HOME": folder})
        if done.returncode != 0:
            raise AssertionError(f"{command[0]} ends with {done.returncode}: {done.stderr[-400:]}")
        return done.stdout


def ofxdump(text, expected, balance):
    """libofx reads every text whole, and the balance."""
    printed = run(["ofxdump", "FILE"], text, "ofx")
    fact = lambda block, name: next(iter(re.findall(rf"^    {re.escape(name)}: (.*)$", block, re.M)), "")
    blocks = printed.split("ofx_proc_transaction():")
    same("ofxdump balance", Decimal(fact(blocks[0], "Ledger balance")), balance)
    same("ofxdump entries", len(blocks) - 1, len(expected))
    for block, entry in zip(blocks[1:], expected):
        same("ofxdump id", fact(block, "Financial institution's ID for this transaction"), entry["id"])
        same("ofxdump amount", Decimal(fact(block, "Total money amount")), Decimal(entry["amount"]))
        name = fact(block, "Name of payee or transaction description")
        same("ofxdump name", name, entry["counterparty"][:32].strip())
        same("ofxdump memo", fact(block, "Extra transaction information (memo)"), entry["reference"])


def aqbanking(importer, profile, text, suffix):
    """The transactions and booked balances that AqBanking reads, each as a dict."""
    command = ["aqbanking-cli", "-n", "import", f"--importer={importer}", f"--profile={profile}", "-f", "FILE"]
    printed = context(command, text, suffix)
    facts = lambda block: {k: urllib.parse.unquote(v) for k, v in re.findall(r'(\w+)="([^"]*)"', block)}
    every = lambda name: [facts(block) for block in re.findall(rf"\b{name} {{(.*?)}} #{name}", printed, re.S)]
    return every("transaction"), every("balance")


def context(command, text, suffix):
    """AqBanking writes what it has read into a file."""
    with tempfile.TemporaryDirectory() as folder:
        read = pathlib.Path(folder) / "read.ctx"
        run([*command, "-c", str(read)], text, suffix)
        return read.read_text()


def value(text):
    """`-129/100:EUR`."""
    whole, parts = re.match(r"(-?\d+)/(\d+)", text).groups()
    return Decimal(whole) / Decimal(parts)


def check_aqbanking(importer, profile, text, suffix, expected, texts):
    found, balances = aqbanking(importer, profile, text, suffix)
    what = f"AqBanking {profile}"
    same(f"{what} entries", len(found), len(expected))
    for transaction, entry in zip(found, expected):
        # OFX has one date, which is both.
        day = transaction.get("date") or transaction.get("valutaDate")
        same(f"{what} date", day, entry["day"].replace("-", ""))
        same(f"{what} amount", value(transaction["value"]), Decimal(entry["amount"]))
        if texts:
            same(f"{what} name", transaction.get("remoteName", ""), entry["counterparty"][:32].strip())
            if profile == "ofx2" or entry["reference"].isascii():
                same(f"{what} reference", transaction.get("purpose", ""), entry["reference"])
    return [value(balance["value"]) for balance in balances if "value" in balance]


RULES = """
skip 1
separator {separator}
decimal-mark {point}
fields time,kind,counterparty,counterparty_account,reference,amt,ccy,after,id
date %time
date-format {date}
amount %amt %ccy
balance %after %ccy
account1 assets:bank
description %counterparty|%reference
code %id
"""


def hledger(text, expected, closing, separator=",", point=".", date="%Y-%m-%dT%H:%M:%S%Q%Ez", texts=lambda text: text):
    """hledger reads CSV, and asserts the balance after every entry."""
    with tempfile.NamedTemporaryFile("w", suffix=".rules") as rules:
        rules.write(RULES.format(separator=separator, point=point, date=date))
        rules.flush()
        read = ["hledger", "-f", "FILE", "--rules-file", rules.name]
        rows = csv.DictReader(io.StringIO(run([*read, "print", "-O", "csv"], text, "csv")))
    rows = [row for row in rows if row["account"] == "assets:bank"]
    # It prints amounts as it reads them.
    amount = lambda row: Decimal(row["amount"].replace(point, "."))
    same("hledger ids", [row["code"] for row in rows], [entry["id"] for entry in expected])
    for row, entry in zip(rows, expected):
        same("hledger amount", amount(row), Decimal(entry["amount"]))
        same("hledger day", row["date"], entry["day"])
        reference = texts(row["description"].split("|", 1)[1])
        same("hledger reference", reference, entry["reference"])
    if rows:
        before = Decimal(expected[0]["balance_after"]) - Decimal(expected[0]["amount"])
        same("hledger balance", before + sum(map(amount, rows)), closing)
