//! OFX 2.2, a bank statement response: what personal finance programs read. `FITID` is the transfer's id, so that reading
//! a statement twice books nothing twice.

use kit_core::Timestamp;

use super::xml::Xml;
use super::{BANK, Record, StatementDocument, shortened};
use crate::model::TransferKind;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
    <?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n";

/// A name has at most so many characters.
const NAME: usize = 32;
/// Where it is longer, it stands here as well.
const EXTENDED_NAME: usize = 100;
/// A memo has at most so many characters; references have 140.
const MEMO: usize = 255;

/// The statement as OFX.
#[must_use]
pub fn ofx(document: &StatementDocument) -> String {
    let mut xml = Xml::new(HEAD);
    xml.within("OFX", |xml| {
        xml.within("SIGNONMSGSRSV1", |xml| {
            xml.within("SONRS", |xml| {
                status(xml);
                xml.leaf("DTSERVER", &time(document.made_at));
                xml.leaf("LANGUAGE", "ENG");
            });
        });
        xml.within("BANKMSGSRSV1", |xml| {
            xml.within("STMTTRNRS", |xml| {
                // Nobody asked: the statement was taken away, so there is no request to name.
                xml.leaf("TRNUID", "0");
                status(xml);
                xml.within("STMTRS", |xml| statement(xml, document));
            });
        });
    });
    xml.finish()
}

fn status(xml: &mut Xml) {
    xml.within("STATUS", |xml| {
        xml.leaf("CODE", "0");
        xml.leaf("SEVERITY", "INFO");
    });
}

fn statement(xml: &mut Xml, document: &StatementDocument) {
    xml.leaf("CURDEF", document.currency().code());
    xml.within("BANKACCTFROM", |xml| account_of(xml, &document.account.digits()));
    xml.within("BANKTRANLIST", |xml| {
        xml.leaf("DTSTART", &time(document.days.from.start()));
        xml.leaf("DTEND", &time(end(document)));
        for record in &document.records {
            xml.within("STMTTRN", |xml| transaction(xml, record));
        }
    });
    // The balance of now, whatever the days are: none is claimed for days to come.
    xml.within("LEDGERBAL", |xml| {
        xml.leaf("BALAMT", &document.balance.decimal());
        xml.leaf("DTASOF", &time(document.made_at));
    });
}

fn account_of(xml: &mut Xml, id: &str) {
    xml.leaf("BANKID", BANK);
    xml.leaf("ACCTID", id);
    xml.leaf("ACCTTYPE", "CHECKING");
}

fn transaction(xml: &mut Xml, record: &Record) {
    xml.leaf("TRNTYPE", kind(record.kind));
    xml.leaf("DTPOSTED", &time(record.at));
    xml.leaf("TRNAMT", &record.amount.decimal());
    xml.leaf("FITID", &record.id.to_string());
    let name = record.counterparty.to_string();
    xml.leaf("NAME", shortened(&name, NAME));
    if name.chars().count() > NAME {
        xml.leaf("EXTDNAME", shortened(&name, EXTENDED_NAME));
    }
    // Where money went; where it came from, OFX has no element for.
    if let (true, Some(account)) = (record.amount.minor < 0, record.counterparty.account_id()) {
        xml.within("BANKACCTTO", |xml| account_of(xml, &account));
    }
    if !record.reference.is_empty() {
        xml.leaf("MEMO", shortened(&record.reference, MEMO));
    }
}

fn kind(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Deposit => "DEP",
        TransferKind::Withdrawal => "CASH",
        TransferKind::Transfer => "XFER",
        TransferKind::Payment => "PAYMENT",
        TransferKind::Refund => "CREDIT",
    }
}

/// Up to when the statement is complete: the end of its last day, or the moment at which it was made.
fn end(document: &StatementDocument) -> Timestamp {
    document.days.to.plus(1).start().min(document.made_at.max(document.days.from.start()))
}

/// `20261122160700.123[0:GMT]`, to the millisecond.
fn time(moment: Timestamp) -> String {
    let civil = moment.civil();
    let millis = moment.micros().div_euclid(1_000).rem_euclid(60_000);
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{seconds:02}.{millis:03}[0:GMT]",
        civil.year, civil.month, civil.day, civil.hour, civil.minute
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_transaction_has_its_transfers_id_and_its_texts_escaped() {
        let text = ofx(&sample::document());
        for expected in [
            "<DTPOSTED>20261122160700.123[0:GMT]</DTPOSTED>",
            "<TRNAMT>-129.90</TRNAMT>",
            "<FITID>00000000-0000-0000-0000-000000000002</FITID>",
            "<NAME>Müller &amp; Söhne &lt;GmbH&gt;</NAME>",
            "<MEMO>=HYPERLINK(\"http://x\")</MEMO>",
            "<EXTDNAME>a long name ",
            "<DTSTART>20261101000000.000[0:GMT]</DTSTART>",
            "<DTEND>20261122170000.000[0:GMT]</DTEND>",
            "<BALAMT>7.77</BALAMT>",
            "<DTASOF>20261122170000.000[0:GMT]</DTASOF>",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
        assert_eq!(text.matches("<STMTTRN>").count(), 7);
    }
}
