//! CSV as in RFC 4180: a header, one line an entry, every text in quotes, CRLF after each.

use super::StatementDocument;

/// The statement as CSV in UTF-8.
///
/// A text that a spreadsheet would take for a formula begins with an apostrophe here, which spreadsheets do not show.
#[must_use]
pub fn csv(document: &StatementDocument) -> String {
    let mut text = String::from("time,kind,counterparty,reference,amount,currency,balance_after,id\r\n");
    for record in &document.records {
        text.push_str(&record.at.rfc3339());
        text.push(',');
        text.push_str(record.kind.name());
        text.push(',');
        quoted(&mut text, &record.counterparty);
        text.push(',');
        quoted(&mut text, &record.reference);
        let (amount, balance) = (record.amount.decimal(), record.balance_after.decimal());
        text.push_str(&format!(",{amount},{},{balance},{}\r\n", document.currency(), record.id));
    }
    text
}

fn quoted(text: &mut String, field: &str) {
    text.push('"');
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.push('\'');
    }
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn formulas_are_texts_and_amounts_are_numbers() {
        let text = csv(&sample::document());
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 7, "a header, five entries, and nothing after the last line's end");
        assert_eq!(
            lines[2],
            "2026-11-22T16:07:00.123456Z,payment,\"Müller & Söhne <GmbH>\",\"'=HYPERLINK(\"\"http://x\"\")\",-129.90,EUR,\
             130.10,00000000-0000-0000-0000-000000000002"
        );
        assert!(lines[3].contains("\"line\nbreak, \"\"quotes\"\" and \u{1} control ]]>\",-0.05,EUR"), "{}", lines[3]);
        assert!(lines[4].contains("\"'@back\tagain\""), "{}", lines[4]);
    }
}
