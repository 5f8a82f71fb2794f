//! Words for people, and the slugs that say the same to programs.

use shop_core::gateway::Advice;
use shop_core::{Availability, Failure};

/// Why an order is not paid, as a slug: the bank's own for a decline.
pub(crate) fn failure_code(failure: Option<&Failure>) -> String {
    match failure {
        Some(Failure::Declined { code, .. }) if code.as_str().is_empty() => "declined".to_owned(),
        Some(Failure::Declined { code, .. }) => code.as_str().to_owned(),
        Some(Failure::NotAsked { code }) if code.as_str() == "throttled" => "bank-throttled".to_owned(),
        Some(Failure::NotAsked { .. }) => "bank-unavailable".to_owned(),
        Some(Failure::TimedOut) | None => "not-charged".to_owned(),
    }
}

/// Why an order is not paid, and what to do.
pub(crate) fn failure(failure: Option<&Failure>) -> &'static str {
    match failure {
        Some(Failure::Declined { code, advice }) => decline(code.as_str(), *advice),
        Some(Failure::NotAsked { code }) => match code.as_str() {
            "throttled" => {
                "Your bank asks you to wait a little before the next try, for instance after several wrong PINs. \
                 Nothing was charged."
            }
            "not-sent" => "We could not reach your bank just now. Nothing was charged. Please try again in a moment.",
            // The bank does not take our calls, and our operator has been told.
            _ => "Your bank does not take payments from us at present. Nothing was charged. Please try again later.",
        },
        Some(Failure::TimedOut) | None => "The payment ended before your bank charged anything. Nothing was charged.",
    }
}

fn decline(code: &str, advice: Advice) -> &'static str {
    match code {
        "insufficient-funds" => {
            "Your bank declined: there is not enough money in the account. Nothing was charged. Please deposit some \
             and try again."
        }
        "incorrect-pin" => {
            "Your bank declined: account number and PIN do not belong together. Nothing was charged. Please check both."
        }
        "pin-blocked" => {
            "Your bank declined: the PIN is blocked after too many wrong ones. Nothing was charged. Please unblock it \
             at your bank."
        }
        "limit-exceeded" => "Your bank declined: a limit of the account is reached. Nothing was charged.",
        "currency-mismatch" => "Your bank declined: the account is kept in another currency. Nothing was charged.",
        "account-frozen" => "Your bank declined: the account is frozen. Nothing was charged. Please ask your bank.",
        "account-closed" => "Your bank declined: the account is closed. Nothing was charged.",
        _ => match advice {
            Advice::RetryWithNewPin => "Your bank declined. Nothing was charged. Please check the PIN.",
            Advice::RetryLater => "Your bank declined for now. Nothing was charged. Please try again later.",
            // Which this shop does not offer; another account would be asked the same.
            Advice::UseHostedApproval => {
                "Your bank declined. Nothing was charged. Paying by PIN is not possible here at present; please try \
                 again later."
            }
            Advice::DoNotRetry => {
                "Your bank declined. Nothing was charged. Please use another account, or ask your bank."
            }
        },
    }
}

/// What a payer can do about it, as a slug.
pub(crate) fn advice_code(failure: Option<&Failure>) -> &'static str {
    match failure {
        Some(Failure::Declined { advice: Advice::DoNotRetry, .. }) => "do-not-retry",
        Some(Failure::Declined { advice: Advice::RetryWithNewPin, .. }) => "retry-with-new-pin",
        Some(Failure::Declined { advice: Advice::UseHostedApproval, .. }) => "use-hosted-approval",
        _ => "retry-later",
    }
}

/// Whether there is enough of a product.
pub(crate) fn availability(availability: Availability) -> String {
    match availability {
        Availability::InStock => "In stock".to_owned(),
        Availability::FewLeft { units } => format!("Only {units} left"),
        Availability::TooFew { units } => format!("Only {units} left: please take fewer"),
        Availability::OutOfStock => "Sold out".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use shop_core::gateway::Code;

    use super::*;

    /// The declines that have words of their own.
    const DECLINES: [&str; 7] = [
        "insufficient-funds",
        "incorrect-pin",
        "pin-blocked",
        "limit-exceeded",
        "currency-mismatch",
        "account-frozen",
        "account-closed",
    ];

    #[test]
    fn every_failure_has_words_of_its_own_and_says_that_nothing_was_charged() {
        let advices = [Advice::DoNotRetry, Advice::RetryWithNewPin, Advice::RetryLater, Advice::UseHostedApproval];
        let declined = |code: &str, advice| Failure::Declined { code: Code::new(code), advice };
        let not_asked = |code: &str| Failure::NotAsked { code: Code::new(code) };
        let failures: Vec<Failure> = DECLINES
            .map(|code| declined(code, Advice::DoNotRetry))
            .into_iter()
            .chain(advices.map(|advice| declined("a-new-one", advice)))
            .chain(["throttled", "not-sent", "unauthorized"].map(not_asked))
            .chain([Failure::TimedOut])
            .collect();
        let words: HashSet<&str> = failures.iter().map(|of| failure(Some(of))).collect();
        assert_eq!(words.len(), failures.len(), "no two of them are told alike");
        for words in words {
            assert!(words.contains("Nothing was charged."), "{words}");
        }
        // What the bank invents tomorrow is told by its advice, and a decline without a code is still one.
        assert_eq!(failure(Some(&declined("", Advice::RetryLater))), failure(Some(&declined("x", Advice::RetryLater))));
        assert_eq!(failure_code(Some(&declined("", Advice::RetryLater))), "declined");
    }
}
