//! Rows as the bank makes them.

use std::sync::Arc;
use std::time::Duration;

use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, ManualClock, Money, Timestamp, Token};

use crate::error::Result;
use crate::model::{
    Account, CaptureMode, Customer, CustomerId, EventKind, KeyRecord, Merchant, MerchantId, Owner, PayeeId, Payment,
    PaymentId, PaymentState, Recorded, SavedPayee, Scope, SecurityEvent, Session, SessionId, SessionKind, StoredHash,
    StoredPin, Transfer, TransferId, TransferKind,
};
use crate::store::{ReadTx, Store, StoreExt, WriteTx};

pub(super) const START: Timestamp = Timestamp::from_micros(1_795_363_620_123_456);

/// Makes rows with ids of their own.
pub(super) struct Sample {
    env: Env,
}

/// One row of everything, each referring to the others as the bank's do.
pub(super) struct World {
    pub(super) customer: Customer,
    pub(super) account: Account,
    pub(super) settlement: Account,
    pub(super) merchant: Merchant,
}

pub(super) fn later(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

pub(super) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(super) fn number(payload: u64) -> AccountNumber {
    AccountNumber::from_payload(payload)
}

/// With braces, as keys once had: what is stored must read back, whether or not it would be taken today.
pub(super) fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::from_stored(&format!("{{{name:->8}}}")).expect("a sample's key is 8 to 64 visible characters")
}

impl Sample {
    pub(super) fn new() -> Self {
        Self { env: Env::with(Arc::new(ManualClock::at(START)), 5) }
    }

    pub(super) fn customer(&self, email: &str) -> Customer {
        Customer {
            id: CustomerId::from_uuid(self.env.uuid()),
            name: "Ünï \"quoted\" O'Neil".to_owned(),
            email: email.to_owned(),
            password: StoredHash("argon2id$of$password".to_owned()),
            language: Language::English,
            created_at: START,
        }
    }

    pub(super) fn account(&self, payload: u64, owner: Owner) -> Account {
        Account::new(number(payload), owner, Currency::EUR, "Current account".to_owned(), START)
    }

    pub(super) fn merchant(&self, settlement: AccountNumber) -> Merchant {
        let id = MerchantId::from_uuid(self.env.uuid());
        Merchant { id, name: "Shop & Söhne".to_owned(), settlement, created_at: START }
    }

    pub(super) fn world(&self) -> World {
        let customer = self.customer("ada@example.org");
        let account = self.account(1_000_000_001, Owner::Customer(customer.id));
        let mut merchant = self.merchant(number(100_000_001));
        let settlement = self.account(100_000_001, Owner::Merchant(merchant.id));
        merchant.settlement = settlement.number;
        World { customer, account, settlement, merchant }
    }

    pub(super) fn transfer(&self, seq: u64, debit: AccountNumber, credit: AccountNumber) -> Transfer {
        Transfer {
            seq,
            id: TransferId::from_uuid(self.env.uuid()),
            kind: TransferKind::Transfer,
            debit,
            credit,
            amount: eur(1_250),
            debit_balance: -1_250,
            credit_balance: 1_250,
            debit_previous: 0,
            credit_previous: 0,
            payment: None,
            reference: "Miete für März; 100 % 'bezahlt'".to_owned(),
            at: START,
        }
    }

    pub(super) fn payment_id(&self) -> PaymentId {
        PaymentId::from_uuid(self.env.uuid())
    }

    pub(super) fn payment(&self, w: &World, state: PaymentState) -> Payment {
        Payment {
            id: self.payment_id(),
            merchant: w.merchant.id,
            key: key("order"),
            payer: Some(w.account.number),
            amount: eur(9_900),
            captured: 0,
            refunded: 0,
            state,
            capture: CaptureMode::Manual,
            decline: None,
            reference: "Order 17".to_owned(),
            created_at: START,
            expires_at: Some(later(60)),
            rest_voided: false,
        }
    }

    pub(super) fn payee(&self, w: &World, payload: u64) -> SavedPayee {
        SavedPayee {
            id: PayeeId::from_uuid(self.env.uuid()),
            customer: w.customer.id,
            name: "Miete & Strom".to_owned(),
            number: number(payload),
            saved_at: START,
        }
    }

    pub(super) fn session(&self, w: &World, token: u8, seconds: u64) -> Session {
        Session {
            token: Token::from_bytes([token; 32]).hash(),
            id: SessionId::from_uuid(self.env.uuid()),
            customer: w.customer.id,
            kind: SessionKind::Browser,
            created_at: later(seconds),
            seen_at: later(seconds),
        }
    }
}

impl World {
    /// Customer, accounts and merchant: what all else refers to.
    pub(super) fn put(&self, tx: &mut dyn WriteTx) -> Result<()> {
        tx.put_customer(&self.customer)?;
        tx.put_accounts(&[&self.account, &self.settlement])?;
        Ok(tx.insert_merchant(&self.merchant)?)
    }

    pub(super) fn pin(&self) -> StoredPin {
        StoredPin { account: self.account.number, hash: StoredHash("argon2id$of$pin".to_owned()) }
    }

    pub(super) fn record(&self, name: &str, outcome: Recorded) -> KeyRecord {
        let facts = "operation=payment\namount=99.00".to_owned();
        KeyRecord { scope: Scope::from(self.merchant.id), key: key(name), facts, outcome }
    }

    pub(super) fn event(&self, kind: EventKind, seconds: u64) -> SecurityEvent {
        SecurityEvent {
            at: later(seconds),
            kind,
            customer: Some(self.customer.id),
            account: Some(self.account.number),
            merchant: Some(self.merchant.id),
        }
    }
}

/// Writes, and expects to be told that it is durable.
pub(super) fn write<T>(store: &dyn Store, work: impl FnMut(&mut dyn WriteTx) -> Result<T>) -> T {
    store.update(work).expect("the store takes the write")
}

/// Reads.
pub(super) fn read<T>(store: &dyn Store, work: impl FnMut(&dyn ReadTx) -> Result<T>) -> T {
    store.view(work).expect("the store answers")
}

/// Sorted by `name`: for look-ups that answer in any order.
pub(super) fn sorted<T, K: Ord>(mut rows: Vec<T>, name: impl Fn(&T) -> K) -> Vec<T> {
    rows.sort_by_key(name);
    rows
}
