//! Words for customers: what happened, and what to do next.

use std::fmt::Display;
use std::time::Duration;

use bank_core::model::{EventKind, TransferKind};
use bank_core::{Error, Refusal};

/// An error's text as a sentence: a capital letter first, a full stop last.
pub(crate) fn sentence(error: impl Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// What the bank said, to the customer whose form it is.
pub(super) fn for_customer(error: &Error) -> String {
    match error {
        Error::Refused(refusal) => of_refusal(refusal),
        Error::Busy { .. } => {
            "The bank is very busy at this moment and nothing was done. Please send the form again in a few seconds."
                .to_owned()
        }
        Error::NotCommitted(_) => {
            "Something failed on our side and nothing was done. Please try again later.".to_owned()
        }
        Error::CommitUnknown(_) => {
            "Something failed on our side, and we cannot say yet whether this was done. Send the \
             form again: it cannot happen twice."
                .to_owned()
        }
    }
}

fn of_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::IncorrectPin { tries_left: 0 } => {
            "That PIN is not right. PIN use is now blocked for this account; set a new PIN with your password under \
             “Change PIN”."
                .to_owned()
        }
        Refusal::IncorrectPin { tries_left: 1 } => "That PIN is not right. One try is left.".to_owned(),
        Refusal::IncorrectPin { tries_left } => format!("That PIN is not right. {tries_left} tries are left."),
        Refusal::PinBlocked => {
            "PIN use is blocked for this account after too many wrong tries. Set a new PIN with your password under \
             “Change PIN”."
                .to_owned()
        }
        Refusal::PinThrottled { retry_after } => {
            format!("Too many wrong PINs. Please wait {} and try again.", wait(*retry_after))
        }
        Refusal::LoginThrottled { retry_after } => {
            format!("Too many failed log-ins. Please wait {} and try again.", wait(*retry_after))
        }
        Refusal::WrongCredentials => format!("{refusal} Please try again."),
        Refusal::InsufficientFunds { shortfall } => {
            format!(
                "There is not enough money in the account: {shortfall} more would be needed. Enter a smaller amount."
            )
        }
        Refusal::DailyDepositLimit { left } => {
            format!("That is above today's limit for deposits. Enter at most {left}, or come back tomorrow.")
        }
        Refusal::PayeeNotFound => {
            "There is no account with that number here. Please check it with whoever gave it to you.".to_owned()
        }
        Refusal::KeyReused { .. } => {
            "This form was sent once before with other values, and that was done. Look at your account first; to do \
             this as well, send the form again."
                .to_owned()
        }
        Refusal::InFlight => {
            "We are still working on this very form. Please wait a moment and send it again; it happens only once."
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// A time to wait, rounded up to what people say.
fn wait(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// A line of a statement.
pub(super) fn of_kind(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Deposit => "Deposit",
        TransferKind::Withdrawal => "Withdrawal",
        TransferKind::Transfer => "Transfer",
        TransferKind::Payment => "Payment",
        TransferKind::Refund => "Refund",
    }
}

/// A security event.
pub(super) fn of_event(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Registered => "You registered",
        EventKind::LoggedIn => "Logged in",
        EventKind::LoginFailed => "A log-in failed: wrong password",
        EventKind::LoggedOut => "Logged out",
        EventKind::PinFailed => "A wrong PIN was entered",
        EventKind::PinBlocked => "PIN use was blocked",
        EventKind::PinChanged => "PIN changed",
        EventKind::PasswordChanged => "Password changed",
        EventKind::PasswordResetAsked => "A new password was asked for",
        EventKind::PasswordReset => "A new password was set by mail",
        EventKind::AccountFrozen => "The bank froze the account",
        EventKind::AccountUnfrozen => "The bank unfroze the account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait_are_what_people_say() {
        let check = |time, words| assert_eq!(wait(time), words);
        check(Duration::from_millis(1), "a second");
        check(Duration::from_secs(60), "60 seconds");
        check(Duration::from_millis(90_001), "2 minutes");
        check(Duration::from_secs(300), "5 minutes");
    }

    #[test]
    fn errors_become_sentences() {
        assert_eq!(sentence("a PIN has 6 to 12 digits"), "A PIN has 6 to 12 digits.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), ".");
    }
}
