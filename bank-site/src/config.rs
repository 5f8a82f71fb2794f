//! What the operator decides about the website. What the bank itself does is decided in [`bank_core::BankConfig`].

use std::sync::Arc;

use kit_mail::Mailer;
use kit_paper::FontLibrary;

/// How the website presents itself.
#[derive(Clone)]
pub struct SiteConfig {
    /// Scheme, host and port by which browsers reach it, such as `https://bank.example`; shown in the documentation.
    pub public_origin: String,
    /// Where customers can go shopping: an `http://` or `https://` address. Without one, no page links to a shop.
    pub shop_url: Option<String>,
    /// A trusted proxy in front speaks TLS.
    pub behind_tls_proxy: bool,
    /// Somebody is at work on the site: `/styleguide` shows every part of its pages.
    pub development: bool,
    /// Marks stand around every text that the site says, so that one that was forgotten shows. For tests and translators.
    pub mark_words: bool,
    /// Where mails to customers are handed to. Without one they wait.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Fonts of statements, for letters that the embedded ones lack. By default those of this machine.
    pub fonts: FontLibrary,
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self {
            public_origin: "http://127.0.0.1:8080".to_owned(),
            shop_url: None,
            behind_tls_proxy: false,
            development: false,
            mark_words: false,
            mailer: None,
            fonts: FontLibrary::system(),
        }
    }
}
