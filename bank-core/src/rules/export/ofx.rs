//! OFX 2.2, a bank statement response: what personal finance programs read. `FITID` is the transfer's id, so that reading
//! a statement twice books nothing twice.

use kit_core::{Calendar, Civil, Timestamp, Zone};

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
                xml.leaf("DTSERVER", &time(document.calendar, document.made_at));
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
    let calendar = document.calendar;
    xml.leaf("CURDEF", document.currency().code());
    xml.within("BANKACCTFROM", |xml| account_of(xml, &document.account.digits()));
    xml.within("BANKTRANLIST", |xml| {
        xml.leaf("DTSTART", &time(calendar, calendar.start(document.days.from)));
        xml.leaf("DTEND", &time(calendar, end(document)));
        for record in &document.records {
            xml.within("STMTTRN", |xml| transaction(xml, calendar, record));
        }
    });
    // The balance of now, whatever the days are: none is claimed for days to come.
    xml.within("LEDGERBAL", |xml| {
        xml.leaf("BALAMT", &document.balance.decimal());
        xml.leaf("DTASOF", &time(calendar, document.made_at));
    });
}

fn account_of(xml: &mut Xml, id: &str) {
    xml.leaf("BANKID", BANK);
    xml.leaf("ACCTID", id);
    xml.leaf("ACCTTYPE", "CHECKING");
}

fn transaction(xml: &mut Xml, calendar: Calendar, record: &Record) {
    xml.leaf("TRNTYPE", kind(record.kind));
    xml.leaf("DTPOSTED", &time(calendar, record.at));
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
    let (calendar, days) = (document.calendar, document.days);
    calendar.start(days.to.plus(1)).min(document.made_at.max(calendar.start(days.from)))
}

/// `20261122170700.123[1:UTC+1]`, to the millisecond, on the day that the bank's clocks show: programs that read the day
/// alone read the bank's.
///
/// Programs disagree on what stands for half an hour, so the offset is one of whole hours: where the zone has none, the
/// one before or after it in which it is the same day.
fn time(calendar: Calendar, moment: Timestamp) -> String {
    let shown = calendar.civil(moment);
    let at = |hours: i32| Timestamp::from_micros(moment.micros().saturating_add(i64::from(hours) * 3_600_000_000));
    let hours = shown.offset_seconds.div_euclid(3_600);
    let same_day = Zone::UTC.civil(at(hours)).day == shown.day;
    let hours = if same_day { hours } else { hours + 1 };
    let Civil { year, month, day, hour, minute, second, .. } = Zone::UTC.civil(at(hours));
    let millis = moment.micros().div_euclid(1_000).rem_euclid(1_000);
    let zone = if hours == 0 { "0:GMT".to_owned() } else { format!("{hours}:UTC{hours:+}") };
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}.{millis:03}[{zone}]")
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

    #[test]
    fn times_have_whole_hours_of_offset_and_the_banks_day() {
        let told = |zone: &str, moment: &str| {
            let zone = Zone::parse(zone).expect("a zone");
            time(Calendar::of(zone), Timestamp::parse_rfc3339(moment).expect("a time"))
        };
        assert_eq!(told("Europe/Berlin", "2026-11-22T23:07:00.123Z"), "20261123000700.123[1:UTC+1]");
        assert_eq!(told("America/New_York", "2026-11-22T04:07:00Z"), "20261121230700.000[-5:UTC-5]");
        assert_eq!(told("Europe/London", "2026-11-22T16:07:00Z"), "20261122160700.000[0:GMT]");
        // 05:45 ahead: noon at an offset of five hours, a minute past midnight at one of six.
        assert_eq!(told("Asia/Kathmandu", "2026-11-22T06:15:00Z"), "20261122111500.000[5:UTC+5]");
        assert_eq!(told("Asia/Kathmandu", "2026-11-22T18:16:00Z"), "20261123001600.000[6:UTC+6]");
        assert_eq!(told("America/St_Johns", "2026-11-22T03:31:00Z"), "20261122003100.000[-3:UTC-3]");
        assert_eq!(told("America/St_Johns", "2026-11-22T12:00:00Z"), "20261122080000.000[-4:UTC-4]");
    }
}
