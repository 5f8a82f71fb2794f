//! The PIN check, the only maker of a [`PinProof`].
//!
//! Order: the caller's limit → the account's turn → count the try as failed, durably → hash → on success take the count
//! back. So parallel guesses gain nothing and overload costs nothing; a try that a crash left without a verdict is
//! interrupted, not failed, see [`ladder`]. An account that does not exist is treated like one that does, with a shadow
//! counter and a decoy hash.

use kit_core::{AccountNumber, Money, Pin, Timestamp, Uuid};

use super::Bank;
use crate::command::{Consent, Payee, PinProof};
use crate::error::Result;
use crate::hashing::Verdict;
use crate::model::Refusal;
use crate::model::{
    Bucket, CustomerId, EventKind, MailId, MerchantId, Notice, SecurityEvent, StoredHash, StoredPin, Tries,
};
use crate::rules::ladder::{self, Begin};
use crate::store::outbox::tell;
use crate::store::{ReadTx, StoreExt, Stored, WriteTx};

/// How many shadow counters there are for accounts that do not exist.
const SHADOW_SLOTS: u16 = 4_096;

/// What the PIN check says.
pub(super) enum PinVerdict {
    /// It is the account's PIN, in this version.
    Right {
        /// The PIN's version.
        version: u32,
    },
    /// It is not, or the ladder does not let it be tried.
    Denied(Refusal),
}

/// A try that has been counted and is now to be hashed.
struct Begun {
    at: Timestamp,
    bucket: Bucket,
    account: Option<Known>,
    tries_left: u32,
    blocks: bool,
}

struct Known {
    customer: Option<CustomerId>,
    version: u32,
    hash: StoredHash,
}

enum Step {
    Hash(Begun),
    Denied(Refusal),
    Wait(Refusal),
}

impl Bank {
    /// Asks for the PIN on behalf of one movement.
    pub(super) fn consent_by_pin(
        &self,
        number: AccountNumber,
        merchant: Option<MerchantId>,
        pin: &Pin,
        payee: Payee,
        amount: Money,
    ) -> Result<Consent> {
        Ok(match self.try_pin(number, merchant, pin)? {
            PinVerdict::Right { version } => Consent::Pin(PinProof::made_by_pin_check(number, version, payee, amount)),
            PinVerdict::Denied(refusal) => Consent::Denied(refusal),
        })
    }

    /// Tries a PIN.
    ///
    /// # Errors
    /// [`Refusal::PinThrottled`] (which is not an outcome and costs no try), `Busy`, or the store's failure.
    pub(super) fn try_pin(&self, number: AccountNumber, merchant: Option<MerchantId>, pin: &Pin) -> Result<PinVerdict> {
        let _place = self.inner.hashing.enter_for(merchant)?;
        let _turn = self.inner.turns.take(number);
        let (now, slot) = (self.now(), self.shadow_slot(number));
        let begun = match self.inner.store.update(|tx| begin(tx, number, slot, merchant, self.inner.boot, now))? {
            Step::Hash(begun) => begun,
            Step::Denied(refusal) => return Ok(PinVerdict::Denied(refusal)),
            Step::Wait(refusal) => return Err(refusal.into()),
        };
        kit_core::fail_point!("pin.try-committed");
        let owner = pin_owner(number);
        let stored = begun.account.as_ref().map_or(&self.inner.decoy, |known| &known.hash);
        let verdict = self.inner.hasher.verify(pin.expose(), &owner, stored);
        let renewed = (verdict == Verdict::RightButOutdated)
            .then(|| self.inner.hasher.hash(pin.expose(), &owner, self.inner.env.random()));
        kit_core::fail_point!("pin.hashed");
        match (&begun.account, verdict) {
            (Some(known), Verdict::Right | Verdict::RightButOutdated) => {
                self.inner.store.update(|tx| succeed(tx, number, merchant, &begun, renewed.as_ref()))?;
                Ok(PinVerdict::Right { version: known.version })
            }
            _ => {
                let mail = self.mail_id();
                self.inner.store.update(|tx| note_failure(tx, number, merchant, &begun, mail))?;
                let tries_left = begun.tries_left;
                Ok(PinVerdict::Denied(Refusal::IncorrectPin { tries_left }))
            }
        }
    }

    /// The counter of an account that does not exist: by a keyed hash, so that nobody can tell which share one.
    fn shadow_slot(&self, number: AccountNumber) -> u16 {
        let hash = self.inner.hasher.pepper().mac("shadow slot", number.digits().as_bytes());
        u16::from_le_bytes([hash[0], hash[1]]) % SHADOW_SLOTS
    }
}

/// What already speaks against trying an account's PIN on the bank's own pages; nothing is counted.
pub(super) fn pin_standing(
    tx: &dyn ReadTx,
    number: AccountNumber,
    boot: Uuid,
    now: Timestamp,
) -> Stored<Option<Refusal>> {
    let of_bucket = tx.tries(Bucket::Strangers(number))?.unwrap_or_default();
    let of_account = tx.tries(Bucket::Account(number))?.unwrap_or_default();
    Ok(match ladder::begin_pin(&of_bucket, &of_account, boot, now) {
        Begin::Blocked => Some(Refusal::PinBlocked),
        Begin::Wait(retry_after) => Some(Refusal::PinThrottled { retry_after }),
        Begin::Try { .. } => None,
    })
}

/// What a PIN's hash is bound to.
pub(super) fn pin_owner(number: AccountNumber) -> [u8; 8] {
    number.value().to_le_bytes()
}

fn begin(
    tx: &mut dyn WriteTx,
    number: AccountNumber,
    shadow: u16,
    merchant: Option<MerchantId>,
    boot: Uuid,
    now: Timestamp,
) -> Result<Step> {
    if let Some(merchant) = merchant
        && tx.failing_accounts(merchant, now.minus(ladder::MERCHANT_WINDOW))? >= ladder::MERCHANT_ACCOUNTS
    {
        return Ok(Step::Denied(Refusal::UseHostedApproval));
    }
    let account = match (tx.account(number)?, tx.pin(number)?) {
        (Some(account), Some(pin)) => {
            Some(Known { customer: account.customer(), version: account.pin_version, hash: pin.hash })
        }
        _ => None,
    };
    let (bucket, overall) = match (&account, merchant) {
        (None, _) => (Bucket::Shadow(shadow), None),
        (Some(_), Some(merchant)) if tx.has_paid(number, merchant)? => {
            (Bucket::AtMerchant(number, merchant), Some(Bucket::Account(number)))
        }
        (Some(_), _) => (Bucket::Strangers(number), Some(Bucket::Account(number))),
    };
    let of_bucket = tx.tries(bucket)?.unwrap_or_default();
    let of_account = overall.map(|b| tx.tries(b)).transpose()?.flatten().unwrap_or_default();
    match ladder::begin_pin(&of_bucket, &of_account, boot, now) {
        Begin::Blocked => Ok(Step::Denied(Refusal::PinBlocked)),
        Begin::Wait(retry_after) => Ok(Step::Wait(Refusal::PinThrottled { retry_after })),
        Begin::Try { bucket: counted, account: counted_overall } => {
            tx.put_tries(bucket, &counted)?;
            if let Some(overall) = overall {
                tx.put_tries(overall, &counted_overall)?;
            }
            let blocks = counted.blocked || counted_overall.blocked;
            Ok(Step::Hash(Begun { at: now, bucket, account, tries_left: ladder::tries_left(&counted), blocks }))
        }
    }
}

/// Under what a merchant's failing accounts are counted: each account once, unknown ones by their slot.
fn failing_as(number: AccountNumber, bucket: Bucket) -> Bucket {
    match bucket {
        Bucket::Shadow(_) => bucket,
        _ => Bucket::Account(number),
    }
}

fn succeed(
    tx: &mut dyn WriteTx,
    number: AccountNumber,
    merchant: Option<MerchantId>,
    begun: &Begun,
    renewed: Option<&StoredHash>,
) -> Result<()> {
    tx.clear_tries(begun.bucket)?;
    let overall = Bucket::Account(number);
    let tries: Tries = tx.tries(overall)?.unwrap_or_default();
    tx.put_tries(overall, &ladder::forgive(&tries, begun.at))?;
    if let Some(merchant) = merchant {
        tx.forgive_failing(merchant, failing_as(number, begun.bucket))?;
    }
    // Changed since it was looked up: the new PIN stays.
    let unchanged = tx.pin(number)?.map(|pin| pin.hash) == begun.account.as_ref().map(|known| known.hash.clone());
    if let (Some(hash), true) = (renewed, unchanged) {
        tx.put_pin(&StoredPin { account: number, hash: hash.clone() })?;
    }
    Ok(())
}

fn note_failure(
    tx: &mut dyn WriteTx,
    number: AccountNumber,
    merchant: Option<MerchantId>,
    begun: &Begun,
    mail: MailId,
) -> Result<()> {
    let overall = begun.account.as_ref().map(|_| Bucket::Account(number));
    for bucket in [Some(begun.bucket), overall].into_iter().flatten() {
        // Cleared meanwhile, by a new PIN: then there is nothing to confirm.
        if let Some(counter) = tx.tries(bucket)? {
            tx.put_tries(bucket, &ladder::confirm(&counter, begun.at))?;
        }
    }
    let customer = begun.account.as_ref().and_then(|known| known.customer);
    // An unknown account's number is not noted: it may be a mistyped secret of someone's.
    let account = begun.account.as_ref().map(|_| number);
    let event = |kind| SecurityEvent { at: begun.at, kind, customer, account, merchant };
    if let Some(merchant) = merchant {
        // Noted once it has failed, not before: a busy merchant's right PINs are no spraying. Those under way meanwhile
        // are bounded by the waiting room.
        let forget_before = begun.at.minus(ladder::MERCHANT_WINDOW);
        tx.note_failing(merchant, failing_as(number, begun.bucket), begun.at, forget_before)?;
    }
    tx.insert_event(&event(EventKind::PinFailed))?;
    if begun.blocks {
        tx.insert_event(&event(EventKind::PinBlocked))?;
        if let Some(customer) = customer {
            tell(tx, mail, begun.at, customer, Notice::PinBlocked(number))?;
        }
    }
    Ok(())
}
