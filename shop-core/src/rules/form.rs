//! What a customer types at the checkout, and whether it can be used. Every field is checked; all errors are told.

use std::fmt;

use kit_core::email::{self, EmailAddress};
use kit_core::text::{self, TextError};
use kit_core::{AccountNumber, AccountNumberError, IdempotencyKey, Language, Money, Pin, SecretText};

use super::country::{Country, Destinations};
use super::order::Contact;
use super::product::Slug;

/// The checkout form as it was typed. The PIN is wiped when the form is dropped.
pub struct Checkout {
    /// The company; blank for none.
    pub company: String,
    /// Who receives the parcel.
    pub name: String,
    /// Street and house number.
    pub street: String,
    /// The building, the floor, the district; blank for nothing.
    pub address_line_2: String,
    /// Postal code; may be blank where the country has none.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Country, by its code or its name; blank for the one that the shop is configured with.
    pub country: String,
    /// The company's VAT identification number; blank for none.
    pub vat_number: String,
    /// Where the carrier can call; blank for nowhere.
    pub phone: String,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// [`Checkout::company`].
    Company,
    /// [`Checkout::name`].
    Name,
    /// [`Checkout::street`].
    Street,
    /// [`Checkout::address_line_2`].
    AddressLine2,
    /// [`Checkout::postal_code`].
    PostalCode,
    /// [`Checkout::city`].
    City,
    /// [`Checkout::country`].
    Country,
    /// [`Checkout::vat_number`].
    VatNumber,
    /// [`Checkout::phone`].
    Phone,
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
            Self::Company => "company",
            Self::Name => "name",
            Self::Street => "street",
            Self::AddressLine2 => "address_line_2",
            Self::PostalCode => "postal_code",
            Self::City => "city",
            Self::Country => "country",
            Self::VatNumber => "vat_number",
            Self::Phone => "phone",
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
    /// Line breaks, control characters, ones that cannot be seen or reverse what follows; or a name without a letter, a
    /// digit or an emoji.
    NotPlain,
    /// Control characters other than line breaks, or ones that cannot be seen or reverse what follows.
    NotText,
    /// None of the choices.
    UnknownChoice,
    /// No country.
    NotACountry,
    /// A country that the shop does not send to.
    NotShippedTo {
        /// Which.
        country: Country,
    },
    /// Not a postal code of its country.
    NotAPostalCode {
        /// Of which.
        country: Country,
    },
    /// Not a VAT identification number.
    NotAVatNumber,
    /// Not a telephone number.
    NotAPhoneNumber,
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
            Self::NotACountry => "not-a-country",
            Self::NotShippedTo { .. } => "not-shipped-to",
            Self::NotAPostalCode { .. } => "not-a-postal-code",
            Self::NotAVatNumber => "not-a-vat-number",
            Self::NotAPhoneNumber => "not-a-phone-number",
            Self::NotAnEmail => "not-an-email",
            Self::NotAnAccountNumber => "not-an-account-number",
            Self::CheckDigits => "check-digits",
            Self::NotAPin => "not-a-pin",
        }
    }
}

impl From<TextError> for FieldProblem {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Missing,
            TextError::TooLong { max_chars } => Self::TooLong { max_chars },
            TextError::NotPlain { .. } | TextError::NothingToRead => Self::NotPlain,
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
            Self::NotACountry => f.write_str("Please name a country, or its code of two letters."),
            Self::NotShippedTo { country } => write!(f, "We do not deliver to {}.", country.name(Language::English)),
            Self::NotAPostalCode { country } => {
                write!(f, "Please enter a postal code of {}", country.name(Language::English))?;
                country.postal_example().map_or(Ok(()), |example| write!(f, ", such as {example}"))?;
                f.write_str(".")
            }
            Self::NotAVatNumber => f.write_str("A VAT number has 4 to 20 letters and digits, such as DE123456789."),
            Self::NotAPhoneNumber => f.write_str("A telephone number has 5 to 20 digits, such as +49 30 123456."),
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

/// Checks every field of a checkout form.
///
/// Whether there is such a shipping method is asked with the cart's price, see [`may_order`](super::cart::may_order).
///
/// # Errors
/// All fields that cannot be used, in the order of the form.
pub fn check(form: &Checkout, to: &Destinations) -> Result<CheckedCheckout, Vec<FieldError>> {
    let mut errors = Vec::new();
    let country = country(&mut errors, &form.country, to);
    let contact = Contact {
        company: optional(&mut errors, Field::Company, &form.company, 100),
        name: text(&mut errors, Field::Name, &form.name, 100),
        street: text(&mut errors, Field::Street, &form.street, 200),
        address_line_2: optional(&mut errors, Field::AddressLine2, &form.address_line_2, 200),
        postal_code: postal_code(&mut errors, &form.postal_code, country),
        city: text(&mut errors, Field::City, &form.city, 100),
        country: country.map(|country| country.code().to_owned()).unwrap_or_default(),
        vat_number: vat_number(&mut errors, &form.vat_number),
        phone: phone(&mut errors, &form.phone),
        email: email(&mut errors, &form.email),
    };
    errors.sort_by_key(|error| error.field);
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

/// A name as it is kept. What is wrong with it is noted, and then the caller drops the text.
fn text(errors: &mut Vec<FieldError>, field: Field, typed: &str, max_chars: usize) -> String {
    kept(errors, field, text::name(typed, max_chars))
}

/// A text that may be left out.
fn optional(errors: &mut Vec<FieldError>, field: Field, typed: &str, max_chars: usize) -> String {
    kept(errors, field, text::line(typed.trim(), max_chars)).trim().to_owned()
}

fn kept(errors: &mut Vec<FieldError>, field: Field, text: Result<String, TextError>) -> String {
    text.unwrap_or_else(|error| {
        errors.push(FieldError { field, problem: error.into() });
        String::new()
    })
}

fn country(errors: &mut Vec<FieldError>, typed: &str, to: &Destinations) -> Option<Country> {
    let country = if typed.trim().is_empty() { Some(to.home) } else { Country::parse(typed) };
    let problem = match country {
        None => FieldProblem::NotACountry,
        Some(country) if !to.include(country) => FieldProblem::NotShippedTo { country },
        Some(country) => return Some(country),
    };
    errors.push(FieldError { field: Field::Country, problem });
    None
}

/// A postal code of the country. Of a country that is not known only the length is judged.
fn postal_code(errors: &mut Vec<FieldError>, typed: &str, country: Option<Country>) -> String {
    let needed = country.is_some_and(Country::needs_postal_code);
    let before = errors.len();
    let check = if needed { text } else { optional };
    let typed = check(errors, Field::PostalCode, typed, 16);
    let Some(country) = country.filter(|_| errors.len() == before && !typed.is_empty()) else { return typed };
    country.postal_code(&typed).unwrap_or_else(|| {
        errors.push(FieldError { field: Field::PostalCode, problem: FieldProblem::NotAPostalCode { country } });
        typed
    })
}

/// A VAT identification number in capitals and without separators. Its form differs from country to country, and only
/// an authority can say whether it is anybody's.
fn vat_number(errors: &mut Vec<FieldError>, typed: &str) -> String {
    let bare = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '.' | '/');
    let number: String = typed.chars().filter(bare).map(|c| c.to_ascii_uppercase()).collect();
    let good =
        number.is_empty() || (4..=20).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric());
    if !good {
        errors.push(FieldError { field: Field::VatNumber, problem: FieldProblem::NotAVatNumber });
    }
    number
}

/// A telephone number as it was typed: digits, and what people write between them.
fn phone(errors: &mut Vec<FieldError>, typed: &str) -> String {
    let text = typed.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let written = |c: char| c.is_ascii_digit() || " +()-./".contains(c);
    let good = text.is_empty() || (5..=20).contains(&digits) && text.len() <= 40 && text.chars().all(written);
    if !good {
        errors.push(FieldError { field: Field::Phone, problem: FieldProblem::NotAPhoneNumber });
    }
    text.to_owned()
}

/// A text of several lines: browsers end them by a carriage return and a line feed, the shop by a line feed.
fn note(errors: &mut Vec<FieldError>, typed: &str) -> String {
    text::lines(typed, MAX_NOTE_CHARS).unwrap_or_else(|error| {
        let problem = match error {
            TextError::NotPlain { .. } => FieldProblem::NotText,
            other => other.into(),
        };
        errors.push(FieldError { field: Field::Note, problem });
        String::new()
    })
}

/// An address that the mailer takes. Whether it exists is known when mail arrives.
fn email(errors: &mut Vec<FieldError>, typed: &str) -> String {
    let problem = match EmailAddress::of_customer(typed) {
        Ok(address) => return address.to_string(),
        Err(_) if typed.trim().is_empty() => FieldProblem::Missing,
        Err(_) if typed.trim().chars().count() > email::MAX_BYTES => {
            FieldProblem::TooLong { max_chars: email::MAX_BYTES }
        }
        Err(_) => FieldProblem::NotAnEmail,
    };
    errors.push(FieldError { field: Field::Email, problem });
    String::new()
}

#[cfg(test)]
mod tests;
