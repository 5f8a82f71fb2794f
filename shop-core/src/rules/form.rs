//! What a customer types at the checkout, and whether it can be used. Every field is checked; all errors are told.

use std::fmt;

use kit_core::{AccountNumber, AccountNumberError, IdempotencyKey, Language, Money, Pin, SecretText};

use super::order::Contact;
use super::product::Slug;

/// The checkout form as it was typed. The PIN is wiped when the form is dropped.
pub struct Checkout {
    /// Who receives the parcel.
    pub name: String,
    /// Street and house number.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Country; blank for the one that the shop is configured with.
    pub country: String,
    /// Where the confirmation goes.
    pub email: String,
    /// How it is sent: a shipping method's id; the shop's first one where it is not chosen.
    pub shipping: Option<Slug>,
    /// What the customer wants to say: plain text, also of several lines; blank for nothing.
    pub note: String,
    /// The language that the customer reads.
    pub language: Language,
    /// The payer's account number and PIN, under the form's key. They are not looked at where the total is nothing.
    pub payment: Payment,
    /// The total that the customer saw.
    pub expected_total: Money,
}

/// How a customer pays, as it was typed.
pub struct Payment {
    /// The payer's account number.
    pub account: String,
    /// The payer's PIN.
    pub pin: SecretText,
    /// Minted with the page that shows the form: sending the form twice pays once.
    pub key: IdempotencyKey,
}

/// A checkout form whose fields can be used.
pub struct CheckedCheckout {
    /// Who and where to.
    pub contact: Contact,
    /// What the customer wants to say.
    pub note: String,
    /// With what; `None` where the customer expects to pay nothing.
    pub payment: Option<CheckedPayment>,
}

/// A payment whose fields can be used.
pub struct CheckedPayment {
    /// The payer's account.
    pub account: AccountNumber,
    /// The payer's proof.
    pub pin: Pin,
}

/// A field of the checkout form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// [`Checkout::name`].
    Name,
    /// [`Checkout::street`].
    Street,
    /// [`Checkout::postal_code`].
    PostalCode,
    /// [`Checkout::city`].
    City,
    /// [`Checkout::country`].
    Country,
    /// [`Checkout::email`].
    Email,
    /// [`Checkout::shipping`].
    Shipping,
    /// [`Checkout::note`].
    Note,
    /// [`Payment::account`].
    Account,
    /// [`Payment::pin`].
    Pin,
    /// [`Checkout::expected_total`].
    ExpectedTotal,
}

impl Field {
    /// The field's name in forms and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::PostalCode => "postal_code",
            Self::City => "city",
            Self::Country => "country",
            Self::Email => "email",
            Self::Shipping => "shipping",
            Self::Note => "note",
            Self::Account => "account_number",
            Self::Pin => "pin",
            Self::ExpectedTotal => "expected_total",
        }
    }
}

/// What is wrong with one field. Never holds what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// Why a field cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    /// Nothing was typed.
    Missing,
    /// More characters than fit.
    TooLong {
        /// How many fit.
        max_chars: usize,
    },
    /// Line breaks or other control characters.
    NotPlain,
    /// Control characters other than line breaks.
    NotText,
    /// None of the choices.
    UnknownChoice,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not twelve digits.
    NotAnAccountNumber,
    /// Twelve digits, one of them mistyped.
    CheckDigits,
    /// Not 6 to 12 digits.
    NotAPin,
}

impl FieldProblem {
    /// A stable slug.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong { .. } => "too-long",
            Self::NotPlain => "not-plain-text",
            Self::NotText => "not-text",
            Self::UnknownChoice => "unknown-choice",
            Self::NotAnEmail => "not-an-email",
            Self::NotAnAccountNumber => "not-an-account-number",
            Self::CheckDigits => "check-digits",
            Self::NotAPin => "not-a-pin",
        }
    }
}

/// A sentence to be shown beside the field.
impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("Please fill in this field."),
            Self::TooLong { max_chars } => write!(f, "Please use at most {max_chars} characters."),
            Self::NotPlain => f.write_str("Please use one line of plain text."),
            Self::NotText => f.write_str("Please use plain text."),
            Self::UnknownChoice => f.write_str("Please choose one of the list."),
            Self::NotAnEmail => f.write_str("Please enter an e-mail address, such as ada@example.org."),
            Self::NotAnAccountNumber => f.write_str("An account number has 12 digits."),
            Self::CheckDigits => {
                f.write_str("This account number has a typing mistake; please compare it digit by digit.")
            }
            Self::NotAPin => f.write_str("A PIN has 6 to 12 digits."),
        }
    }
}

/// The most characters of a note.
pub const MAX_NOTE_CHARS: usize = 500;

/// Checks every field of a checkout form. `home` is the country of whoever names none.
///
/// Whether there is such a shipping method is asked with the cart's price, see [`may_order`](super::cart::may_order).
///
/// # Errors
/// All fields that cannot be used, in the order of the form.
pub fn check(form: &Checkout, home: &str) -> Result<CheckedCheckout, Vec<FieldError>> {
    let mut errors = Vec::new();
    let country = if form.country.trim().is_empty() { home } else { &form.country };
    let contact = Contact {
        name: text(&mut errors, Field::Name, &form.name, 100),
        street: text(&mut errors, Field::Street, &form.street, 200),
        postal_code: text(&mut errors, Field::PostalCode, &form.postal_code, 16),
        city: text(&mut errors, Field::City, &form.city, 100),
        country: text(&mut errors, Field::Country, country, 60),
        email: email(&mut errors, &form.email),
    };
    let note = note(&mut errors, &form.note);
    // Where nothing is to be paid, no bank is asked.
    let payment = (form.expected_total.minor != 0).then(|| check_payment(&form.payment)).transpose();
    match payment {
        Ok(payment) if errors.is_empty() => Ok(CheckedCheckout { contact, note, payment }),
        Ok(_) => Err(errors),
        Err(more) => {
            errors.extend(more);
            Err(errors)
        }
    }
}

/// Checks account number and PIN.
///
/// # Errors
/// The fields that cannot be used.
pub fn check_payment(form: &Payment) -> Result<CheckedPayment, Vec<FieldError>> {
    let typed_pin = form.pin.expose();
    let account = match form.account.trim() {
        "" => Err(FieldProblem::Missing),
        typed => AccountNumber::parse(typed).map_err(|error| match error {
            AccountNumberError::Format => FieldProblem::NotAnAccountNumber,
            AccountNumberError::CheckDigits => FieldProblem::CheckDigits,
        }),
    };
    let pin = match typed_pin {
        "" => Err(FieldProblem::Missing),
        typed => Pin::parse(typed).map_err(|_| FieldProblem::NotAPin),
    };
    match (account, pin) {
        (Ok(account), Ok(pin)) => Ok(CheckedPayment { account, pin }),
        (account, pin) => {
            let account = account.err().map(|problem| FieldError { field: Field::Account, problem });
            let pin = pin.err().map(|problem| FieldError { field: Field::Pin, problem });
            Err(account.into_iter().chain(pin).collect())
        }
    }
}

/// The text without blanks around it. What is wrong with it is noted, and then the caller drops the text.
fn text(errors: &mut Vec<FieldError>, field: Field, typed: &str, max_chars: usize) -> String {
    let text = typed.trim();
    let problem = if text.is_empty() {
        Some(FieldProblem::Missing)
    } else if text.chars().count() > max_chars {
        Some(FieldProblem::TooLong { max_chars })
    } else if text.chars().any(char::is_control) {
        Some(FieldProblem::NotPlain)
    } else {
        None
    };
    errors.extend(problem.map(|problem| FieldError { field, problem }));
    text.to_owned()
}

/// A text of several lines: browsers end them by a carriage return and a line feed, the shop by a line feed.
fn note(errors: &mut Vec<FieldError>, typed: &str) -> String {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    let problem = if text.chars().count() > MAX_NOTE_CHARS {
        Some(FieldProblem::TooLong { max_chars: MAX_NOTE_CHARS })
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        Some(FieldProblem::NotText)
    } else {
        None
    };
    errors.extend(problem.map(|problem| FieldError { field: Field::Note, problem }));
    text
}

/// Finds typing mistakes only: whether an address exists is known when mail arrives.
fn email(errors: &mut Vec<FieldError>, typed: &str) -> String {
    let before = errors.len();
    // 254 is the longest address that mail can carry (RFC 5321, erratum 1690).
    let text = text(errors, Field::Email, typed, 254);
    let shaped = text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !local.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|part| !part.is_empty())
            && !text.contains(char::is_whitespace)
    });
    if !shaped && errors.len() == before {
        errors.push(FieldError { field: Field::Email, problem: FieldProblem::NotAnEmail });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use kit_core::Currency;

    fn form(change: impl FnOnce(&mut Checkout)) -> Result<CheckedCheckout, Vec<(&'static str, &'static str)>> {
        let mut form = Checkout {
            name: " Ada Lovelace ".to_owned(),
            street: "12 St James's Square".to_owned(),
            postal_code: "SW1Y 4JH".to_owned(),
            city: "London".to_owned(),
            country: "United Kingdom".to_owned(),
            email: "ada@example.org".to_owned(),
            shipping: None,
            note: " Please ring twice.\r\nThank you. ".to_owned(),
            language: Language::English,
            payment: Payment {
                account: AccountNumber::from_payload(2_400_000_001).to_string(),
                pin: SecretText::new("271828".to_owned()),
                key: IdempotencyKey::parse("checkout-1").expect("key"),
            },
            expected_total: Money::new(1, Currency::EUR),
        };
        change(&mut form);
        check(&form, "Germany").map_err(|errors| errors.iter().map(|e| (e.field.name(), e.problem.code())).collect())
    }

    #[test]
    fn fields_are_checked_one_by_one() {
        let checked = form(|_| {}).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(checked.contact.name, "Ada Lovelace");
        assert_eq!(checked.note, "Please ring twice.\nThank you.");
        let at_home = form(|f| f.country = " ".to_owned()).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(at_home.contact.country, "Germany");
        type Case = (fn(&mut Checkout), (&'static str, &'static str));
        let cases: [Case; 17] = [
            (|f| f.name = "  ".to_owned(), ("name", "missing")),
            (|f| f.name = "x".repeat(101), ("name", "too-long")),
            (|f| f.street = "a\nb".to_owned(), ("street", "not-plain-text")),
            (|f| f.postal_code = "1".repeat(17), ("postal_code", "too-long")),
            (|f| f.city.clear(), ("city", "missing")),
            (|f| f.country = "\u{7}x".to_owned(), ("country", "not-plain-text")),
            (|f| f.email = "ada".to_owned(), ("email", "not-an-email")),
            (|f| f.email = "a@b@example.org".to_owned(), ("email", "not-an-email")),
            (|f| f.email = "ada @example.org".to_owned(), ("email", "not-an-email")),
            (|f| f.email = "ada@example..org".to_owned(), ("email", "not-an-email")),
            (|f| f.email = format!("{}@example.org", "a".repeat(250)), ("email", "too-long")),
            (|f| f.note = "ä".repeat(501), ("note", "too-long")),
            (|f| f.note = "a\u{7}b".to_owned(), ("note", "not-text")),
            (|f| f.payment.account = "12".to_owned(), ("account_number", "not-an-account-number")),
            (|f| f.payment.account = "240000000100".to_owned(), ("account_number", "check-digits")),
            (|f| f.payment.pin = SecretText::new("12345".to_owned()), ("pin", "not-a-pin")),
            (|f| f.payment.pin = SecretText::new(String::new()), ("pin", "missing")),
        ];
        for (change, expected) in cases {
            assert_eq!(form(change).err(), Some(vec![expected]));
        }
    }

    #[test]
    fn what_costs_nothing_needs_no_account() {
        let checked = form(|f| {
            f.expected_total.minor = 0;
            f.payment.account.clear();
            f.payment.pin = SecretText::new(String::new());
        });
        assert!(checked.unwrap_or_else(|errors| panic!("{errors:?}")).payment.is_none());
    }

    #[test]
    fn all_errors_are_told_at_once() {
        let errors = form(|f| {
            f.name.clear();
            f.email = "x".to_owned();
            f.payment.account.clear();
            f.payment.pin = SecretText::new("x".to_owned());
        });
        let errors = errors.err().unwrap_or_default();
        assert_eq!(errors.iter().map(|e| e.0).collect::<Vec<_>>(), ["name", "email", "account_number", "pin"]);
    }
}
