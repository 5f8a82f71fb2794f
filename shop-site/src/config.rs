//! What the operator decides about the website. What the shop itself does is decided in [`shop_core::ShopConfig`].

use std::sync::Arc;
use std::time::Duration;

use kit_core::{Clock, SystemClock};
use kit_mail::{Mailbox, Mailer};
use kit_paper::FontLibrary;

/// How the website presents itself.
#[derive(Clone)]
pub struct SiteConfig {
    /// Scheme, host and port by which browsers reach it, such as `https://shop.example`; shown in the documentation.
    pub public_origin: String,
    /// Where customers open an account and pay money in: an `http://` or `https://` address. Without one, no page
    /// links to a bank.
    pub bank_url: Option<String>,
    /// A trusted proxy in front speaks TLS.
    pub behind_tls_proxy: bool,
    /// Somebody is at work on the site: `/styleguide` shows every part of its pages.
    pub development: bool,
    /// Marks stand around every text that the site says, so that one that was forgotten shows. For tests and translators.
    pub mark_words: bool,
    /// How long a call to the bank may take. A checkout may take twice that: it may wait for another one to end.
    pub bank_deadline: Duration,
    /// By what time visitors' PIN tries are counted.
    pub clock: Arc<dyn Clock>,
    /// Where mails to customers are handed to. Without one they wait.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Who gets a mail for each paid order. Such mails are recorded where [`shop_core::ShopConfig::notify_operator`] is
    /// set.
    pub notify: Option<Mailbox>,
    /// Fonts of invoices, for letters that the embedded ones lack. By default those of this machine.
    pub fonts: FontLibrary,
}

impl SiteConfig {
    /// Within what time a request is answered.
    ///
    /// The queue of the checkout lane is as long as the lane is wide, so a checkout waits for at most one other, and
    /// then for the bank itself; the rest is time to record both ends.
    #[must_use]
    pub fn request_time(&self) -> Duration {
        self.bank_deadline.saturating_mul(2).saturating_add(Duration::from_secs(5))
    }
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self {
            public_origin: "http://127.0.0.1:8081".to_owned(),
            bank_url: None,
            behind_tls_proxy: false,
            development: false,
            mark_words: false,
            bank_deadline: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
            mailer: None,
            notify: None,
            fonts: FontLibrary::system(),
        }
    }
}
