//! Who is on the other side of a movement.

use std::fmt;

use kit_core::{AccountNumber, AccountTail};

/// Who is on the other side of a movement, as the account's customer may see it. Displayed in English; a page in
/// another language has its own word for cash.
///
/// What two customers learn of each other by a transfer is decided here, for pages, the API and files alike:
/// - the payer knows the number that the money went to, and sees the name that *they* saved it under, if they did.
///   Nobody is told whose account a number is;
/// - the recipient learns who paid: the name of the payer, and the last four digits of the payer's account number.
///   Never the whole number: it opens payments by PIN. The pages tell the payer so before the transfer and on its
///   receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterparty {
    /// The bank's counter: cash in or out.
    Cash,
    /// A merchant, by its name.
    Merchant(String),
    /// Another account of the same customer.
    Own {
        /// What they call it.
        name: String,
        /// Its number.
        number: AccountNumber,
    },
    /// Somebody else's account that money went to.
    Payee {
        /// The name under which this customer saved it, if they did.
        name: Option<String>,
        /// Its number.
        number: AccountNumber,
    },
    /// Somebody else whose money came in.
    Payer {
        /// Their name.
        name: String,
        /// The end of their account's number.
        tail: AccountTail,
    },
    /// Nobody that the bank still knows.
    Unknown,
}

impl Counterparty {
    /// The stable slug of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Merchant(_) => "merchant",
            Self::Own { .. } => "own-account",
            Self::Payee { .. } | Self::Payer { .. } => "account",
            Self::Unknown => "unknown",
        }
    }

    /// The name, where there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Merchant(name) | Self::Own { name, .. } | Self::Payer { name, .. } => Some(name),
            Self::Payee { name, .. } => name.as_deref(),
            Self::Cash | Self::Unknown => None,
        }
    }

    /// The account for people: `2400 0000 0183`, or `•••• •••• 0183` where the whole number is not told.
    #[must_use]
    pub fn account(&self) -> Option<String> {
        match self {
            Self::Own { number, .. } | Self::Payee { number, .. } => Some(number.to_string()),
            Self::Payer { tail, .. } => Some(tail.masked()),
            Self::Cash | Self::Merchant(_) | Self::Unknown => None,
        }
    }

    /// The account for files and programs, in ASCII: `240000000183`, or `****0183`.
    #[must_use]
    pub fn account_id(&self) -> Option<String> {
        match self {
            Self::Own { number, .. } | Self::Payee { number, .. } => Some(number.digits()),
            Self::Payer { tail, .. } => Some(tail.masked_ascii()),
            Self::Cash | Self::Merchant(_) | Self::Unknown => None,
        }
    }

    /// What is searched and never changes: names of people and accounts do, and are looked up by each search.
    #[must_use]
    pub fn lasting(&self) -> String {
        match self {
            Self::Cash => "Cash".to_owned(),
            Self::Merchant(name) => name.clone(),
            Self::Own { .. } | Self::Payee { .. } | Self::Payer { .. } | Self::Unknown => {
                self.account().unwrap_or_default()
            }
        }
    }
}

/// The name, or else the number.
impl fmt::Display for Counterparty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cash => f.write_str("Cash"),
            Self::Merchant(name)
            | Self::Own { name, .. }
            | Self::Payee { name: Some(name), .. }
            | Self::Payer { name, .. } => f.write_str(name),
            Self::Payee { name: None, number } => number.fmt(f),
            Self::Unknown => Ok(()),
        }
    }
}
