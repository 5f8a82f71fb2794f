//! Words that mean the same to whoever searches, from a file beside the catalogue.
//!
//! One line a group, its words in any language, apart by `=`: `gpu = graphics card = Grafikkarte`. Each stands for all
//! others of its line, and one of several words for all of these. A word may stand in several lines. Case, accents
//! and punctuation do not matter. Blank lines, and what follows a `#`, are passed over.

use std::collections::BTreeMap;

use super::text::tokens;

/// The most bytes of a file of synonyms.
pub const MAX_BYTES: usize = 256 * 1024;
/// The most words of one synonym: longer ones are texts.
pub const MAX_PHRASE: usize = 4;
/// The most synonyms in one line. What is looked for grows with each.
pub const MAX_GROUP: usize = 16;
/// The most errors that are told of one file.
const MAX_ERRORS: usize = 50;

/// One or several words as they are compared.
pub type Phrase = Vec<String>;

/// Words that mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synonyms(BTreeMap<Phrase, Vec<Phrase>>);

/// What is wrong with a line of a file of synonyms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct SynonymError {
    /// Counted from 1.
    pub line: usize,
    /// For the operator.
    pub message: String,
}

impl Synonyms {
    /// Reads a file.
    ///
    /// # Errors
    /// Every bad line, the first 50 of them.
    pub fn parse(file: &[u8]) -> Result<Self, Vec<SynonymError>> {
        let wrong = |line: usize, message: String| SynonymError { line, message };
        if file.len() > MAX_BYTES {
            return Err(vec![wrong(1, format!("the file has more than {MAX_BYTES} bytes"))]);
        }
        let text = match std::str::from_utf8(file) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let line = 1 + file[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count();
                return Err(vec![wrong(line, "this is not UTF-8".to_owned())]);
            }
        };
        let (mut synonyms, mut errors) = (Self::default(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default();
            if line.trim().is_empty() {
                continue;
            }
            match group(line) {
                Ok(group) => synonyms.add(&group),
                Err(message) => errors.push(wrong(number, message)),
            }
        }
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(synonyms) } else { Err(errors) }
    }

    /// What else these words may be called; nothing for words without a synonym.
    #[must_use]
    pub fn of(&self, words: &[String]) -> &[Phrase] {
        self.0.get(words).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, group: &[Phrase]) {
        for phrase in group {
            let others = self.0.entry(phrase.clone()).or_default();
            others.extend(group.iter().filter(|other| *other != phrase).cloned());
            others.sort();
            others.dedup();
        }
    }
}

fn group(line: &str) -> Result<Vec<Phrase>, String> {
    let mut group: Vec<Phrase> = Vec::new();
    for part in line.split('=') {
        let phrase: Phrase = tokens(part).into_iter().map(|token| token.word).collect();
        let shown = part.trim();
        match phrase.len() {
            0 => return Err(format!("“{shown}” has no letter and no digit; write word = word")),
            1..=MAX_PHRASE => {}
            _ => return Err(format!("“{shown}” has more than {MAX_PHRASE} words")),
        }
        if group.contains(&phrase) {
            return Err(format!("“{shown}” stands here twice"));
        }
        group.push(phrase);
    }
    match group.len() {
        1 => Err("one word alone has no synonym; write word = word".to_owned()),
        2..=MAX_GROUP => Ok(group),
        _ => Err(format!("more than {MAX_GROUP} synonyms in one line")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_line_is_a_group() {
        let file =
            "\u{feff}# what customers say\n\nGPU = graphics card = Grafikkarte # cards\r\ncard=Karte\ngpu = VGA\n";
        let synonyms = Synonyms::parse(file.as_bytes()).expect("it is in order");
        let of = |text: &str| synonyms.of(&words(text)).iter().map(|phrase| phrase.join(" ")).collect::<Vec<_>>();
        assert_eq!(of("gpu"), ["grafikkarte", "graphics card", "vga"], "from both lines");
        assert_eq!(of("graphics card"), ["gpu", "grafikkarte"]);
        assert_eq!(of("karte"), ["card"]);
        assert_eq!(of("mouse"), Vec::<String>::new());
        assert_eq!(Synonyms::parse(b""), Ok(Synonyms::default()));
    }

    #[test]
    fn every_bad_line_is_told() {
        let file = "good = better\nalone\na = = b\nx = X\none two three four five = many\n";
        let errors = Synonyms::parse(file.as_bytes()).expect_err("four lines are wrong");
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2: one word alone has no synonym; write word = word",
                "line 3: “” has no letter and no digit; write word = word",
                "line 4: “X” stands here twice",
                "line 5: “one two three four five” has more than 4 words",
            ]
        );
        let errors = Synonyms::parse(b"a = b\nc = \xff\n").expect_err("no UTF-8");
        assert_eq!((errors.len(), errors[0].line), (1, 2));
        let many: String = (0..17).map(|n| format!("w{n}")).collect::<Vec<_>>().join("=");
        assert_eq!(Synonyms::parse(many.as_bytes()).expect_err("too many")[0].line, 1);
        assert_eq!(Synonyms::parse("lone\n".repeat(99).as_bytes()).expect_err("all wrong").len(), MAX_ERRORS);
        assert!(Synonyms::parse(&vec![b' '; MAX_BYTES + 1]).is_err());
    }
}
