//! Merchants: whoever takes payments, and the keys by which they call.

use kit_core::Token;

use super::Bank;
use crate::command::Open;
use crate::error::Result;
use crate::model::Refusal;
use crate::model::{Account, Merchant, MerchantId, Owner};
use crate::rules::credentials;

/// A merchant that has just been created. The API key exists only here: the store keeps its hash.
pub struct NewMerchant {
    /// Who.
    pub merchant: Merchant,
    /// What it calls the API with.
    pub api_key: Token,
}

impl Bank {
    /// Creates a merchant with a settlement account and an API key, for the operator.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, `Busy`, or the store's failure.
    pub fn create_merchant(&self, name: &str) -> Result<NewMerchant> {
        let api_key = self.token();
        let merchant = self.create_merchant_with_key(name, &api_key)?;
        Ok(NewMerchant { merchant, api_key })
    }

    /// Creates a merchant with an API key that the caller has made, so that both sides of one process know it.
    ///
    /// # Errors
    /// As [`Bank::create_merchant`].
    pub fn create_merchant_with_key(&self, name: &str, api_key: &Token) -> Result<Merchant> {
        let name = credentials::name(name).map_err(|flaw| Refusal::field("name", flaw))?;
        let (id, now) = (MerchantId::from_uuid(self.uuid()), self.now());
        let settlement = self.draw_settlement_number();
        let account =
            Account::new(settlement, Owner::Merchant(id), self.inner.config.currency, "Settlement".into(), now);
        let merchant = Merchant { id, name, settlement, created_at: now };
        let with_key = Some((merchant.clone(), api_key.hash()));
        self.post_opening(Open { account, pin: None, customer: None, merchant: with_key, event: None })?;
        Ok(merchant)
    }

    /// The merchant that an API key belongs to.
    ///
    /// # Errors
    /// [`Refusal::UnknownApiKey`], or the store's failure.
    pub fn authenticate_merchant(&self, api_key: &Token) -> Result<Merchant> {
        let hash = api_key.hash();
        self.view(|tx| tx.merchant_by_key(hash)?.ok_or_else(|| Refusal::UnknownApiKey.into()))
    }

    /// Every merchant, oldest first, for the operator.
    ///
    /// # Errors
    /// The store's failure.
    pub fn merchants(&self) -> Result<Vec<Merchant>> {
        self.view(|tx| Ok(tx.all_merchants()?))
    }
}
