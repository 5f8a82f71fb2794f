//! Movements: deposits, withdrawals, transfers.

use bank_core::model::Flaw;
use bank_core::model::{CustomerId, PayeeId};
use bank_core::{Bank, PreviewPayee, Receipt, Refusal, TransferOrder, TransferPreview};
use kit_core::{AccountNumber, IdempotencyKey};
use kit_web::idempotency::Key;
use kit_web::replies::replay;
use kit_web::wire::{AccountDigits, Amount, CurrencyCode, Id, ProblemCode, SentAccountDigits, SentAmount, Time};
use kit_web::{Named, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::accounts::AccountBody;
use super::auth::CustomerToken;
use super::fields::{Fields, path_account};
use super::names::{PayeeKindNames, TransferKindNames};
use super::replies::{Posted, location};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A deposit of cash.
#[derive(Object)]
#[oai(rename = "NewDeposit", deny_unknown_fields)]
struct DepositBody {
    /// The amount.
    amount: SentAmount,
    /// The currency.
    currency: CurrencyCode,
}

/// A withdrawal of cash.
#[derive(Object)]
#[oai(rename = "NewWithdrawal", deny_unknown_fields)]
struct WithdrawalBody {
    /// The amount.
    amount: SentAmount,
    /// The currency.
    currency: CurrencyCode,
    /// The account's PIN.
    #[oai(write_only)]
    pin: SecretText,
}

/// A transfer.
#[derive(Object)]
#[oai(rename = "NewTransfer", deny_unknown_fields)]
struct TransferBody {
    /// The customer's account that the money leaves.
    from: SentAccountDigits,
    /// The account that it goes to, the customer's own or another's. Send this or `payee_id`.
    to: Option<SentAccountDigits>,
    /// The saved payee that it goes to. Send this or `to`.
    payee_id: Option<Id>,
    /// The amount.
    amount: SentAmount,
    /// The currency.
    currency: CurrencyCode,
    /// What both sides read on their statements: at most 140 characters.
    reference: Option<Text>,
    /// The PIN of the account that the money leaves; not needed between the customer's own accounts.
    #[oai(write_only)]
    pin: Option<SecretText>,
}

/// A transfer to preview.
#[derive(Object)]
#[oai(rename = "TransferDraft", deny_unknown_fields)]
struct DraftBody {
    /// The customer's account that the money leaves.
    from: SentAccountDigits,
    /// The account that it goes to, the customer's own or another's. Send this or `payee_id`.
    to: Option<SentAccountDigits>,
    /// The saved payee that it goes to. Send this or `to`.
    payee_id: Option<Id>,
    /// The amount.
    amount: SentAmount,
    /// The currency.
    currency: CurrencyCode,
    /// What both sides read on their statements: at most 140 characters.
    reference: Option<Text>,
}

/// A reason why a transfer would be refused.
#[derive(Object)]
#[oai(rename = "TransferObstacle")]
struct ObstacleBody {
    /// The code of the problem that the transfer would end with.
    code: ProblemCode,
    /// What it is and what to do.
    detail: Text,
}

/// What a transfer would do.
#[derive(Object)]
#[oai(rename = "TransferPreview", skip_serializing_if_is_none)]
struct PreviewBody {
    /// The account that the money leaves, as of this moment.
    from: AccountBody,
    /// The account number that it goes to.
    to: AccountDigits,
    /// Whom it goes to.
    payee_kind: Named<PayeeKindNames>,
    /// What the customer calls them: the name of the own account or of the saved payee; absent for any other account.
    payee_name: Option<Text>,
    /// The amount.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// What would be available afterwards; below zero if there is too little, absent if the account is kept in another
    /// currency.
    available_after: Option<Amount>,
    /// What both sides would read on their statements.
    reference: Text,
    /// Whether the transfer needs the PIN.
    pin_needed: bool,
    /// The known reasons against it, in the order in which they would be answered; empty if there are none.
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
            payee_kind: Named::of(kind),
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
    Payee(Option<PayeeId>),
}

impl Target {
    fn read(fields: &mut Fields, to: Option<&SentAccountDigits>, payee_id: Option<&Id>) -> Option<Self> {
        match (to, payee_id) {
            (Some(to), None) => fields.account("to", to).map(Self::Account),
            // What cannot be an id is no payee's; that is answered after the fields.
            (None, Some(id)) => Some(Self::Payee(PayeeId::parse(id))),
            _ => fields.take("to", Err(Flaw::EitherOr { one: "to", other: "payee_id" })),
        }
    }

    /// The account number; of a transfer under `key`, also after its payee was removed.
    fn number(
        &self,
        bank: &Bank,
        customer: CustomerId,
        key: Option<&IdempotencyKey>,
    ) -> bank_core::Result<AccountNumber> {
        match (self, key) {
            (Self::Account(number), _) => Ok(*number),
            (Self::Payee(None), _) => Err(Refusal::SavedPayeeNotFound.into()),
            (Self::Payee(Some(id)), Some(key)) => bank.payee_number(customer, *id, key),
            (Self::Payee(Some(id)), None) => Ok(bank.payee(customer, *id)?.number),
        }
    }
}

/// A receipt for money that moved.
#[derive(Object)]
#[oai(rename = "Receipt")]
struct ReceiptBody {
    /// The transfer's id, as on the statement.
    id: Id,
    /// What it was.
    kind: Named<TransferKindNames>,
    /// When it was posted.
    at: Time,
    /// The amount.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// The account's posted balance after it.
    balance_after: Amount,
    /// The reference.
    reference: Text,
}

impl From<&Receipt> for ReceiptBody {
    fn from(receipt: &Receipt) -> Self {
        let transfer = &receipt.transfer;
        Self {
            id: transfer.id.to_string().into(),
            kind: Named::of(transfer.kind),
            at: transfer.at.rfc3339().into(),
            amount: transfer.amount.decimal().into(),
            currency: transfer.amount.currency.code().into(),
            balance_after: receipt.balance_after.decimal().into(),
            reference: transfer.reference.as_str().into(),
        }
    }
}

/// What was posted, with the address of its entry in the customer's account.
fn posted(receipt: &Receipt, account: AccountNumber) -> Posted<ReceiptBody> {
    kit_core::fail_point!("bank-api.movement-decided");
    let address = location(&format!("/accounts/{}/entries/{}", account.digits(), receipt.transfer.id));
    Posted::Posted(Json(receipt.into()), address, replay(receipt.replayed))
}

pub(crate) struct Movements;

#[OpenApi(tag = "Tag::Movements")]
impl Movements {
    /// Deposit cash
    ///
    /// Deposits by customers are limited to 10,000 a day in the bank's main currency unless its operator decides
    /// otherwise. The operator may also reserve deposits.
    #[oai(path = "/accounts/:number/deposits", method = "post", operation_id = "deposit")]
    async fn deposit(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// A key of your choice: the deposit happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<DepositBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let Some(amount) = fields.money(lanes.bank(), &body.amount, &body.currency) else {
            return Err(fields.refusal());
        };
        let receipt = lanes.money(move |bank| bank.deposit(customer, &key.0, number, amount)).await?;
        Ok(posted(&receipt, number))
    }

    /// Withdraw cash
    ///
    /// Never more than is available. Needs the account's PIN.
    #[oai(path = "/accounts/:number/withdrawals", method = "post", operation_id = "withdraw")]
    async fn withdraw(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// A key of your choice: the withdrawal happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<WithdrawalBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let amount = fields.money(lanes.bank(), &body.amount, &body.currency);
        let pin = fields.pin("pin", &body.pin);
        let (Some(amount), Some(pin)) = (amount, pin) else { return Err(fields.refusal()) };
        let receipt = lanes.hash(move |bank| bank.withdraw(customer, &key.0, number, amount, &pin)).await?;
        Ok(posted(&receipt, number))
    }

    /// Transfer money
    ///
    /// Needs the PIN, except between the customer's own accounts.
    #[oai(path = "/transfers", method = "post", operation_id = "transfer")]
    async fn transfer(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// A key of your choice: the transfer happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<TransferBody>,
    ) -> Result<Posted<ReceiptBody>, ApiError> {
        let customer = caller.id();
        let mut fields = Fields::default();
        let from = fields.account("from", &body.from);
        let to = Target::read(&mut fields, body.to.as_ref(), body.payee_id.as_ref());
        let amount = fields.money(lanes.bank(), &body.amount, &body.currency);
        // Absent is fine; there and no PIN is not.
        let pin = match &body.pin {
            Some(pin) => fields.pin("pin", pin).map(Some),
            None => Some(None),
        };
        let reference = fields.reference(body.0.reference);
        let (Some(from), Some(to), Some(amount), Some(pin), Some(reference)) = (from, to, amount, pin, reference)
        else {
            return Err(fields.refusal());
        };
        let hashes = pin.is_some();
        let work = move |bank: &Bank| {
            let to = to.number(bank, customer, Some(&key.0))?;
            let order = TransferOrder { from, to, amount, reference: &reference, pin: pin.as_ref() };
            bank.transfer(customer, &key.0, &order)
        };
        let receipt = if hashes { lanes.hash(work).await? } else { lanes.money(work).await? };
        Ok(posted(&receipt, from))
    }

    /// Preview a transfer
    ///
    /// Moves nothing, uses no key and needs no PIN. The transfer itself is decided anew.
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
        let to = Target::read(&mut fields, body.to.as_ref(), body.payee_id.as_ref());
        let amount = fields.money(lanes.bank(), &body.amount, &body.currency);
        let reference = fields.reference(body.0.reference);
        let (Some(from), Some(to), Some(amount), Some(reference)) = (from, to, amount, reference) else {
            return Err(fields.refusal());
        };
        let look = move |bank: &Bank| {
            let to = to.number(bank, customer, None)?;
            bank.prepare_transfer(customer, &TransferOrder { from, to, amount, reference: &reference, pin: None })
        };
        Ok(Json((&lanes.browse(look).await?).into()))
    }
}
