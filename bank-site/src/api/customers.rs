//! Customers: registering, and what concerns the whole customer.

use bank_core::error::Flaw;
use bank_core::model::Customer;
use bank_core::{EventView, ProfileChange, Refusal, Registration};
use kit_core::Language;
use kit_web::{SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::accounts::AccountBody;
use super::auth::CustomerToken;
use super::fields::Fields;
use super::replies::{Created, Done};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Who wants to become a customer.
#[derive(Object)]
#[oai(rename = "NewCustomer", deny_unknown_fields)]
struct NewCustomerBody {
    /// The name, as the customer wishes to be addressed.
    name: Text,
    /// The e-mail address to log in with.
    email: Text,
    /// The password to log in with: by default at least 12 characters.
    #[oai(write_only)]
    password: SecretText,
    /// The first account's PIN: 6 to 12 digits, not a run, a repetition or a date.
    #[oai(write_only)]
    pin: SecretText,
    /// What to write to them in: `en` (the default) or `de`.
    language: Option<Text>,
}

/// A customer.
#[derive(Object)]
#[oai(rename = "Customer")]
struct CustomerBody {
    /// The customer's id.
    id: Text,
    /// The name.
    name: Text,
    /// The e-mail address.
    email: Text,
    /// What they are written to in: `en` or `de`.
    language: Text,
    /// When they registered.
    created_at: Text,
}

impl From<&Customer> for CustomerBody {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id.to_string().into(),
            name: customer.name.as_str().into(),
            email: customer.email.as_str().into(),
            language: customer.language.code().into(),
            created_at: customer.created_at.rfc3339().into(),
        }
    }
}

/// A new customer with a first account.
#[derive(Object)]
#[oai(rename = "RegisteredCustomer")]
struct RegisteredBody {
    /// The customer.
    customer: CustomerBody,
    /// The first account.
    account: AccountBody,
}

/// What a customer changes about themselves; what is left out stays as it is.
#[derive(Object)]
#[oai(rename = "ProfileChange", deny_unknown_fields)]
struct ProfileChangeBody {
    /// The name, as the customer wishes to be addressed.
    name: Option<Text>,
    /// What to write to them in: `en` or `de`.
    language: Option<Text>,
}

/// A change of password.
#[derive(Object)]
#[oai(rename = "PasswordChange", deny_unknown_fields)]
struct PasswordChangeBody {
    /// The present password.
    #[oai(write_only)]
    current_password: SecretText,
    /// The new one: by default at least 12 characters.
    #[oai(write_only)]
    new_password: SecretText,
}

/// Something about security that happened.
#[derive(Object)]
#[oai(rename = "SecurityEvent")]
struct EventBody {
    /// When.
    at: Text,
    /// What: `registered`, `logged-in`, `login-failed`, `logged-out`, `pin-failed`, `pin-blocked`, `pin-changed`,
    /// `password-changed`, `password-reset-asked`, `password-reset`, `name-changed`, `account-opened`, `account-closed`,
    /// `account-frozen` or `account-unfrozen`.
    kind: Text,
    /// Which account, where it is about one.
    account_number: Option<Text>,
    /// What the customer calls that account now.
    account_name: Option<Text>,
    /// By way of which merchant, where it was by one.
    merchant: Option<Text>,
}

impl From<&EventView> for EventBody {
    fn from(event: &EventView) -> Self {
        Self {
            at: event.at.rfc3339().into(),
            kind: event.kind.name().into(),
            account_number: event.account.map(|number| number.digits().into()),
            account_name: event.account_name.as_deref().map(Text::from),
            merchant: event.merchant.as_deref().map(Text::from),
        }
    }
}

/// A customer's security events.
#[derive(Object)]
#[oai(rename = "SecurityEvents")]
struct EventsBody {
    /// Newest first.
    events: Vec<EventBody>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<Text>,
}

/// How many events stand on a page unless asked otherwise.
const EVENTS: u16 = 100;

pub(crate) struct Customers;

#[OpenApi(tag = "Tag::Customers")]
impl Customers {
    /// Register
    ///
    /// Makes a customer and opens a first account. Log in with `logIn` afterwards.
    #[oai(path = "/customers", method = "post", operation_id = "registerCustomer")]
    async fn register(
        &self,
        Data(lanes): Data<&Lanes>,
        body: StrictJson<NewCustomerBody>,
    ) -> Result<Created<RegisteredBody>, ApiError> {
        let mut fields = Fields::default();
        let NewCustomerBody { name, email, password, pin, language } = body.0;
        let pin = fields.pin("pin", &pin);
        let language = language.map_or(Some(Language::English), |code| fields.language("language", &code));
        let (Some(pin), Some(language)) = (pin, language) else { return Err(fields.refusal()) };
        let password = password.to_core();
        let new = Registration { name: name.0, email: email.0, password, pin, language, log_in: None };
        let (customer, account) = lanes
            .hash(move |bank| {
                let made = bank.register(&new)?;
                let account = bank.account(made.customer.id, made.account.number)?;
                Ok((made.customer, account))
            })
            .await?;
        let made = RegisteredBody { customer: (&customer).into(), account: (&account).into() };
        Ok(Created::Created(Json(made)))
    }

    /// Who am I
    #[oai(path = "/me", method = "get", operation_id = "getMe")]
    async fn me(&self, caller: CustomerToken) -> Result<Json<CustomerBody>, ApiError> {
        Ok(Json((&caller.0.signed_in.customer).into()))
    }

    /// Change name or language
    ///
    /// What is left out stays as it is.
    #[oai(path = "/me", method = "patch", operation_id = "changeProfile")]
    async fn change_profile(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<ProfileChangeBody>,
    ) -> Result<Json<CustomerBody>, ApiError> {
        let (customer, ProfileChangeBody { name, language }) = (caller.id(), body.0);
        let mut fields = Fields::default();
        let read = |code: Text| fields.language("language", &code);
        let language = match language.map(read) {
            Some(None) => return Err(fields.refusal()),
            language => language.flatten(),
        };
        let change = move |bank: &bank_core::Bank| {
            bank.change_profile(customer, ProfileChange { name: name.as_deref(), language })
        };
        Ok(Json((&lanes.money(change).await?).into()))
    }

    /// Change the password
    ///
    /// Asks for the present one and ends all other sessions.
    #[oai(path = "/me/password", method = "post", operation_id = "changePassword")]
    async fn change_password(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<PasswordChangeBody>,
    ) -> Result<Done, ApiError> {
        let (current, new) = (body.current_password.to_core(), body.new_password.to_core());
        let session = caller.0.signed_in.session;
        lanes.hash(move |bank| bank.change_password(&session, &current, &new)).await?;
        Ok(Done::Done)
    }

    /// What happened
    ///
    /// Log-ins, failed PINs, changes: the customer's security events.
    #[oai(path = "/me/security-events", method = "get", operation_id = "listSecurityEvents")]
    async fn events(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The `next_cursor` of the page before; the newest events without it.
        cursor: Query<Option<Text>>,
        /// How many events: 1 to 200, 100 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
    ) -> Result<Json<EventsBody>, ApiError> {
        let before = cursor.0.map(|cursor| cursor.parse::<u64>()).transpose();
        let flaw = Flaw::NotACursor { parameter: "next_cursor" };
        let before = before.map_err(|_| Refusal::field("cursor", flaw))?;
        let (customer, limit) = (caller.id(), usize::from(limit.0.unwrap_or(EVENTS)));
        let page = lanes.browse(move |bank| bank.security_events(customer, before, limit)).await?;
        let next_cursor = page.next.map(|place| place.to_string().into());
        Ok(Json(EventsBody { events: page.events.iter().map(EventBody::from).collect(), next_cursor }))
    }
}
