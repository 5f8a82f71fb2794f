use super::*;
use kit_core::Currency;

fn form(change: impl FnOnce(&mut Checkout)) -> Result<CheckedCheckout, Vec<(&'static str, &'static str)>> {
    let mut form = Checkout {
        company: String::new(),
        name: " Ada Lovelace ".to_owned(),
        address_line_2: " ".to_owned(),
        vat_number: " gb 123-456.789 ".to_owned(),
        phone: "+44 20 7946 0958".to_owned(),
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
    let germany = Country::of_code("DE").expect("a country");
    let mut to = Destinations::everywhere(germany);
    to.only = Country::all(Language::English).iter().copied().filter(|country| country.code() != "FR").collect();
    check(&form, &to).map_err(|errors| errors.iter().map(|e| (e.field.name(), e.problem.code())).collect())
}

#[test]
fn fields_are_checked_one_by_one() {
    let checked = form(|_| {}).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(checked.contact.name, "Ada Lovelace");
    assert_eq!(checked.note, "Please ring twice.\nThank you.");
    assert_eq!((checked.contact.country.as_str(), checked.contact.vat_number.as_str()), ("GB", "GB123456789"));
    assert_eq!((checked.contact.company.as_str(), checked.contact.address_line_2.as_str()), ("", ""));
    let at_home = form(|f| (f.country, f.postal_code) = (" ".to_owned(), "10115".to_owned()));
    assert_eq!(at_home.unwrap_or_else(|errors| panic!("{errors:?}")).contact.country, "DE");
    let hong_kong = form(|f| (f.country, f.postal_code) = ("HK".to_owned(), " ".to_owned()));
    assert_eq!(hong_kong.unwrap_or_else(|errors| panic!("{errors:?}")).contact.postal_code, "");
    type Case = (fn(&mut Checkout), (&'static str, &'static str));
    let cases: [Case; 37] = [
        (|f| f.name = "  ".to_owned(), ("name", "missing")),
        (|f| f.name = "x".repeat(101), ("name", "too-long")),
        (|f| f.street = "a\nb".to_owned(), ("street", "not-plain-text")),
        (|f| f.postal_code = "1".repeat(17), ("postal_code", "too-long")),
        (|f| f.city.clear(), ("city", "missing")),
        (|f| f.postal_code.clear(), ("postal_code", "missing")),
        (|f| f.postal_code = "10115".to_owned(), ("postal_code", "not-a-postal-code")),
        (|f| f.country = "Atlantis".to_owned(), ("country", "not-a-country")),
        (|f| f.country = "France".to_owned(), ("country", "not-shipped-to")),
        (|f| f.company = "x".repeat(101), ("company", "too-long")),
        (|f| f.address_line_2 = "a\nb".to_owned(), ("address_line_2", "not-plain-text")),
        (|f| f.name = "\u{3164}".to_owned(), ("name", "not-plain-text")),
        (|f| f.name = "\u{2800}".to_owned(), ("name", "not-plain-text")),
        (|f| f.name = "\u{AD}".to_owned(), ("name", "missing")),
        (|f| f.company = "a\u{202E}b".to_owned(), ("company", "not-plain-text")),
        (|f| f.city = "...".to_owned(), ("city", "not-plain-text")),
        (|f| f.note = "a\u{202E}b".to_owned(), ("note", "not-text")),
        (|f| f.vat_number = "DE 1".to_owned(), ("vat_number", "not-a-vat-number")),
        (|f| f.vat_number = "DE12345678?".to_owned(), ("vat_number", "not-a-vat-number")),
        (|f| f.phone = "call me".to_owned(), ("phone", "not-a-phone-number")),
        (|f| f.phone = "123".to_owned(), ("phone", "not-a-phone-number")),
        (|f| f.email = "ada".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "a@b@example.org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "ada @example.org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "ada@example..org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "a..b@example.org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "ada.@example.org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "a@-bad-.org".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "<a@b.org>".to_owned(), ("email", "not-an-email")),
        (|f| f.email = "a\u{202E}b@example.org".to_owned(), ("email", "not-an-email")),
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
