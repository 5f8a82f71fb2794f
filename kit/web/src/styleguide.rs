//! Every part that pages are made of, on one page: for whoever works on them, and for the tests that look at them.

use askama::Template;
use poem::{Response, Result};

use crate::Words;
use crate::forms::{Field, FormErrors, Kind};
use crate::pages::page;

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide<'a> {
    css: &'a str,
    script: &'a str,
    t: Words<'a>,
    errors: FormErrors,
    fields: Vec<Field>,
}

/// The page, in a site's own style.
///
/// # Errors
/// As [`page`].
pub fn show(css: &str, script: &str, t: Words<'_>) -> Result<Response> {
    let mut errors = FormErrors::new();
    errors.add("email", "Enter an e-mail address such as ada@example.org.");
    let field = |kind, name, label: &str| Field::new(kind, name, label).in_words(t).errors(&errors);
    let fields = vec![
        field(Kind::Text, "name", "Name").hint("As on your letter box.").value("Ada Lovelace"),
        field(Kind::Email, "email", "E-mail").value("ada"),
        field(Kind::Amount, "amount", "Amount in EUR").hint("At most €250.00"),
        field(Kind::Pin, "pin", "PIN"),
        field(Kind::Select, "sort", "Sort by").choice("price", "Price").choice("name", "Name"),
        field(Kind::TextArea, "note", "Note").optional(),
        field(Kind::Checkbox, "stock", "Only what is in stock"),
    ];
    page(&Styleguide { css, script, t, errors, fields })
}
