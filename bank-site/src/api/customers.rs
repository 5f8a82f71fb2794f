//! Customers: registering, and what concerns the whole customer.

use bank_core::model::Customer;
use bank_core::rules::credentials;
use bank_core::{EventView, ProfileChange, Registration, SignedIn};
use kit_core::Language;
use kit_web::replies::Created;
use kit_web::wire::{AccountDigits, Id, Time};
use kit_web::{Named, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::accounts::AccountBody;
use super::auth::CustomerToken;
use super::fields::Fields;
use super::names::{EventKindNames, LanguageNames};
use super::replies::{Done, created};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A registration.
#[derive(Object)]
#[oai(rename = "NewCustomer", deny_unknown_fields)]
struct NewCustomerBody {
    /// The name, as the customer wishes to be addressed.
    name: Text,
    /// The e-mail address to sign in with.
    email: Text,
    /// The password to sign in with: at least 12 characters unless the bank's operator decides otherwise.
    #[oai(write_only)]
    password: SecretText,
    /// The first account's PIN: 6 to 12 digits, not a run, a repetition or a date.
    #[oai(write_only)]
    pin: SecretText,
    /// The language to write to them in; `en` by default.
    language: Option<Named<LanguageNames>>,
}

/// A customer.
#[derive(Object)]
#[oai(rename = "Customer")]
struct CustomerBody {
    /// The customer's id.
    id: Id,
    /// The name.
    name: Text,
    /// The e-mail address.
    email: Text,
    /// The language that they are written to in.
    language: Named<LanguageNames>,
    /// When they registered.
    created_at: Time,
}

impl From<&Customer> for CustomerBody {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id.to_string().into(),
            name: customer.name.as_str().into(),
            email: customer.email.as_str().into(),
            language: Named::of(customer.language),
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

/// Changes to a customer's profile. What is left out stays as it is.
#[derive(Object)]
#[oai(rename = "ProfileChange", deny_unknown_fields)]
struct ProfileChangeBody {
    /// The name, as the customer wishes to be addressed.
    name: Option<Text>,
    /// The language to write to them in.
    language: Option<Named<LanguageNames>>,
}

/// A change of password.
#[derive(Object)]
#[oai(rename = "PasswordChange", deny_unknown_fields)]
struct PasswordChangeBody {
    /// The current password.
    #[oai(write_only)]
    current_password: SecretText,
    /// The new password: at least 12 characters unless the bank's operator decides otherwise.
    #[oai(write_only)]
    new_password: SecretText,
}

/// A security event.
#[derive(Object)]
#[oai(rename = "SecurityEvent", skip_serializing_if_is_none)]
struct EventBody {
    /// When it happened.
    at: Time,
    /// What happened.
    kind: Named<EventKindNames>,
    /// The account that it is about; absent if it is about none.
    account_number: Option<AccountDigits>,
    /// What the customer calls that account now.
    account_name: Option<Text>,
    /// The merchant at which it happened; absent if it was none.
    merchant: Option<Text>,
}

impl From<&EventView> for EventBody {
    fn from(event: &EventView) -> Self {
        Self {
            at: event.at.rfc3339().into(),
            kind: Named::of(event.kind),
            account_number: event.account.map(|number| number.digits().into()),
            account_name: event.account_name.as_deref().map(Text::from),
            merchant: event.merchant.as_deref().map(Text::from),
        }
    }
}

/// A customer's security events.
#[derive(Object)]
#[oai(rename = "SecurityEvents", skip_serializing_if_is_none)]
struct EventsBody {
    /// Newest first.
    events: Vec<EventBody>,
    /// The `cursor` of the next page; absent on the last page.
    next_cursor: Option<Text>,
}

/// How many events stand on a page unless asked otherwise.
const EVENTS: u16 = 100;

pub(crate) struct Customers;

#[OpenApi(tag = "Tag::Customers")]
impl Customers {
    /// Register a customer
    ///
    /// Creates a customer and opens a first account. Sign in with `logIn` afterwards.
    #[oai(path = "/customers", method = "post", operation_id = "registerCustomer")]
    async fn register(
        &self,
        Data(lanes): Data<&Lanes>,
        body: StrictJson<NewCustomerBody>,
    ) -> Result<Created<RegisteredBody>, ApiError> {
        let NewCustomerBody { name, email, password, pin, language } = body.0;
        let password = password.to_core();
        let mut fields = Fields::default();
        fields.all(lanes.bank().check_registration(&name, &email, &password));
        let pin = fields.new_pin("pin", &pin);
        let language = language.map_or(Some(Language::English), |language| fields.language("language", &language));
        let (Some(pin), Some(language)) = (pin, language) else { return Err(fields.refusal()) };
        fields.valid()?;
        let new = Registration { name: name.0, email: email.0, password, pin, language, log_in: None };
        let (customer, account) = lanes
            .hash(move |bank| {
                let made = bank.register(&new)?;
                let account = bank.account(made.customer.id, made.account.number)?;
                Ok((made.customer, account))
            })
            .await?;
        let made = RegisteredBody { customer: (&customer).into(), account: (&account).into() };
        Ok(created(Json(made), "/me"))
    }

    /// Get the customer
    ///
    /// The customer who is signed in.
    #[oai(path = "/me", method = "get", operation_id = "getMe")]
    async fn me(&self, caller: CustomerToken) -> Result<Json<CustomerBody>, ApiError> {
        Ok(Json((&caller.0.signed_in.customer).into()))
    }

    /// Change the profile
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
        let language = language.and_then(|language| fields.language("language", &language));
        if let Some(name) = &name {
            fields.take("name", credentials::name(name));
        }
        fields.valid()?;
        let change = move |bank: &bank_core::Bank| {
            bank.change_profile(customer, ProfileChange { name: name.as_deref(), language })
        };
        Ok(Json((&lanes.money(change).await?).into()))
    }

    /// Change the password
    ///
    /// Asks for the current password and ends all other sessions.
    #[oai(path = "/me/password", method = "post", operation_id = "changePassword")]
    async fn change_password(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<PasswordChangeBody>,
    ) -> Result<Done, ApiError> {
        let (current, new) = (body.current_password.to_core(), body.new_password.to_core());
        let SignedIn { session, customer, .. } = caller.0.signed_in;
        // Before the current one is checked: a new one that cannot be taken costs no attempt.
        let mut fields = Fields::default();
        let least = lanes.bank().config().password_characters;
        fields.take("new_password", credentials::new_password(new.expose(), least, &customer.email));
        fields.valid()?;
        lanes.hash(move |bank| bank.change_password(&session, &current, &new)).await?;
        Ok(Done::Done)
    }

    /// List security events
    ///
    /// Sign-ins, failed PINs and changes, newest first.
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
        let mut fields = Fields::default();
        let before = cursor.0.and_then(|cursor| fields.cursor(cursor.parse::<u64>().ok()));
        fields.valid()?;
        let (customer, limit) = (caller.id(), usize::from(limit.0.unwrap_or(EVENTS)));
        let page = lanes.browse(move |bank| bank.security_events(customer, before, limit)).await?;
        let next_cursor = page.next.map(|place| place.to_string().into());
        Ok(Json(EventsBody { events: page.events.iter().map(EventBody::from).collect(), next_cursor }))
    }
}
