//! A document with one text on each line, for a check of how they are drawn and copied:
//! `cargo run -p kit-paper --example names -- OUT.pdf [FONTS] < texts`. Each text has its own line, in regular
//! letters; FONTS is a folder, or `-` for no further fonts.

use std::io::Read;

use kit_core::{Language, Timestamp};
use kit_paper::{Block, FontLibrary, Paper, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("where to write it?")?;
    let library = match arguments.next().as_deref() {
        None => FontLibrary::system(),
        Some("-") => FontLibrary::none(),
        Some(folder) => FontLibrary::of_folders(vec![folder.into()]),
    };
    let mut texts = String::new();
    std::io::stdin().read_to_string(&mut texts)?;
    let paper = Paper {
        title: "Names".to_owned(),
        language: Language::English,
        created: Timestamp::EPOCH,
        footer: "Names".to_owned(),
        blocks: texts.lines().map(|text| Block::Text(text.to_owned())).collect(),
    };
    std::fs::write(path, render(&paper, &library)?)?;
    Ok(())
}
