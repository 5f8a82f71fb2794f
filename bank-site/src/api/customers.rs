//! Customers: registering, and what concerns the whole customer.

use bank_core::Registration;
use bank_core::model::{Customer, SecurityEvent};
use kit_core::Language;
use kit_web::{SecretText, StrictJson, Text};
use poem::web::Data;
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
    /// What mails to the customer are written in: `en` or `de`.
    #[oai(default = "default_language")]
    language: Text,
}

fn default_language() -> Text {
    Language::default().code().into()
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
    /// What mails to them are written in: `en` or `de`.
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

/// A choice of language.
#[derive(Object)]
#[oai(rename = "LanguageChoice", deny_unknown_fields)]
struct LanguageBody {
    /// `en` or `de`.
    language: Text,
}

/// Something about security that happened.
#[derive(Object)]
#[oai(rename = "SecurityEvent")]
struct EventBody {
    /// When.
    at: Text,
    /// What: `registered`, `logged-in`, `login-failed`, `logged-out`, `pin-failed`, `pin-blocked`, `pin-changed`,
    /// `password-changed`, `password-reset-asked`, `password-reset`, `account-frozen` or `account-unfrozen`.
    kind: Text,
    /// Which account, where it is about one.
    account_number: Option<Text>,
}

impl From<&SecurityEvent> for EventBody {
    fn from(event: &SecurityEvent) -> Self {
        Self {
            at: event.at.rfc3339().into(),
            kind: event.kind.name().into(),
            account_number: event.account.map(|number| number.digits().into()),
        }
    }
}

/// A customer's security events.
#[derive(Object)]
#[oai(rename = "SecurityEvents")]
struct EventsBody {
    /// The last 100, newest first.
    events: Vec<EventBody>,
}

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
        let (pin, language) = (fields.pin("pin", &pin), fields.language("language", &language));
        let (Some(pin), Some(language)) = (pin, language) else { return Err(fields.refusal()) };
        let new =
            Registration { name: name.0, email: email.0, password: password.to_core(), pin, language, log_in: None };
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

    /// Choose the language
    ///
    /// In which mails to the customer are written.
    #[oai(path = "/me/language", method = "put", operation_id = "setLanguage")]
    async fn set_language(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<LanguageBody>,
    ) -> Result<Done, ApiError> {
        let mut fields = Fields::default();
        let Some(language) = fields.language("language", &body.0.language) else { return Err(fields.refusal()) };
        let customer = caller.id();
        lanes.money(move |bank| bank.set_language(customer, language)).await?;
        Ok(Done::Done)
    }

    /// What happened
    ///
    /// Log-ins, failed PINs, changes: the customer's security events.
    #[oai(path = "/me/security-events", method = "get", operation_id = "listSecurityEvents")]
    async fn events(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Json<EventsBody>, ApiError> {
        let customer = caller.id();
        let events = lanes.browse(move |bank| bank.security_events(customer, 100)).await?;
        Ok(Json(EventsBody { events: events.iter().map(EventBody::from).collect() }))
    }
}
