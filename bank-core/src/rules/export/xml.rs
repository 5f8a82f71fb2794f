//! XML, as much as statements need: nested elements with text. Every text is escaped in one place.

use std::fmt::Write;

/// Writes elements, indented.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// A document that begins with `head`.
    pub(super) fn new(head: &str) -> Self {
        Self { text: head.to_owned(), open: Vec::new() }
    }

    /// An element with what `inner` writes in it.
    pub(super) fn within(&mut self, name: &'static str, inner: impl FnOnce(&mut Self)) {
        self.within_as(name, "", inner);
    }

    /// The same with attributes, which are ours and need no escaping.
    pub(super) fn within_as(&mut self, name: &'static str, attributes: &str, inner: impl FnOnce(&mut Self)) {
        self.indent();
        let _ = writeln!(self.text, "<{name}{attributes}>");
        self.open.push(name);
        inner(self);
        self.open.pop();
        self.indent();
        let _ = writeln!(self.text, "</{name}>");
    }

    /// An element with a text in it.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.leaf_as(name, "", text);
    }

    /// The same with attributes, which are ours and need no escaping.
    pub(super) fn leaf_as(&mut self, name: &str, attributes: &str, text: &str) {
        self.indent();
        let _ = writeln!(self.text, "<{name}{attributes}>{}</{name}>", escaped(text));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }
}

/// The text with markup escaped. Quotes are none in an element's text, and stay: libofx drops `&quot;` and `&apos;`.
/// Line ends and other controls become spaces: they mean nothing in a field, and XML 1.0 has no way to write most of
/// them.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            letter if letter.is_control() => safe.push(' '),
            // The two that are no letters of XML.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let mut xml = Xml::new("");
        xml.within("a", |xml| xml.leaf("b", "<x y=\"1\">&amp;\u{0}\u{1b}\n\u{ffff}'🙂</x>"));
        assert_eq!(xml.finish(), "<a>\n  <b>&lt;x y=\"1\"&gt;&amp;amp;   \u{fffd}'🙂&lt;/x&gt;</b>\n</a>\n");
    }
}
