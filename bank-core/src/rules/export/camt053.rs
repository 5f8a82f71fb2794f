//! camt.053.001.08, ISO 20022's bank-to-customer statement: what accounting programs read.
//!
//! The bank has no IBANs: accounts stand under `Othr/Id`. Names and ids are held to the standard's 140 and 35 characters,
//! which is why a transfer's id is written without hyphens here.

use kit_core::{Day, Money, Timestamp};

use super::xml::Xml;
use super::{BANK, Record, StatementDocument, shortened};
use crate::model::Counterparty;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = " xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"";
const TEXT: usize = 140;

/// The statement as camt.053.001.08.
#[must_use]
pub fn camt053(document: &StatementDocument) -> String {
    let made_at = time(document.made_at);
    let mut xml = Xml::new(HEAD);
    xml.within_as("Document", NAMESPACE, |xml| {
        xml.within("BkToCstmrStmt", |xml| {
            xml.within("GrpHdr", |xml| {
                xml.leaf("MsgId", &format!("{}-{}", document.account.digits(), document.made_at.micros()));
                xml.leaf("CreDtTm", &made_at);
            });
            xml.within("Stmt", |xml| statement(xml, document, &made_at));
        });
    });
    xml.finish()
}

fn statement(xml: &mut Xml, document: &StatementDocument, made_at: &str) {
    let days = document.days;
    xml.leaf("Id", &format!("{}-{}-{}", document.account.digits(), compact(days.from), compact(days.to)));
    xml.leaf("CreDtTm", made_at);
    xml.within("FrToDt", |xml| {
        xml.leaf("FrDtTm", &time(days.from.start()));
        xml.leaf("ToDtTm", &format!("{}T23:59:59.999999Z", days.to));
    });
    xml.within("Acct", |xml| {
        other_account(xml, &document.account.digits());
        xml.leaf("Ccy", document.currency().code());
        xml.leaf("Nm", shortened(&document.account_name, 70));
        xml.within("Ownr", |xml| xml.leaf("Nm", shortened(&document.owner, TEXT)));
        xml.within("Svcr", |xml| xml.within("FinInstnId", |xml| xml.leaf("Nm", BANK)));
    });
    balance(xml, "OPBD", document.opening, days.from);
    balance(xml, "CLBD", document.closing, days.to);
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
        xml.within("Ntry", |xml| entry(xml, record));
    }
}

fn balance(xml: &mut Xml, code: &str, money: Money, day: Day) {
    xml.within("Bal", |xml| {
        xml.within("Tp", |xml| xml.within("CdOrPrtry", |xml| xml.leaf("Cd", code)));
        amount(xml, Money::new(money.minor.saturating_abs(), money.currency));
        xml.leaf("CdtDbtInd", indicator(money));
        xml.within("Dt", |xml| xml.leaf("Dt", &day.to_string()));
    });
}

fn entry(xml: &mut Xml, record: &Record) {
    let id = record.id.uuid().simple().to_string();
    xml.leaf("NtryRef", &id);
    amount(xml, record.size());
    xml.leaf("CdtDbtInd", indicator(record.amount));
    xml.within("Sts", |xml| xml.leaf("Cd", "BOOK"));
    // Days alone: OCA's importer and AqBanking look for nothing else. The time stands in the details.
    let day = Day::of(record.at).to_string();
    xml.within("BookgDt", |xml| xml.leaf("Dt", &day));
    xml.within("ValDt", |xml| xml.leaf("Dt", &day));
    xml.leaf("AcctSvcrRef", &id);
    xml.within("BkTxCd", |xml| xml.within("Prtry", |xml| xml.leaf("Cd", record.kind.name())));
    xml.within("NtryDtls", |xml| xml.within("TxDtls", |xml| details(xml, record, &id)));
}

fn details(xml: &mut Xml, record: &Record, id: &str) {
    xml.within("Refs", |xml| xml.leaf("AcctSvcrRef", id));
    amount(xml, record.size());
    xml.leaf("CdtDbtInd", indicator(record.amount));
    parties(xml, record);
    if !record.reference.is_empty() {
        xml.within("RmtInf", |xml| xml.leaf("Ustrd", shortened(&record.reference, TEXT)));
    }
    xml.within("RltdDts", |xml| xml.leaf("TxDtTm", &time(record.at)));
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

fn time(moment: Timestamp) -> String {
    moment.rfc3339()
}

fn compact(day: Day) -> String {
    day.to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn balances_and_entries_say_which_way() {
        let text: String = camt053(&sample::document()).lines().map(str::trim_start).collect();
        for expected in [
            "<MsgId>240000000183-1795366800000000</MsgId>",
            "<Id>240000000183-20261101-20261130</Id>",
            "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-01</Dt></Dt></Bal>",
            "<Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>",
            "<TtlNtries><NbOfNtries>7</NbOfNtries></TtlNtries>",
            "<TtlCdtNtries><NbOfNtries>3</NbOfNtries><Sum>381.90</Sum></TtlCdtNtries>",
            "<TtlDbtNtries><NbOfNtries>4</NbOfNtries><Sum>391.90</Sum></TtlDbtNtries>",
            // A number alone, one with a saved name, and what is told of a payer.
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
}
