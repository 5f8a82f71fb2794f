//! ISO 20022's statements to customers, which accounting programs read: camt.053.001.08 of days that have ended, and
//! camt.052.001.08 of today. They differ in their names and in the balance at the end: closing (`CLBD`) or interim
//! (`ITBD`).
//!
//! The bank has no IBANs: accounts stand under `Othr/Id`. Names and ids are held to the standard's 140 and 35
//! characters, which is why a transfer's id is written without hyphens here.

use std::time::Duration;

use kit_core::{Calendar, Day, Money};

use sha2::{Digest, Sha256};

use super::xml::Xml;
use super::{BANK, Record, StatementDocument, shortened};
use crate::hashing::to_hex;
use crate::model::Counterparty;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const TEXT: usize = 140;

/// One of the two messages.
struct Message {
    namespace: &'static str,
    root: &'static str,
    statement: &'static str,
    /// The code of the balance at the end.
    last_balance: &'static str,
}

const STATEMENT: Message = Message {
    namespace: " xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"",
    root: "BkToCstmrStmt",
    statement: "Stmt",
    last_balance: "CLBD",
};

const REPORT: Message = Message {
    namespace: " xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08\"",
    root: "BkToCstmrAcctRpt",
    statement: "Rpt",
    last_balance: "ITBD",
};

/// The statement as camt.053.001.08. Its days have ended: the closing balance is final.
#[must_use]
pub fn camt053(document: &StatementDocument) -> String {
    write(&STATEMENT, document)
}

/// The statement as camt.052.001.08: what was booked until it was made, and the balance then.
#[must_use]
pub fn camt052(document: &StatementDocument) -> String {
    write(&REPORT, document)
}

fn write(message: &Message, document: &StatementDocument) -> String {
    let made_at = document.calendar.rfc3339(document.made_at);
    let mut xml = Xml::new(HEAD);
    xml.within_as("Document", message.namespace, |xml| {
        xml.within(message.root, |xml| {
            xml.within("GrpHdr", |xml| {
                xml.leaf("MsgId", &format!("{}-{}", document.account.digits(), document.made_at.micros()));
                xml.leaf("CreDtTm", &made_at);
            });
            xml.within(message.statement, |xml| statement(xml, message, document, &made_at));
        });
    });
    xml.finish()
}

fn statement(xml: &mut Xml, message: &Message, document: &StatementDocument, made_at: &str) {
    let (days, calendar) = (document.days, document.calendar);
    // What is not over ends where the statement was made, and nothing is said of what has not begun.
    let (today, begins) = (calendar.day(document.made_at), calendar.start(days.from));
    let begun = begins <= document.made_at;
    xml.leaf("Id", &content_id(message, document));
    xml.leaf("CreDtTm", made_at);
    if begun {
        xml.within("FrToDt", |xml| {
            xml.leaf("FrDtTm", &calendar.rfc3339(begins));
            let last = calendar.start(days.to.plus(1)).minus(Duration::from_micros(1));
            xml.leaf("ToDtTm", &if days.to < today { calendar.rfc3339(last) } else { made_at.to_owned() });
        });
    }
    xml.within("Acct", |xml| {
        other_account(xml, &document.account.digits());
        xml.leaf("Ccy", document.currency().code());
        xml.leaf("Nm", shortened(&document.account_name, 70));
        xml.within("Ownr", |xml| xml.leaf("Nm", shortened(&document.owner, TEXT)));
        xml.within("Svcr", |xml| xml.within("FinInstnId", |xml| xml.leaf("Nm", BANK)));
    });
    if begun {
        balance(xml, "OPBD", document.opening, days.from);
    }
    balance(xml, message.last_balance, document.closing, days.to.min(today));
    let side = |credit: bool| document.records.iter().filter(move |record| (record.amount.minor > 0) == credit);
    let sum = |credit| Money::new(side(credit).map(|record| record.size().minor).sum(), document.currency());
    xml.within("TxsSummry", |xml| {
        xml.within("TtlNtries", |xml| xml.leaf("NbOfNtries", &document.records.len().to_string()));
        for (name, credit) in [("TtlCdtNtries", true), ("TtlDbtNtries", false)] {
            xml.within(name, |xml| {
                xml.leaf("NbOfNtries", &side(credit).count().to_string());
                xml.leaf("Sum", &sum(credit).decimal());
            });
        }
    });
    for record in &document.records {
        xml.within("Ntry", |xml| entry(xml, calendar, record));
    }
}

/// 32 hexadecimal digits that say what the statement holds, whenever it is made: the same content has the same, other
/// content another one. A program that has read it once can tell.
fn content_id(message: &Message, document: &StatementDocument) -> String {
    let StatementDocument {
        account,
        account_name,
        owner,
        days,
        made_at: _,
        calendar,
        opening,
        closing,
        balance: _,
        records,
    } = document;
    let mut hash = Sha256::new();
    // Each with its length, so that no two lists of texts are written alike.
    let mut add = |text: &str| {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    };
    for text in [message.root, &account.digits(), account_name, owner, &days.from.to_string(), &days.to.to_string()] {
        add(text);
    }
    for money in [opening, closing] {
        add(&money.to_string());
    }
    for Record { id, at, kind, amount, balance_after, counterparty, reference } in records {
        let account = counterparty.account_id().unwrap_or_default();
        let money = [amount.to_string(), balance_after.to_string()].join(" ");
        for text in [
            &*id.to_string(),
            &calendar.rfc3339(*at),
            kind.name(),
            &money,
            &counterparty.to_string(),
            &account,
            reference,
        ] {
            add(text);
        }
    }
    to_hex(&hash.finalize()[..16])
}

fn balance(xml: &mut Xml, code: &str, money: Money, day: Day) {
    xml.within("Bal", |xml| {
        xml.within("Tp", |xml| xml.within("CdOrPrtry", |xml| xml.leaf("Cd", code)));
        amount(xml, Money::new(money.minor.saturating_abs(), money.currency));
        xml.leaf("CdtDbtInd", indicator(money));
        xml.within("Dt", |xml| xml.leaf("Dt", &day.to_string()));
    });
}

fn entry(xml: &mut Xml, calendar: Calendar, record: &Record) {
    let id = record.id.uuid().simple().to_string();
    xml.leaf("NtryRef", &id);
    amount(xml, record.size());
    xml.leaf("CdtDbtInd", indicator(record.amount));
    xml.within("Sts", |xml| xml.leaf("Cd", "BOOK"));
    // Days alone: OCA's importer and AqBanking look for nothing else. The details have the time.
    let day = calendar.day(record.at).to_string();
    xml.within("BookgDt", |xml| xml.leaf("Dt", &day));
    xml.within("ValDt", |xml| xml.leaf("Dt", &day));
    xml.leaf("AcctSvcrRef", &id);
    xml.within("BkTxCd", |xml| xml.within("Prtry", |xml| xml.leaf("Cd", record.kind.name())));
    xml.within("NtryDtls", |xml| xml.within("TxDtls", |xml| details(xml, calendar, record, &id)));
}

fn details(xml: &mut Xml, calendar: Calendar, record: &Record, id: &str) {
    xml.within("Refs", |xml| xml.leaf("AcctSvcrRef", id));
    amount(xml, record.size());
    xml.leaf("CdtDbtInd", indicator(record.amount));
    parties(xml, record);
    if !record.reference.is_empty() {
        xml.within("RmtInf", |xml| xml.leaf("Ustrd", shortened(&record.reference, TEXT)));
    }
    xml.within("RltdDts", |xml| xml.leaf("TxDtTm", &calendar.rfc3339(record.at)));
}

/// Who is on the other side: they pay what comes in, and get what leaves. A number is an account, never a name.
fn parties(xml: &mut Xml, record: &Record) {
    let name = match &record.counterparty {
        Counterparty::Cash => Some("Cash"),
        other => other.name(),
    };
    let account = record.counterparty.account_id();
    if name.is_none() && account.is_none() {
        return;
    }
    let (party, its_account) = if record.amount.minor > 0 { ("Dbtr", "DbtrAcct") } else { ("Cdtr", "CdtrAcct") };
    xml.within("RltdPties", |xml| {
        if let Some(name) = name {
            xml.within(party, |xml| xml.within("Pty", |xml| xml.leaf("Nm", shortened(name, TEXT))));
        }
        if let Some(account) = account {
            xml.within(its_account, |xml| other_account(xml, &account));
        }
    });
}

fn other_account(xml: &mut Xml, id: &str) {
    xml.within("Id", |xml| xml.within("Othr", |xml| xml.leaf("Id", id)));
}

fn amount(xml: &mut Xml, money: Money) {
    xml.leaf_as("Amt", &format!(" Ccy=\"{}\"", money.currency), &money.decimal());
}

/// Credit where the account gains by it; a balance of zero is one.
fn indicator(money: Money) -> &'static str {
    if money.minor < 0 { "DBIT" } else { "CRDT" }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::rules::statement::Days;

    #[test]
    fn balances_and_entries_say_which_way() {
        let days = Days { to: Calendar::UTC.day(sample::document().made_at).plus(-1), ..sample::document().days };
        let text: String =
            camt053(&StatementDocument { days, ..sample::document() }).lines().map(str::trim_start).collect();
        for expected in [
            "<MsgId>240000000183-1795366800000000</MsgId>",
            "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-01</Dt></Dt></Bal>",
            "<Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-21</Dt></Dt></Bal>",
            "<TtlNtries><NbOfNtries>7</NbOfNtries></TtlNtries>",
            "<TtlCdtNtries><NbOfNtries>3</NbOfNtries><Sum>381.90</Sum></TtlCdtNtries>",
            "<TtlDbtNtries><NbOfNtries>4</NbOfNtries><Sum>391.90</Sum></TtlDbtNtries>",
            // A number alone, one with a saved name, and what a recipient learns of a payer.
            "<RltdPties><CdtrAcct><Id><Othr><Id>240000000183</Id></Othr></Id></CdtrAcct></RltdPties>",
            "<RltdPties><Cdtr><Pty><Nm>Ben &lt;at&gt; home</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>240000000183</Id></Othr></Id></CdtrAcct></RltdPties>",
            "<RltdPties><Dbtr><Pty><Nm>Ben O'Neill</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>****0183</Id></Othr></Id></DbtrAcct></RltdPties>",
            "<NtryRef>00000000000000000000000000000002</NtryRef><Amt Ccy=\"EUR\">129.90</Amt><CdtDbtInd>DBIT</CdtDbtInd>",
            "<BookgDt><Dt>2026-11-22</Dt></BookgDt><ValDt><Dt>2026-11-22</Dt></ValDt>",
            "<RltdDts><TxDtTm>2026-11-22T16:07:00.123456Z</TxDtTm></RltdDts></TxDtls>",
            "<Cdtr><Pty><Nm>Müller &amp; Söhne &lt;GmbH&gt;</Nm></Pty></Cdtr>",
            "<Dbtr><Pty><Nm>a long name ",
            "<Ustrd>=HYPERLINK(\"http://x\")</Ustrd>",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }

    #[test]
    fn a_report_says_nothing_of_what_is_to_come() {
        let flat =
            |document: &StatementDocument| -> String { camt052(document).lines().map(str::trim_start).collect() };
        let document = sample::document();
        let text = flat(&document);
        for expected in [
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08\"><BkToCstmrAcctRpt><GrpHdr>",
            "<FrToDt><FrDtTm>2026-11-01T00:00:00.000000Z</FrDtTm><ToDtTm>2026-11-22T17:00:00.000000Z</ToDtTm></FrToDt>",
            "<Cd>ITBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-22</Dt></Dt></Bal>",
            "</Ntry></Rpt></BkToCstmrAcctRpt></Document>",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
        assert!(!text.contains("CLBD"), "{text}");
        let to_come = Days { from: document.days.to, to: document.days.to.plus(9) };
        let text = flat(&StatementDocument { days: to_come, records: Vec::new(), ..document });
        assert!(!text.contains("2026-11-30") && text.contains("<Dt>2026-11-22</Dt>"), "{text}");
    }

    #[test]
    fn the_id_is_of_the_content_alone() {
        let id =
            |text: &str| text.split_once("<Stmt>").and_then(|(_, rest)| Some(rest.split_once("</Id>")?.0.to_owned()));
        let same = |change: &dyn Fn(&mut StatementDocument)| {
            let mut document = sample::document();
            change(&mut document);
            id(&camt053(&document)) == id(&camt053(&sample::document()))
        };
        assert!(same(&|document| document.made_at = document.made_at.plus(std::time::Duration::from_secs(7))));
        assert!(!same(&|document| document.days.to = document.days.to.plus(-1)));
        assert!(!same(&|document| drop(document.records.pop())));
        assert!(!same(&|document| document.records[2].reference.push('x')));
        assert!(!same(&|document| document.closing.minor += 1));
        assert!(!same(&|document| document.owner.push('x')));
        assert_ne!(content_id(&STATEMENT, &sample::document()), content_id(&REPORT, &sample::document()));
        assert_eq!(content_id(&STATEMENT, &sample::document()).len(), 32, "ids have at most 35 characters");
    }
}
