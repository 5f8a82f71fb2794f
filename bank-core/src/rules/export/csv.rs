//! CSV for two kinds of readers. Programs get RFC 4180 with every value as it is. Spreadsheets get what opens well on a
//! double click: the separators of the reader's language, and no text that is taken for a formula.

use kit_core::{Civil, Language, Money};

use super::{Record, StatementDocument};
use crate::model::{Counterparty, TransferKind};

/// Who reads a CSV file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CsvFor {
    /// Programs: RFC 4180 in UTF-8, raw values, names in English.
    #[default]
    Programs,
    /// Spreadsheets: a byte order mark, the language's separators, formulas made texts.
    Spreadsheets,
}

impl CsvFor {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Programs, Self::Spreadsheets];

    /// The stable slug.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Programs => "programs",
            Self::Spreadsheets => "spreadsheets",
        }
    }
}

/// The columns by their stable names, as programs get them.
pub const COLUMNS: [&str; 9] =
    ["time", "kind", "counterparty", "counterparty_account", "reference", "amount", "currency", "balance_after", "id"];

/// The texts of a file for spreadsheets.
pub struct SheetTexts<'a> {
    /// Whose separators the file has.
    pub language: Language,
    /// The heading of each of the [`COLUMNS`].
    pub headings: [String; COLUMNS.len()],
    /// What a kind of transfer is called.
    pub kind: &'a dyn Fn(TransferKind) -> String,
    /// What cash is called.
    pub cash: String,
}

/// The statement for programs: a header, one line an entry, CRLF after each; commas, texts in quotes, decimal points.
#[must_use]
pub fn for_programs(document: &StatementDocument) -> String {
    let mut text = format!("{}\r\n", COLUMNS.join(","));
    for record in &document.records {
        let (time, kind) = (document.calendar.rfc3339(record.at), record.kind.name());
        let (counterparty, reference) = (quoted(&record.counterparty.to_string()), quoted(&record.reference));
        let account = record.counterparty.account_id().unwrap_or_default();
        let (amount, balance) = (record.amount.decimal(), record.balance_after.decimal());
        let (currency, id) = (document.currency(), record.id);
        text.push_str(&format!("{time},{kind},{counterparty},{account},{reference},"));
        text.push_str(&format!("{amount},{currency},{balance},{id}\r\n"));
    }
    text
}

/// The statement for spreadsheets.
///
/// English has commas and decimal points, German semicolons and decimal commas: a spreadsheet expects those of its
/// language. The byte order mark tells Excel that this is UTF-8. Times are those of the
/// bank's clocks, to the second, as every spreadsheet reads them: without their offset, so the heading names the zone.
///
/// A text that would be taken for a formula begins with an apostrophe, and so does one that begins with an apostrophe
/// itself: taking the first one away always gives the text.
#[must_use]
pub fn for_spreadsheets(document: &StatementDocument, texts: &SheetTexts<'_>) -> String {
    let (separator, point) = match texts.language {
        Language::English => (",", "."),
        Language::German => (";", ","),
    };
    let number = |money: Money| money.decimal().replace('.', point);
    let mut text = String::from('\u{feff}');
    let mut line = |fields: [String; COLUMNS.len()]| {
        text.push_str(&fields.join(separator));
        text.push_str("\r\n");
    };
    line(texts.headings.each_ref().map(|heading| quoted(heading)));
    for record in &document.records {
        line([
            clock(document.calendar.civil(record.at)),
            quoted(&(texts.kind)(record.kind)),
            quoted(&harmless(&counterparty(record, texts))),
            quoted(&account(record)),
            quoted(&harmless(&record.reference)),
            number(record.amount),
            document.currency().to_string(),
            number(record.balance_after),
            record.id.to_string(),
        ]);
    }
    text
}

/// `2026-11-22 17:07:09`.
fn clock(shown: Civil) -> String {
    let Civil { year, month, day, hour, minute, second, .. } = shown;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

fn counterparty(record: &Record, texts: &SheetTexts<'_>) -> String {
    match &record.counterparty {
        Counterparty::Cash => texts.cash.clone(),
        other => other.to_string(),
    }
}

/// In groups: a spreadsheet rounds twelve digits in a row as it pleases.
fn account(record: &Record) -> String {
    match &record.counterparty {
        Counterparty::Own { number, .. } | Counterparty::Payee { number, .. } => number.to_string(),
        other => other.account_id().unwrap_or_default(),
    }
}

/// The text with an apostrophe before it where a spreadsheet could take it for a formula.
fn harmless(text: &str) -> String {
    // Some programs drop blanks and invisible characters before they look.
    let seen = text.trim_start_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    });
    // With the full-width and small forms: Excel takes those for the ASCII ones where East Asian input is usual.
    let formula = seen.starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '\u{fe62}', '\u{fe63}', '\u{fe66}', '\u{fe6b}', '\u{2212}',
    ]);
    if formula || text.starts_with(['\'', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn sheet(language: Language) -> String {
        let kind = |kind: TransferKind| kind.name().to_uppercase();
        let headings = COLUMNS.map(|column| format!("the {column}"));
        for_spreadsheets(&sample::document(), &SheetTexts { language, headings, kind: &kind, cash: "Kasse".into() })
    }

    #[test]
    fn programs_get_every_value_as_it_is() {
        let text = for_programs(&sample::document());
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 9, "a header, seven entries, and nothing after the last line's end");
        assert_eq!(lines[0], "time,kind,counterparty,counterparty_account,reference,amount,currency,balance_after,id");
        assert_eq!(
            lines[2],
            "2026-11-22T16:07:00.123456Z,payment,\"Müller & Söhne <GmbH>\",,\"=HYPERLINK(\"\"http://x\"\")\",-129.90,EUR,\
             130.10,00000000-0000-0000-0000-000000000002"
        );
        assert!(lines[3].contains("\"line\nbreak, \"\"quotes\"\" and \u{1} control ]]>\",-0.05,EUR"), "{}", lines[3]);
        assert!(lines[3].contains(",\"2400 0000 0183\",240000000183,\"line"), "{}", lines[3]);
        assert!(lines[4].contains(",\"@back\tagain\","), "{}", lines[4]);
        assert!(lines[7].contains(",\"Ben O'Neill\",****0183,\"back\","), "{}", lines[7]);
    }

    #[test]
    fn spreadsheets_get_their_languages_separators_and_no_formulas() {
        let (english, german) = (sheet(Language::English), sheet(Language::German));
        let lines: Vec<&str> = english.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}\"the time\",\"the kind\","), "{}", lines[0]);
        assert!(
            lines[1].starts_with("2026-11-22 16:07:00,\"DEPOSIT\",\"Kasse\",\"\",\"\",250.00,EUR,260.00,"),
            "{}",
            lines[1]
        );
        assert!(lines[2].contains(",\"'=HYPERLINK(\"\"http://x\"\")\",-129.90,EUR,130.10,"), "{}", lines[2]);
        let lines: Vec<&str> = german.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}\"the time\";\"the kind\";"), "{}", lines[0]);
        assert!(lines[2].contains(";\"'=HYPERLINK(\"\"http://x\"\")\";-129,90;EUR;130,10;"), "{}", lines[2]);
        assert!(lines[6].contains(";\"Ben <at> home\";\"2400 0000 0183\";\"\";-2,00;"), "{}", lines[6]);
        assert!(lines[7].contains(";\"Ben O'Neill\";\"****0183\";\"back\";2,00;"), "{}", lines[7]);
        assert!(lines[4].contains("\"'@back\tagain\""), "{}", lines[4]);
    }

    #[test]
    fn what_could_be_a_formula_is_a_text_and_can_be_told_from_data() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@sum",
            "＝1+1",
            "＋1",
            "－1",
            "＠sum",
            "﹦1",
            "\u{2212}1",
            " =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}@x",
            "\tx",
            "\rx",
            "\nx",
            "'x",
            "'=1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "x", "1+1", "a=b", "日本", "„=1“", "x'"] {
            assert_eq!(harmless(text), text, "{text:?}");
        }
    }
}
