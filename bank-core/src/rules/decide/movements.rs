//! Deposits, withdrawals and transfers between accounts.

use kit_core::{AccountNumber, Money};

use super::{Decision, Facts, Policy, kept_reference, keyed, plain, positive};
use crate::command::{Consent, Deposit, DepositBy, Done, Move, Outcome, Payee, Withdraw};
use crate::model::Refusal;
use crate::model::cash_account;
use crate::model::{Account, CustomerId, Recorded, Scope, TransferKind};
use crate::rules::ladder;
use crate::rules::staged::{Movement, Staged};

/// Cash in: the bank's cash account pays, the customer's receives.
pub(super) fn deposit(staged: &mut Staged, policy: &Policy, deposit: &Deposit) -> Outcome {
    let Deposit { id, by, key, account, amount } = deposit;
    if let Err(refusal) = positive(*amount) {
        return plain(Err(refusal));
    }
    if matches!(by, DepositBy::Customer(_)) && !policy.self_service_deposits {
        return plain(Err(Refusal::DepositsByOperatorOnly));
    }
    let scope = match by {
        DepositBy::Customer(customer) => Scope::from(*customer),
        DepositBy::Operator => Scope::OPERATOR,
    };
    let facts = deposit_facts(*account, *amount);
    keyed(staged, scope, key, &facts, |staged| {
        let receiver = match by {
            DepositBy::Customer(customer) => own_account(staged, *customer, *account),
            DepositBy::Operator => {
                staged.account(*account).filter(|a| a.no_overdraft()).ok_or(Refusal::AccountNotFound)
            }
        };
        let receiver = receiver.map_err(refused)?;
        receives(receiver, *amount).map_err(refused)?;
        let today = staged.today.number();
        let mut deposited = if receiver.deposit_day == today { receiver.deposited_that_day } else { 0 };
        if let DepositBy::Customer(_) = by {
            deposited = deposited.checked_add(amount.minor).ok_or(refused(Refusal::AmountTooLarge))?;
            if let Some(limit) = policy.daily_deposit(amount.currency)
                && deposited > limit.minor
            {
                let left = Money::new((limit.minor - (deposited - amount.minor)).max(0), amount.currency);
                return Err(refused(Refusal::DailyDepositLimit { left }));
            }
        }
        let posted = post(
            staged,
            Movement {
                id: *id,
                kind: TransferKind::Deposit,
                debit: cash_account(amount.currency),
                credit: *account,
                amount: *amount,
                payment: None,
                reference: String::new(),
            },
        )?;
        let mut receiver = staged.account(*account).expect("it has just been credited").clone();
        receiver.deposit_day = today;
        receiver.deposited_that_day = deposited;
        staged.put_account(receiver);
        Ok(posted)
    })
}

/// Cash out.
pub(super) fn withdraw(staged: &mut Staged, withdraw: &Withdraw) -> Outcome {
    let Withdraw { id, customer, key, account, amount, consent } = withdraw;
    if let Err(refusal) = positive(*amount) {
        return plain(Err(refusal));
    }
    let facts = withdraw_facts(*account, *amount);
    keyed(staged, (*customer).into(), key, &facts, |staged| {
        let payer = own_account(staged, *customer, *account).map_err(refused)?;
        agreed(payer, consent, Payee::Cash, *amount).map_err(refused)?;
        may_leave(payer).map_err(refused)?;
        // Judged before posting: the bank keeps cash of its own currency only.
        same_currency(payer, *amount).map_err(refused)?;
        post(
            staged,
            Movement {
                id: *id,
                kind: TransferKind::Withdrawal,
                debit: *account,
                credit: cash_account(amount.currency),
                amount: *amount,
                payment: None,
                reference: String::new(),
            },
        )
    })
}

/// From one customer's account to another, own or not.
pub(super) fn transfer(staged: &mut Staged, transfer: &Move) -> Outcome {
    let Move { id, customer, key, from, to, amount, reference, consent } = transfer;
    if let Err(refusal) = transfer_shape(*from, *to, *amount, reference) {
        return plain(Err(refusal));
    }
    let facts = transfer_facts(*from, *to, *amount, reference);
    keyed(staged, (*customer).into(), key, &facts, |staged| {
        let payer = own_account(staged, *customer, *from).map_err(refused)?;
        let payee = staged.account(*to).filter(|a| a.customer().is_some()).ok_or(refused(Refusal::PayeeNotFound))?;
        if payee.owner != payer.owner || !matches!(consent, Consent::Session) {
            agreed(payer, consent, Payee::Account(*to), *amount).map_err(refused)?;
        }
        may_leave(payer).map_err(refused)?;
        receives(payee, *amount).map_err(refused)?;
        post(
            staged,
            Movement {
                id: *id,
                kind: TransferKind::Transfer,
                debit: *from,
                credit: *to,
                amount: *amount,
                payment: None,
                reference: reference.clone(),
            },
        )
    })
}

/// What a transfer looks like, whatever the accounts are, and its reference as it is kept. The use case asks as well,
/// before anything costs a PIN try.
pub(crate) fn transfer_shape(
    from: AccountNumber,
    to: AccountNumber,
    amount: Money,
    reference: &str,
) -> Result<String, Refusal> {
    positive(amount)?;
    let reference = kept_reference(reference)?;
    if from == to { Err(Refusal::SameAccount) } else { Ok(reference) }
}

/// The facts of a deposit.
pub(crate) fn deposit_facts(account: AccountNumber, amount: Money) -> Facts {
    Facts::of("deposit").with("account_number", account.digits()).money(amount)
}

/// The facts of a withdrawal.
pub(crate) fn withdraw_facts(account: AccountNumber, amount: Money) -> Facts {
    Facts::of("withdraw").with("account_number", account.digits()).money(amount)
}

/// The facts of a transfer.
pub(crate) fn transfer_facts(from: AccountNumber, to: AccountNumber, amount: Money, reference: &str) -> Facts {
    Facts::of("transfer").with("from", from.digits()).with("to", to.digits()).money(amount).with("reference", reference)
}

/// Where the transfer went that these recorded facts are of; `None` where they are of something else.
pub(crate) fn recorded_payee(facts: &str) -> Option<AccountNumber> {
    let mut lines = facts.lines();
    let to =
        (lines.next() == Some("operation=transfer")).then(|| lines.find_map(|line| line.strip_prefix("to=")))??;
    AccountNumber::parse(to).ok()
}

/// Everything that is known to speak against a transfer before it is posted, in the order in which posting refuses it.
///
/// Of somebody else's account it tells only whether there is one, as a transfer does before it asks for a PIN: not whether
/// it is closed, nor what it is kept in. `available` is the payer's as of now; `pin` is what already speaks against
/// asking for its PIN.
pub(crate) fn against_transfer(
    payer: &Account,
    available: i64,
    payee: Option<&Account>,
    amount: Money,
    pin: Option<Refusal>,
) -> Vec<Refusal> {
    let own = payee.filter(|payee| payee.owner == payer.owner);
    let mut known = Vec::new();
    match payee.filter(|payee| payee.customer().is_some()) {
        None => known.push(Refusal::PayeeNotFound),
        Some(_) if own.is_none() => known.extend(pin),
        Some(_) => {}
    }
    known.extend(may_leave(payer).err());
    let currency = same_currency(payer, amount).err();
    match own.and_then(|own| receives(own, amount).err()) {
        // Both are kept in another currency than the amount's: said once.
        Some(refusal) if Some(&refusal) == currency.as_ref() => {}
        refusal => known.extend(refusal),
    }
    let short = amount.minor.saturating_sub(available);
    if currency.is_none() && short > 0 {
        known.push(Refusal::InsufficientFunds { shortfall: Money::new(short, amount.currency) });
    }
    known.extend(currency);
    known
}

fn refused(refusal: Refusal) -> (Refusal, Option<crate::model::PaymentId>) {
    (refusal, None)
}

fn post(staged: &mut Staged, movement: Movement) -> Decision {
    let transfer = staged.post(movement).map_err(refused)?;
    let recorded = Recorded::Transfer { seq: transfer.seq };
    Ok((Done::Posted(transfer), recorded))
}

/// The customer's own account: another customer's is as unknown as one that does not exist.
pub(super) fn own_account(staged: &Staged, customer: CustomerId, number: AccountNumber) -> Result<&Account, Refusal> {
    staged.account(number).filter(|a| a.customer() == Some(customer)).ok_or(Refusal::AccountNotFound)
}

/// Whether the holder agreed to this very movement.
pub(super) fn agreed(payer: &Account, consent: &Consent, payee: Payee, amount: Money) -> Result<(), Refusal> {
    match consent {
        Consent::Session => Err(Refusal::PinRequired),
        Consent::Denied(refusal) => Err(refusal.clone()),
        Consent::Pin(proof) if proof.covers(payer, payee, amount) => Ok(()),
        // The PIN was changed between its check and this moment: it is the wrong one now.
        Consent::Pin(_) => Err(Refusal::IncorrectPin { tries_left: ladder::TRIES }),
    }
}

/// Whether money may leave the account at all.
pub(super) fn may_leave(payer: &Account) -> Result<(), Refusal> {
    if payer.closed {
        Err(Refusal::AccountClosed { account: Some(payer.number) })
    } else if payer.frozen {
        Err(Refusal::AccountFrozen { account: Some(payer.number) })
    } else {
        Ok(())
    }
}

fn receives(payee: &Account, amount: Money) -> Result<(), Refusal> {
    if payee.closed {
        Err(Refusal::AccountClosed { account: Some(payee.number) })
    } else {
        same_currency(payee, amount)
    }
}

fn same_currency(account: &Account, amount: Money) -> Result<(), Refusal> {
    if account.currency == amount.currency {
        Ok(())
    } else {
        Err(Refusal::CurrencyMismatch { account: account.currency })
    }
}
