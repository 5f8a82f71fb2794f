//! An invoice on two pages, to look at: `cargo run -p kit-paper --example invoice -- invoice.pdf`.

use kit_core::{Language, Timestamp};
use kit_paper::{Block, Column, FontLibrary, Paper, Table, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("where to write it?")?;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let rows = (1..=40).map(|n| {
        vec![
            format!("{n} × Fjordlight 14 Plus, Lautstärke größer als {n} dB, Modell Łódź"),
            "1.849,00 €".to_owned(),
            format!("{}.849,00 €", n),
        ]
    });
    let paper = Paper {
        title: "Rechnung 2026-000042".to_owned(),
        language: Language::German,
        created: Timestamp::EPOCH,
        footer: "Shop · Beispielweg 1 · 12345 Beispielstadt".to_owned(),
        blocks: vec![
            Block::Side(vec![
                lines("Ada Lovelace\n12 St James's Square\nLondon SW1Y 4JH"),
                lines("Shop\nBeispielweg 1\n12345 Beispielstadt"),
            ]),
            Block::Room,
            Block::Heading("Rechnung".to_owned()),
            Block::Facts(vec![pair("Rechnungsnummer", "2026-000042"), pair("Datum", "22. November 2026")]),
            Block::Table(Table {
                columns: vec![Column::text("Was", 6), Column::amount("Einzeln", 2), Column::amount("Summe", 2)],
                rows: rows.collect(),
            }),
            Block::Sums(vec![
                pair("Versand", "4,90 €"),
                pair("davon 19 % MwSt.", "295,22 €"),
                pair("Summe", "1.853,90 €"),
            ]),
            Block::Text("Bezahlt mit Konto ••0183. Vielen Dank!".to_owned()),
        ],
    };
    std::fs::write(path, render(&paper, &FontLibrary::system())?)?;
    Ok(())
}
