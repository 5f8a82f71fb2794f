//! Where the bank is, and on which terms it may be asked.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use kit_core::SecretText;
use ureq::http::{HeaderValue, Uri};
use zeroize::Zeroizing;

/// How to reach a bank.
pub struct HttpConfig {
    /// Where the bank's site stands, such as `https://bank.example`; a path in front of `/api/v1` is welcome.
    ///
    /// Plain `http` is taken for this machine only (`localhost`, `127.0.0.0/8`, `[::1]`): PINs travel in the calls.
    pub base_url: String,
    /// The key that the bank gave to this merchant.
    pub api_key: SecretText,
    /// The longest that a call may take, from looking up the name to the last byte of the answer.
    pub deadline: Duration,
}

/// Why a bank cannot be reached on these terms. It holds neither the key nor the URL, which might contain a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpConfigError {
    /// Not `http://` or `https://` with a host, and at most a path behind it.
    #[error("the bank's address must be a URL such as https://bank.example, without user, query or fragment")]
    BaseUrl,
    /// Plain `http` to another machine.
    #[error("the bank's address must begin with https:// (http:// is for this machine only, because PINs travel)")]
    NotEncrypted,
    /// Empty, or characters that a header cannot carry.
    #[error("the bank's API key must be visible ASCII characters without spaces")]
    ApiKey,
    /// No time at all.
    #[error("the deadline of a call to the bank must be more than zero")]
    Deadline,
}

/// A base URL that was found good: scheme, host, port and path, without a slash at the end.
pub(super) struct BaseUrl(String);

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BaseUrl {
    /// Reads a base URL. Judged is what the HTTP client's own parser read, so that there are no two opinions about
    /// which part of a crafted text is the host.
    pub(super) fn parse(text: &str) -> Result<Self, HttpConfigError> {
        // The parser drops a fragment silently.
        if text.contains(['#', '?', '@', '\\']) {
            return Err(HttpConfigError::BaseUrl);
        }
        let uri: Uri = text.parse().map_err(|_| HttpConfigError::BaseUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(HttpConfigError::BaseUrl);
        };
        let host = authority.host();
        if host.is_empty() || (authority.as_str() != host && authority.port_u16().is_none()) {
            return Err(HttpConfigError::BaseUrl);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(HttpConfigError::NotEncrypted),
            _ => return Err(HttpConfigError::BaseUrl),
        }
        Ok(Self(format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'))))
    }
}

/// Whether a host is this machine by its spelling alone. `127.1` and other shorthands are not read.
fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The header that carries the API key.
pub(super) fn bearer(api_key: &SecretText) -> Result<HeaderValue, HttpConfigError> {
    let key = api_key.expose();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(HttpConfigError::ApiKey);
    }
    let text = Zeroizing::new(format!("Bearer {key}"));
    let mut value = HeaderValue::from_str(&text).map_err(|_| HttpConfigError::ApiKey)?;
    // A sensitive header is left out where headers are printed.
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let check = |text: &str, expected: Result<&str, HttpConfigError>| {
            let read = BaseUrl::parse(text).map(|url| url.0);
            assert_eq!(read, expected.map(str::to_owned), "{text:?}");
        };
        check("https://bank.example", Ok("https://bank.example"));
        check("https://bank.example/", Ok("https://bank.example"));
        check("https://bank.example:8443/bank/", Ok("https://bank.example:8443/bank"));
        check("http://localhost:8081", Ok("http://localhost:8081"));
        check("http://LOCALHOST", Ok("http://LOCALHOST"));
        check("http://127.0.0.1:8081/", Ok("http://127.0.0.1:8081"));
        check("http://127.0.0.2", Ok("http://127.0.0.2"));
        check("http://[::1]:8081", Ok("http://[::1]:8081"));

        for elsewhere in [
            "http://bank.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://localhost.",
            "http://evil.example/127.0.0.1",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://[::]",
            "http://[::2]",
            "http://[::ffff:10.0.0.1]",
            "http://127.1",
            "http://2130706433",
            "http://0x7f.0.0.1",
        ] {
            check(elsewhere, Err(HttpConfigError::NotEncrypted));
        }
        for bad in [
            "",
            "bank.example",
            "/api",
            "ftp://127.0.0.1",
            "HTTP//127.0.0.1",
            "http://",
            "https://",
            "https:///path",
            "https://:443",
            "https://bank.example:99999",
            "https://bank.example:",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1:80@evil.example/",
            "https://user:password@bank.example",
            "http://127.0.0.1\\@evil.example",
            "http://evil.example#@127.0.0.1",
            "https://bank.example?x=1",
            "https://bank.example#top",
            "https://bank example",
            "http://127.0.0.1\r\nHost: evil.example",
        ] {
            check(bad, Err(HttpConfigError::BaseUrl));
        }
    }

    #[test]
    fn keys_fit_in_a_header() {
        let check = |key: &str, good| assert_eq!(bearer(&SecretText::new(key.to_owned())).is_ok(), good, "{key:?}");
        check("sk_0123456789abcdef", true);
        check("", false);
        check("two words", false);
        check("line\nbreak", false);
        check("schlüssel", false);
        let value = bearer(&SecretText::new("sk_secret".to_owned())).expect("a good key");
        assert!(!format!("{value:?}").contains("secret"));
    }
}
