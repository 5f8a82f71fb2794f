//! Accounts: opening, balances, PINs.

use bank_core::model::Flaw;
use bank_core::{AccountView, HoldView, HolderProof};
use kit_core::Pin;
use kit_web::replies::Created;
use kit_web::wire::{AccountDigits, Amount, CurrencyCode, Id, SentAccountDigits, Time};
use kit_web::{SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::auth::CustomerToken;
use super::fields::{Fields, path_account};
use super::replies::{Done, created};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// An account.
#[derive(Object)]
#[oai(rename = "Account")]
pub(super) struct AccountBody {
    /// Its number: ten digits and two check digits.
    number: AccountDigits,
    /// What its customer calls it.
    name: Text,
    /// The currency that it is kept in.
    currency: CurrencyCode,
    /// The posted balance: what came in less what left.
    posted: Amount,
    /// The sum of its holds.
    held: Amount,
    /// What can be spent: posted less held.
    available: Amount,
    /// Frozen by the operator: money may come in, not leave.
    frozen: bool,
    /// Closed: nothing moves.
    closed: bool,
    /// Blocked after wrong PINs, until a new PIN is set with the password.
    pin_blocked: bool,
    /// When it was opened.
    opened_at: Time,
}

impl From<&AccountView> for AccountBody {
    fn from(account: &AccountView) -> Self {
        Self {
            number: account.number.digits().into(),
            name: account.name.as_str().into(),
            currency: account.currency.code().into(),
            posted: account.balance.posted.decimal().into(),
            held: account.balance.held.decimal().into(),
            available: account.balance.available.decimal().into(),
            frozen: account.frozen,
            closed: account.closed,
            pin_blocked: account.pin_blocked,
            opened_at: account.opened_at.rfc3339().into(),
        }
    }
}

/// Money that a merchant holds.
#[derive(Object)]
#[oai(rename = "Hold")]
pub(super) struct HoldBody {
    /// The payment's id.
    payment_id: Id,
    /// The merchant's name.
    merchant: Text,
    /// How much is still held.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// What the merchant wrote.
    reference: Text,
    /// When it expires.
    expires_at: Time,
    /// How many seconds that is from now.
    seconds_left: u64,
}

impl From<&HoldView> for HoldBody {
    fn from(hold: &HoldView) -> Self {
        Self {
            payment_id: hold.payment.to_string().into(),
            merchant: hold.merchant.as_str().into(),
            amount: hold.amount.decimal().into(),
            currency: hold.amount.currency.code().into(),
            reference: hold.reference.as_str().into(),
            expires_at: hold.expires_at.rfc3339().into(),
            seconds_left: hold.left.as_secs(),
        }
    }
}

/// An account and its holds.
#[derive(Object)]
#[oai(rename = "AccountDetails")]
struct AccountDetailsBody {
    /// The account.
    account: AccountBody,
    /// Its holds; together they are its `held`.
    holds: Vec<HoldBody>,
}

/// A customer's accounts.
#[derive(Object)]
#[oai(rename = "AccountList")]
struct AccountsBody {
    /// Oldest first.
    accounts: Vec<AccountBody>,
}

/// A further account.
#[derive(Object)]
#[oai(rename = "NewAccount", deny_unknown_fields)]
struct NewAccountBody {
    /// What to call it: at most 40 characters.
    name: Text,
    /// The currency to keep it in, such as `USD`; the bank's main currency by default.
    currency: Option<CurrencyCode>,
    /// Its PIN: 6 to 12 digits, not a run, a repetition or a date.
    #[oai(write_only)]
    pin: SecretText,
}

/// A change of PIN. Send `current_pin`, or `password` if the PIN is forgotten or blocked. For 24 hours after a password
/// reset the password alone is refused as `pin-after-reset`.
#[derive(Object)]
#[oai(rename = "PinChange", deny_unknown_fields)]
struct PinChangeBody {
    /// The current PIN.
    #[oai(write_only)]
    current_pin: Option<SecretText>,
    /// The customer's password.
    #[oai(write_only)]
    password: Option<SecretText>,
    /// The new PIN: 6 to 12 digits, not a run, a repetition or a date.
    #[oai(write_only)]
    new_pin: SecretText,
}

/// Another name for an account.
#[derive(Object)]
#[oai(rename = "AccountChange", deny_unknown_fields)]
struct AccountChangeBody {
    /// What to call it: at most 40 characters.
    name: Text,
}

/// The closing of an account. Send its `pin`, or the customer's `password`.
#[derive(Object)]
#[oai(rename = "Closing", deny_unknown_fields)]
struct ClosingBody {
    /// The account's PIN.
    #[oai(write_only)]
    pin: Option<SecretText>,
    /// The customer's password.
    #[oai(write_only)]
    password: Option<SecretText>,
}

/// The one proof that was sent of the two that there are.
enum Proof {
    Pin(Pin),
    Password(kit_core::SecretText),
}

impl Proof {
    fn read(
        fields: &mut Fields,
        field: &'static str,
        pin: Option<&SecretText>,
        password: Option<&SecretText>,
    ) -> Option<Self> {
        match (pin, password) {
            (Some(pin), None) => fields.pin(field, pin).map(Self::Pin),
            (None, Some(password)) => Some(Self::Password(password.to_core())),
            _ => fields.take(field, Err(Flaw::EitherOr { one: field, other: "password" })),
        }
    }

    fn of_holder(&self) -> HolderProof<'_> {
        match self {
            Self::Pin(pin) => HolderProof::WithPin(pin),
            Self::Password(password) => HolderProof::WithPassword(password),
        }
    }
}

pub(crate) struct Accounts;

#[OpenApi(tag = "Tag::Accounts")]
impl Accounts {
    /// List accounts
    ///
    /// All of them, oldest first, closed ones among them.
    #[oai(path = "/accounts", method = "get", operation_id = "listAccounts")]
    async fn list(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Json<AccountsBody>, ApiError> {
        let customer = caller.id();
        let accounts = lanes.browse(move |bank| bank.accounts(customer)).await?;
        Ok(Json(AccountsBody { accounts: accounts.iter().map(AccountBody::from).collect() }))
    }

    /// Open a further account
    ///
    /// A customer may have 10 accounts that are not closed, unless the bank's operator decides otherwise.
    #[oai(path = "/accounts", method = "post", operation_id = "openAccount")]
    async fn open(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<NewAccountBody>,
    ) -> Result<Created<AccountBody>, ApiError> {
        let mut fields = Fields::default();
        let currency = match &body.currency {
            Some(code) => fields.take("currency", lanes.bank().currency(code)),
            None => Some(lanes.bank().config().currency),
        };
        fields.all(lanes.bank().check_new_account(&body.name, currency));
        let pin = fields.new_pin("pin", &body.pin);
        let (Some(currency), Some(pin)) = (currency, pin) else { return Err(fields.refusal()) };
        fields.valid()?;
        let (customer, name) = (caller.id(), body.0.name);
        let account = lanes
            .hash(move |bank| {
                let opened = bank.open_account(customer, &name, currency, &pin)?;
                bank.account(customer, opened.number)
            })
            .await?;
        Ok(created(Json((&account).into()), &format!("/accounts/{}", account.number.digits())))
    }

    /// Get an account
    ///
    /// Its balance and its holds, from one moment.
    #[oai(path = "/accounts/:number", method = "get", operation_id = "getAccount")]
    async fn get(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
    ) -> Result<Json<AccountDetailsBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let seen = lanes.browse(move |bank| bank.overview(customer, number, None, 0)).await?;
        let holds = seen.holds.iter().map(HoldBody::from).collect();
        Ok(Json(AccountDetailsBody { account: (&seen.account).into(), holds }))
    }

    /// Rename an account
    ///
    /// The name is the customer's own; nobody else sees it.
    #[oai(path = "/accounts/:number", method = "patch", operation_id = "renameAccount")]
    async fn rename(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        body: StrictJson<AccountChangeBody>,
    ) -> Result<Json<AccountBody>, ApiError> {
        let (customer, number, name) = (caller.id(), path_account(&number.0)?, body.0.name);
        let account = lanes.money(move |bank| bank.rename_account(customer, number, &name)).await?;
        Ok(Json((&account).into()))
    }

    /// Close an account
    ///
    /// An account can be closed only with a zero balance and no holds, and cannot be opened again. Its entries stay
    /// readable. Closing a closed account changes nothing and is not an error.
    #[oai(path = "/accounts/:number/close", method = "post", operation_id = "closeAccount")]
    async fn close(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        body: StrictJson<ClosingBody>,
    ) -> Result<Json<AccountBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let proof = Proof::read(&mut fields, "pin", body.pin.as_ref(), body.password.as_ref());
        let Some(proof) = proof else { return Err(fields.refusal()) };
        let account = lanes.hash(move |bank| bank.close_account(customer, number, &proof.of_holder())).await?;
        Ok(Json((&account).into()))
    }

    /// Change the PIN
    ///
    /// Asks for the current PIN, or for the password if the PIN is forgotten or blocked. Lifts a block and ends all
    /// other sessions.
    #[oai(path = "/accounts/:number/pin", method = "post", operation_id = "changePin")]
    async fn change_pin(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        body: StrictJson<PinChangeBody>,
    ) -> Result<Done, ApiError> {
        let number = path_account(&number.0)?;
        let session = caller.0.signed_in.session;
        let mut fields = Fields::default();
        let proof = Proof::read(&mut fields, "current_pin", body.current_pin.as_ref(), body.password.as_ref());
        let new = fields.new_pin("new_pin", &body.new_pin);
        let (Some(proof), Some(new)) = (proof, new) else { return Err(fields.refusal()) };
        lanes.hash(move |bank| bank.change_pin(&session, number, &proof.of_holder(), &new)).await?;
        Ok(Done::Done)
    }
}
