//! Movements: deposits, withdrawals, transfers.

use bank_core::error::Flaw;
use bank_core::model::{CustomerId, PayeeId};
use bank_core::{Bank, PreviewPayee, Receipt, Refusal, TransferOrder, TransferPreview};
use kit_core::AccountNumber;
use kit_web::idempotency::Key;
use kit_web::{SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::accounts::AccountBody;
use super::auth::CustomerToken;
use super::fields::{Fields, path_account};
use super::replies::{Posted, replay};
use super::{Tag, payees};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Cash in.
#[derive(Object)]
#[oai(rename = "NewDeposit", deny_unknown_fields)]
struct DepositBody {
    /// How much, such as `250.00`.
    amount: Text,
    /// The currency, such as `EUR`.
    currency: Text,
}

/// Cash out.
#[derive(Object)]
#[oai(rename = "NewWithdrawal", deny_unknown_fields)]
struct WithdrawalBody {
    /// How much, such as `20.00`.
    amount: Text,
    /// The currency, such as `EUR`.
    currency: Text,
    /// The account's PIN.
    #[oai(write_only)]
    pin: SecretText,
}

/// Money from one account to another.
#[derive(Object)]
#[oai(rename = "NewTransfer", deny_unknown_fields)]
struct TransferBody {
    /// From which of the customer's accounts.
    from: Text,
    /// To which account, the customer's or another's. Send this or `payee_id`.
    to: Option<Text>,
    /// To which payee that the customer saved. Send this or `to`.
    payee_id: Option<Text>,
    /// How much, such as `20.00`.
    amount: Text,
    /// The currency, such as `EUR`.
    currency: Text,
    /// What both read on their statements: at most 140 characters.
    reference: Option<Text>,
    /// The PIN of the account that it leaves; not asked between the customer's own accounts.
    #[oai(write_only)]
    pin: Option<SecretText>,
}

/// Money that may go from one account to another.
#[derive(Object)]
#[oai(rename = "TransferDraft", deny_unknown_fields)]
struct DraftBody {
    /// From which of the customer's accounts.
    from: Text,
    /// To which account, the customer's or another's. Send this or `payee_id`.
    to: Option<Text>,
    /// To which payee that the customer saved. Send this or `to`.
    payee_id: Option<Text>,
    /// How much, such as `20.00`.
    amount: Text,
    /// The currency, such as `EUR`.
    currency: Text,
    /// What both read on their statements: at most 140 characters.
    reference: Option<Text>,
}

/// Something that speaks against a transfer.
#[derive(Object)]
#[oai(rename = "TransferObstacle")]
struct ObstacleBody {
    /// The code of the problem that the transfer would end with.
    code: Text,
    /// What it is and what to do.
    detail: Text,
}

/// What a transfer would do.
#[derive(Object)]
#[oai(rename = "TransferPreview")]
struct PreviewBody {
    /// The account that it leaves, as of this moment.
    from: AccountBody,
    /// The number that it goes to.
    to: Text,
    /// To whom: `own-account`, `saved-payee` or `account-number`.
    payee_kind: Text,
    /// What the customer calls them: the own account's or the saved payee's name. Nobody else's name is told.
    payee_name: Option<Text>,
    /// How much would move.
    amount: Text,
    /// The currency.
    currency: Text,
    /// What would be available afterwards; below zero where there is not enough, null where the account is kept in
    /// another currency.
    available_after: Option<Text>,
    /// What both would read on their statements.
    reference: Text,
    /// Whether the transfer asks for the PIN.
    pin_needed: bool,
    /// What is known to speak against it, in the order in which it would be refused; empty where nothing is.
    obstacles: Vec<ObstacleBody>,
}

impl From<&TransferPreview> for PreviewBody {
    fn from(preview: &TransferPreview) -> Self {
        let (kind, name) = match &preview.payee {
            PreviewPayee::Own(name) => ("own-account", Some(name.as_str())),
            PreviewPayee::Saved(payee) => ("saved-payee", Some(payee.name.as_str())),
            PreviewPayee::Number => ("account-number", None),
        };
        let obstacle =
            |refusal: &Refusal| ObstacleBody { code: refusal.code().into(), detail: refusal.to_string().into() };
        Self {
            from: (&preview.from).into(),
            to: preview.to.digits().into(),
            payee_kind: kind.into(),
            payee_name: name.map(Text::from),
            amount: preview.amount.decimal().into(),
            currency: preview.amount.currency.code().into(),
            available_after: preview.available_after.map(|money| money.decimal().into()),
            reference: preview.reference.as_str().into(),
            pin_needed: preview.pin_needed,
            obstacles: preview.refusals.iter().map(obstacle).collect(),
        }
    }
}

/// Where a transfer goes, as it was sent.
enum Target {
    Account(AccountNumber),
    Payee(PayeeId),
}

impl Target {
    fn read(fields: &mut Fields, to: Option<&Text>, payee_id: Option<&Text>) -> Result<Option<Self>, ApiError> {
        Ok(match (to, payee_id) {
            (Some(to), None) => fields.account("to", to).map(Self::Account),
            (None, Some(id)) => Some(Self::Payee(payees::payee_id(id)?)),
            _ => fields.take("to", Err(Flaw::EitherOr { one: "to", other: "payee_id" })),
        })
    }

    fn number(&self, bank: &Bank, customer: CustomerId) -> bank_core::Result<AccountNumber> {
        match self {
            Self::Account(number) => Ok(*number),
            Self::Payee(id) => Ok(bank.payee(customer, *id)?.number),
        }
    }
}

/// That money moved.
#[derive(Object)]
#[oai(rename = "Receipt")]
struct ReceiptBody {
    /// The transfer's id, as on the statement.
    id: Text,
    /// What it was: `deposit`, `withdrawal` or `transfer`.
    kind: Text,
    /// When it was posted.
    at: Text,
    /// How much.
    amount: Text,
    /// The currency.
    currency: Text,
    /// The account's posted balance after it.
    balance_after: Text,
    /// What it says.
    reference: Text,
}

impl From<&Receipt> for ReceiptBody {
    fn from(receipt: &Receipt) -> Self {
        let transfer = &receipt.transfer;
        Self {
            id: transfer.id.to_string().into(),
            kind: transfer.kind.name().into(),
            at: transfer.at.rfc3339().into(),
            amount: transfer.amount.decimal().into(),
            currency: transfer.amount.currency.code().into(),
            balance_after: receipt.balance_after.decimal().into(),
            reference: transfer.reference.as_str().into(),
        }
    }
}

fn posted(receipt: &Receipt) -> Posted<ReceiptBody> {
    kit_core::fail_point!("bank-api.movement-decided");
    Posted::Posted(Json(receipt.into()), replay(receipt.replayed))
}

pub(crate) struct Movements;

#[OpenApi(tag = "Tag::Movements")]
impl Movements {
    /// Deposit cash
    ///
    /// The bank's operator may have limited deposits a day, or keep them to themselves.
    #[oai(path = "/accounts/:number/deposits", method = "post", operation_id = "deposit")]
    async fn deposit(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// A name of your own for this deposit: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<DepositBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let Some(amount) = fields.money(&body.amount, &body.currency) else { return Err(fields.refusal()) };
        let receipt = lanes.money(move |bank| bank.deposit(customer, &key.0, number, amount)).await?;
        Ok(posted(&receipt))
    }

    /// Withdraw cash
    ///
    /// Never more than is available. Asks for the account's PIN.
    #[oai(path = "/accounts/:number/withdrawals", method = "post", operation_id = "withdraw")]
    async fn withdraw(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// A name of your own for this withdrawal: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<WithdrawalBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let amount = fields.money(&body.amount, &body.currency);
        let pin = fields.pin("pin", &body.pin);
        let (Some(amount), Some(pin)) = (amount, pin) else { return Err(fields.refusal()) };
        let receipt = lanes.hash(move |bank| bank.withdraw(customer, &key.0, number, amount, &pin)).await?;
        Ok(posted(&receipt))
    }

    /// Transfer money
    ///
    /// To another customer's account it asks for the PIN; between the customer's own accounts it does not.
    #[oai(path = "/transfers", method = "post", operation_id = "transfer")]
    async fn transfer(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// A name of your own for this transfer: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<TransferBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let customer = caller.id();
        let mut fields = Fields::default();
        let from = fields.account("from", &body.from);
        let to = Target::read(&mut fields, body.to.as_ref(), body.payee_id.as_ref())?;
        let amount = fields.money(&body.amount, &body.currency);
        // Absent is fine; there and no PIN is not.
        let pin = match &body.pin {
            Some(pin) => fields.pin("pin", pin).map(Some),
            None => Some(None),
        };
        let (Some(from), Some(to), Some(amount), Some(pin)) = (from, to, amount, pin) else {
            return Err(fields.refusal());
        };
        let reference = body.0.reference.unwrap_or_default();
        let hashes = pin.is_some();
        let work = move |bank: &Bank| {
            let to = to.number(bank, customer)?;
            let order = TransferOrder { from, to, amount, reference: &reference, pin: pin.as_ref() };
            bank.transfer(customer, &key.0, &order)
        };
        let receipt = if hashes { lanes.hash(work).await? } else { lanes.money(work).await? };
        Ok(posted(&receipt))
    }

    /// Look at a transfer before making it
    ///
    /// Nothing moves, no key is used and no PIN is asked for. The transfer itself is judged anew.
    #[oai(path = "/transfers/preview", method = "post", operation_id = "previewTransfer")]
    async fn preview(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<DraftBody>,
    ) -> Result<Json<PreviewBody>, ApiError> {
        let customer = caller.id();
        let mut fields = Fields::default();
        let from = fields.account("from", &body.from);
        let to = Target::read(&mut fields, body.to.as_ref(), body.payee_id.as_ref())?;
        let amount = fields.money(&body.amount, &body.currency);
        let (Some(from), Some(to), Some(amount)) = (from, to, amount) else { return Err(fields.refusal()) };
        let reference = body.0.reference.unwrap_or_default();
        let look = move |bank: &Bank| {
            let to = to.number(bank, customer)?;
            bank.prepare_transfer(customer, &TransferOrder { from, to, amount, reference: &reference, pin: None })
        };
        Ok(Json((&lanes.browse(look).await?).into()))
    }
}
