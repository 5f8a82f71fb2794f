//! Whether a site says everything in every language: its Fluent files against each other and against its code, and its
//! pages, rendered with marks around what is said ([`crate::Words::marked`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kit_core::Language;

use crate::words::MARKS;

/// What is wrong with the words of the site in `folder`, one line each; nothing where all is well.
///
/// Every language has the same keys with the same variables; every key that code or templates say exists; and every
/// key is said somewhere. A key made at run time counts by its beginning: `format!("refusal-{code}")` says all
/// `refusal-…`; for a key that is passed around it is enough to stand in quotation marks.
///
/// # Panics
/// When the folder cannot be read.
pub fn check_words(folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let keys: Vec<(Language, BTreeMap<String, BTreeSet<String>>)> =
        Language::ALL.into_iter().map(|l| (l, keys_of(&folder.join("locales").join(l.code())))).collect();
    let english = keys[0].1.clone();
    for (language, own) in &keys {
        for key in english.keys().filter(|key| !own.contains_key(*key)) {
            wrong.push(format!("{key} is missing in {language}"));
        }
        for (key, variables) in own {
            match english.get(key) {
                None => wrong.push(format!("{key} exists in {language} alone")),
                Some(expected) if expected != variables => {
                    wrong.push(format!("{key} fills in {expected:?} in English and {variables:?} in {language}"));
                }
                Some(_) => {}
            }
        }
    }
    let shared: BTreeSet<String> =
        keys_in(include_str!("../../locales/en.ftl")).into_iter().map(|(key, _)| key).collect();
    let mut code = String::new();
    for part in ["src", "templates"] {
        read_all(&folder.join(part), &["rs", "html"], &mut code);
    }
    for key in said(&code) {
        if !english.contains_key(&key) && !shared.contains(&key) {
            wrong.push(format!("{key} is said and does not exist"));
        }
    }
    let quoted = Quoted::in_code(&code);
    for key in english.keys() {
        if !quoted.says(key) {
            wrong.push(format!("{key} is never said"));
        }
    }
    wrong
}

fn keys_of(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut text = String::new();
    read_all(folder, &["ftl"], &mut text);
    keys_in(&text).into_iter().collect()
}

/// Keys and the variables of their texts.
fn keys_in(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut keys: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        if let Some((key, _)) = line.split_once(" =")
            && is_key(key)
        {
            keys.push((key.to_owned(), BTreeSet::new()));
        }
        if let Some((_, variables)) = keys.last_mut()
            && !line.starts_with('#')
        {
            variables.extend(line.split("{ $").skip(1).map(|rest| rest.chars().take_while(|c| is_plain(*c)).collect()));
        }
    }
    keys
}

fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_plain)
}

/// The keys that stand as literals in `say("…")`.
fn said(code: &str) -> BTreeSet<String> {
    let literal = |rest: &str| rest.split_once('"').map(|(key, _)| key.to_owned()).filter(|key| is_key(key));
    code.split("say(\"").skip(1).filter_map(literal).collect()
}

/// Everything in quotation marks that could be a key, and the beginnings and ends of what is put together.
#[derive(Default)]
struct Quoted {
    keys: BTreeSet<String>,
    beginnings: BTreeSet<String>,
    ends: BTreeSet<String>,
}

impl Quoted {
    fn in_code(code: &str) -> Self {
        // What goes wrong outside of forms is said by the kit, by its code.
        let mut quoted = Self { beginnings: ["problem-".to_owned()].into(), ..Self::default() };
        for text in code.split('"') {
            if is_key(text) {
                quoted.keys.insert(text.to_owned());
            } else if let Some((beginning, rest)) = text.split_once('{') {
                let end = rest.rsplit('}').next().unwrap_or_default();
                if beginning.ends_with('-') && is_key(beginning) {
                    quoted.beginnings.insert(beginning.to_owned());
                } else if beginning.is_empty() && end.starts_with('-') && end.chars().all(is_plain) {
                    quoted.ends.insert(end.to_owned());
                }
            }
        }
        quoted
    }

    fn says(&self, key: &str) -> bool {
        let continued = |end: &String| key.strip_suffix(end.as_str()).is_some_and(|begin| self.keys.contains(begin));
        self.keys.contains(key)
            || self.beginnings.iter().any(|beginning| key.starts_with(beginning))
            || self.ends.iter().any(continued)
    }
}

fn read_all(folder: &Path, extensions: &[&str], into: &mut String) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, extensions, into);
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| extensions.contains(&end)) {
            into.push_str(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
            into.push('\n');
        }
    }
}

/// The texts of a marked page that people read and no mark stands around: what was forgotten, and the data shown.
///
/// Numbers and the like have no letters and do not count; nor does what an element with `translate="no"` holds.
pub fn unmarked(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut untranslated: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some((text, after)) = rest.split_once('<') {
        if untranslated.is_empty() {
            note(text, &mut found);
        }
        let Some((tag, after)) = after.split_once('>') else { break };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        rest = after;
        if let Some(last) = untranslated.last().cloned() {
            if last == name {
                if tag.starts_with('/') { drop(untranslated.pop()) } else { untranslated.push(name) }
            }
            continue;
        }
        if name == "script" || name == "style" {
            rest = after.split_once(&format!("</{name}>")).map_or("", |(_, rest)| rest);
            continue;
        }
        for attribute in ["alt", "title", "placeholder", "aria-label", "label", "data-show", "data-hide"] {
            note(attribute_of(tag, attribute), &mut found);
        }
        if tag.contains("name=\"description\"") {
            note(attribute_of(tag, "content"), &mut found);
        }
        let void = ["input", "img", "meta", "link", "br", "hr"].contains(&name.as_str());
        if tag.contains("translate=\"no\"") && !void {
            untranslated.push(name);
        }
    }
    found
}

fn attribute_of<'t>(tag: &'t str, name: &str) -> &'t str {
    let begin = format!(" {name}=\"");
    tag.split_once(&begin).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value)
}

/// What is left of a text when everything said is taken out; entities are signs, not letters.
fn note(text: &str, found: &mut Vec<String>) {
    let (mut left, mut depth, mut entity) = (String::new(), 0_u32, false);
    for c in text.chars() {
        match c {
            c if c == MARKS.0 => depth += 1,
            c if c == MARKS.1 => depth = depth.saturating_sub(1),
            '&' => entity = true,
            ';' if entity => entity = false,
            c if depth == 0 && !entity => left.push(c),
            _ => {}
        }
    }
    if left.chars().any(char::is_alphabetic) {
        found.push(left.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_forgotten_is_found() {
        let page = "<!doctype html><title>⟦Cart⟧ · ⟦Shop⟧</title><p>⟦Total ⟦12⟧⟧ 12.00 €</p><p>Forgotten</p>\
                    <img alt=\"A picture\"><b translate=\"no\">KB-1 <b>x</b> y</b><script>let x;</script>&#8222;";
        assert_eq!(unmarked(page), ["Forgotten", "A picture"]);
    }

    #[test]
    fn files_and_code_are_compared() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write("locales/en/a.ftl", "home-title = Hello { $name }\nhome-old = Old\nrefusal-a = No\nboth = Yes\n");
        write("locales/de/a.ftl", "home-title = Hallo\nrefusal-a = Nein\nboth = Ja\nextra = Mehr\n");
        write("src/a.rs", "t.say(\"home-gone\"); t.say(&format!(\"refusal-{code}\")); t.say(\"close\");");
        write("templates/a.html", "{{ t.say(\"home-title\") }} {{ t.say(\"both\") }}");
        let expected = [
            "home-old is missing in de",
            "extra exists in de alone",
            "home-title fills in {\"name\"} in English and {} in de",
            "home-gone is said and does not exist",
            "home-old is never said",
        ];
        assert_eq!(check_words(folder.path()), expected);
    }
}
