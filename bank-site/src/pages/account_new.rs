//! Opening another account.

use askama::Template;
use bank_core::Bank;
use kit_core::Currency;
use kit_web::Words;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page_with};

/// As many characters as an account's or a payee's name has at most.
pub(super) const NAME_CHARACTERS: usize = 40;

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewAccountPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    name: Field,
    /// Asked for where there is a choice.
    currency: Option<Field>,
    pin: Field,
}

fn render(member: Member, attempt: &Attempt) -> Result<Response> {
    let t = member.frame.t;
    let offered = member.lanes.bank().config().offered();
    let currency = (offered.len() > 1).then(|| {
        let field = attempt.field(Kind::Select, "currency", t.say("open-currency")).hint(t.say("open-currency-hint"));
        offered.iter().fold(field, |field, currency| field.choice(currency.code(), currency_name(t, *currency)))
    });
    let page = NewAccountPage {
        frame: member.frame,
        errors: &attempt.errors,
        name: attempt
            .field(Kind::Text, "name", t.say("open-name"))
            .hint(t.say("open-name-hint"))
            .max_length(NAME_CHARACTERS)
            .autocomplete("off"),
        currency,
        pin: attempt.field(Kind::Pin, "pin", t.say("open-pin")).hint(t.say("open-pin-hint")),
    };
    page_with(&page, attempt.status())
}

/// What a currency is called; one without a name of its own by its code.
fn currency_name(t: Words<'_>, currency: Currency) -> String {
    let code = currency.code();
    t.say_or(&format!("currency-{}", code.to_ascii_lowercase()), code)
}

#[handler]
pub(super) async fn show(member: Member) -> Result<Response> {
    let attempt = Attempt::fresh(member.frame.t);
    render(member, &attempt)
}

#[handler]
pub(super) async fn send(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(member.frame.t, form);
    let (customer, name) = (member.id(), attempt.form.text("name").to_owned());
    let currency = currency(&mut attempt, member.lanes.bank());
    attempt.flaws(member.lanes.bank().check_new_account(&name, currency));
    let pin = attempt.new_pin("pin");
    if let (Some(currency), Some(pin), true) = (currency, pin, attempt.is_good()) {
        match member.lanes.hash(move |bank| bank.open_account(customer, &name, currency, &pin)).await {
            Ok(account) => return Ok(go(format!("/accounts/{}", account.number.digits()))),
            Err(error) => attempt.refused(&error, &["name", "currency", "pin"])?,
        }
    }
    render(member, &attempt)
}

/// The currency chosen; the bank's main one where the form does not ask.
fn currency(attempt: &mut Attempt, bank: &Bank) -> Option<Currency> {
    if !attempt.form.has("currency") {
        return Some(bank.config().currency);
    }
    bank.currency(attempt.form.text("currency")).map_err(|error| attempt.flaw("currency", error)).ok()
}
