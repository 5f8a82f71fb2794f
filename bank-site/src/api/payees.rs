//! Payees: account numbers under names that the customer gave them.

use bank_core::Refusal;
use bank_core::model::{PayeeId, SavedPayee};
use bank_core::rules::credentials;
use kit_web::replies::Created;
use kit_web::wire::{AccountDigits, Id, SentAccountDigits, Time};
use kit_web::{StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::auth::CustomerToken;
use super::fields::Fields;
use super::replies::{Done, created};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A payee to be saved.
#[derive(Object)]
#[oai(rename = "NewPayee", deny_unknown_fields)]
struct NewPayeeBody {
    /// What to call them: at most 40 characters.
    name: Text,
    /// Their account number. Saving does not tell whether there is such an account.
    account_number: SentAccountDigits,
}

/// Another name for a payee.
#[derive(Object)]
#[oai(rename = "PayeeChange", deny_unknown_fields)]
struct PayeeChangeBody {
    /// What to call them: at most 40 characters.
    name: Text,
}

/// A payee.
#[derive(Object)]
#[oai(rename = "Payee")]
pub(super) struct PayeeBody {
    /// The payee's id.
    id: Id,
    /// What the customer calls them.
    name: Text,
    /// Their account number.
    account_number: AccountDigits,
    /// When they were saved.
    saved_at: Time,
}

impl From<&SavedPayee> for PayeeBody {
    fn from(payee: &SavedPayee) -> Self {
        Self {
            id: payee.id.to_string().into(),
            name: payee.name.as_str().into(),
            account_number: payee.number.digits().into(),
            saved_at: payee.saved_at.rfc3339().into(),
        }
    }
}

/// A customer's payees.
#[derive(Object)]
#[oai(rename = "PayeeList")]
struct PayeesBody {
    /// By name; at most 100.
    payees: Vec<PayeeBody>,
}

/// A payee's id as it was sent.
pub(super) fn payee_id(text: &str) -> Result<PayeeId, ApiError> {
    PayeeId::parse(text).ok_or_else(|| Refusal::SavedPayeeNotFound.into())
}

pub(crate) struct Payees;

#[OpenApi(tag = "Tag::Payees")]
impl Payees {
    /// List payees
    ///
    /// All that the customer has saved, by name; at most 100.
    #[oai(path = "/payees", method = "get", operation_id = "listPayees")]
    async fn list(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Json<PayeesBody>, ApiError> {
        let customer = caller.id();
        let payees = lanes.browse(move |bank| bank.payees(customer)).await?;
        Ok(Json(PayeesBody { payees: payees.iter().map(PayeeBody::from).collect() }))
    }

    /// Save a payee
    ///
    /// Each account number once, and none of the customer's own accounts.
    #[oai(path = "/payees", method = "post", operation_id = "savePayee")]
    async fn save(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        body: StrictJson<NewPayeeBody>,
    ) -> Result<Created<PayeeBody>, ApiError> {
        let mut fields = Fields::default();
        fields.take("name", credentials::short_name(&body.name));
        let number = fields.account("account_number", &body.account_number);
        let Some(number) = number else { return Err(fields.refusal()) };
        fields.valid()?;
        let (customer, name) = (caller.id(), body.0.name);
        let payee = lanes.money(move |bank| bank.save_payee(customer, &name, number)).await?;
        Ok(created(Json((&payee).into()), &format!("/payees/{}", payee.id)))
    }

    /// Get a payee
    ///
    /// The customer's own name for them, and their account number.
    #[oai(path = "/payees/:id", method = "get", operation_id = "getPayee")]
    async fn get(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The payee's id.
        id: Path<Id>,
    ) -> Result<Json<PayeeBody>, ApiError> {
        let (customer, id) = (caller.id(), payee_id(&id.0)?);
        let payee = lanes.browse(move |bank| bank.payee(customer, id)).await?;
        Ok(Json((&payee).into()))
    }

    /// Rename a payee
    ///
    /// The account number stays: another number is another payee.
    #[oai(path = "/payees/:id", method = "patch", operation_id = "renamePayee")]
    async fn rename(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The payee's id.
        id: Path<Id>,
        body: StrictJson<PayeeChangeBody>,
    ) -> Result<Json<PayeeBody>, ApiError> {
        let (customer, id, name) = (caller.id(), payee_id(&id.0)?, body.0.name);
        let payee = lanes.money(move |bank| bank.rename_payee(customer, id, &name)).await?;
        Ok(Json((&payee).into()))
    }

    /// Remove a payee
    ///
    /// Transfers to them stay as they are.
    #[oai(path = "/payees/:id", method = "delete", operation_id = "removePayee")]
    async fn remove(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The payee's id.
        id: Path<Id>,
    ) -> Result<Done, ApiError> {
        let (customer, id) = (caller.id(), payee_id(&id.0)?);
        lanes.money(move |bank| bank.remove_payee(customer, id)).await?;
        Ok(Done::Done)
    }
}
