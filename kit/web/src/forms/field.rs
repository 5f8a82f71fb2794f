//! A labelled field, rendered in one place so that every form is as accessible as the next.

use askama::{Template, filters::HtmlSafe};

use super::{FormData, FormErrors};
use crate::Words;

/// What a field asks for. It decides the control, the keyboard on a phone, and whether a value may be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Tel,
    /// A search.
    Search,
    /// A date.
    Date,
    /// A whole number such as a quantity, typed on digits.
    Number,
    /// An amount of money such as 12.90, typed on digits with a decimal point.
    Amount,
    /// A password; never rendered with a value.
    Password,
    /// A PIN: digits, never rendered with a value.
    Pin,
    /// Several lines of text.
    TextArea,
    /// A choice among options.
    Select,
    /// A box to tick.
    Checkbox,
}

/// One option of a [`Kind::Select`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether the label is a name, which browsers must not translate.
    pub is_name: bool,
}

/// A labelled field with its hint and its error. In a template `{{ field }}` renders it; no `|safe` is needed.
///
/// ```
/// use kit_web::forms::{Field, FormErrors, Kind};
///
/// let mut errors = FormErrors::new();
/// errors.add("email", "Enter an e-mail address.");
/// let html = Field::new(Kind::Email, "email", "E-mail").autocomplete("email").errors(&errors).to_string();
/// assert!(html.contains(r#"aria-invalid="true""#));
/// ```
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub struct Field {
    id: String,
    name: &'static str,
    label: String,
    kind: Kind,
    value: String,
    hint: Option<String>,
    error: Option<String>,
    autocomplete: &'static str,
    required: bool,
    max_length: Option<usize>,
    choices: Vec<Choice>,
    optional_mark: String,
    error_mark: String,
    /// What the button says that shows what was typed, and the one that hides it again.
    show: String,
    hide: String,
}

impl Field {
    /// A required field without a value.
    pub fn new(kind: Kind, name: &'static str, label: impl Into<String>) -> Self {
        Self {
            id: name.to_owned(),
            name,
            label: label.into(),
            kind,
            value: String::new(),
            hint: None,
            error: None,
            autocomplete: match kind {
                Kind::Pin | Kind::Amount | Kind::Number | Kind::Search => "off",
                _ => "",
            },
            required: kind != Kind::Checkbox,
            max_length: None,
            choices: Vec::new(),
            optional_mark: "(optional)".to_owned(),
            error_mark: "Error:".to_owned(),
            show: "Show".to_owned(),
            hide: "Hide".to_owned(),
        }
    }

    /// Speaks a language; English otherwise.
    #[must_use]
    pub fn in_words(mut self, words: Words<'_>) -> Self {
        self.optional_mark = words.say("field-optional").to_string();
        self.error_mark = words.say("field-error").to_string();
        self.show = words.say("field-show").to_string();
        self.hide = words.say("field-hide").to_string();
        self
    }

    /// Sets the value; of a password or PIN it is forgotten at once. A checkbox is ticked by any value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        if !self.is_secret() {
            self.value = value.into();
        }
        self
    }

    /// Shows again what was sent.
    #[must_use]
    pub fn sent(self, form: &FormData) -> Self {
        let value = match self.kind {
            Kind::Checkbox if form.has(self.name) => "on",
            _ if self.is_secret() => return self,
            _ => form.get(self.name),
        };
        self.value(value)
    }

    /// Sets the id, for a page with two fields of one name; otherwise it is the name.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the hint below the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Takes the message about this field.
    #[must_use]
    pub fn errors(mut self, errors: &FormErrors) -> Self {
        self.error = errors.of(self.name).map(str::to_owned);
        self
    }

    /// Sets the `autocomplete` token, such as `current-password`.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// Makes the field optional.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Leaves it to the server whether the field is needed: the browser does not insist, and no mark says that it may
    /// be left out.
    #[must_use]
    pub fn needed_sometimes(mut self) -> Self {
        self.required = false;
        self.optional_mark.clear();
        self
    }

    /// Makes the field required: a checkbox is not, unless it must be ticked.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Bounds the length in characters.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// Adds an option of a select.
    #[must_use]
    pub fn choice(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.choices.push(Choice { value: value.into(), label: label.into(), is_name: false });
        self
    }

    /// Adds an option whose label is a name: browsers do not translate it.
    #[must_use]
    pub fn named_choice(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.choices.push(Choice { value: value.into(), label: label.into(), is_name: true });
        self
    }

    fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Password | Kind::Pin)
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Tel => "tel",
            Kind::Search => "search",
            Kind::Date => "date",
            Kind::Password | Kind::Pin => "password",
            Kind::Checkbox => "checkbox",
            // Not `number`: its wheel and arrows change amounts by accident.
            _ => "text",
        }
    }

    fn input_mode(&self) -> &'static str {
        match self.kind {
            Kind::Number | Kind::Pin => "numeric",
            Kind::Amount => "decimal",
            _ => "",
        }
    }

    /// The ids that describe the control: the hint and the error, whichever exist.
    fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

// The template escapes every value.
impl HtmlSafe for Field {}
