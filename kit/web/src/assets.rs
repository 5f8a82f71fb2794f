//! Small files of a site, embedded in the program.

use std::fmt;
use std::io::Write as _;

use askama::filters::HtmlSafe;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use hyper::body::Bytes;
use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::compress::accepts_gzip;
use crate::cookies::{HostCookie, hex};

/// The part of every site's stylesheet that both have in common: join it with the site's own.
pub const BASE_STYLE: &str = include_str!("../assets/base.css");

/// The part of every site's script that both have in common.
pub const BASE_SCRIPT: &str = include_str!("../assets/base.js");

/// An embedded file: an endpoint that answers with a strong ETag, compressed to who can read that, and 304 to who has it
/// already.
///
/// Link it as [`Asset::href`]: the address then names the content, so a browser keeps it for a year and still gets a
/// new one after an upgrade. Asked for without the version, the browser is told to revalidate.
#[derive(Debug, Clone)]
pub struct Asset {
    plain: Bytes,
    /// Absent where compressing gains nothing.
    gzip: Option<Bytes>,
    content_type: &'static str,
    hash: String,
    source: String,
}

/// How a page comes by its stylesheet. In a template `{{ frame.css }}` is the element for the page's head.
///
/// A browser that was never here finds it within its first page: nothing can be painted without it, and asking for it
/// would take a round trip more. From then on it is linked, and kept by the browser for all pages. The site's policy has
/// to allow the one within by its hash, see [`crate::ShellConfig`].
#[derive(Debug, Clone)]
pub struct StyleSheet {
    href: String,
    within: Option<&'static Asset>,
}

impl StyleSheet {
    /// Linked.
    pub fn linked(asset: &Asset, path: &str) -> Self {
        Self { href: asset.href(path), within: None }
    }

    /// Within the page, where this is the first that a browser asks `site` for; else linked.
    pub fn of(asset: &'static Asset, path: &str, site: &str, request: &Request) -> Self {
        let been_here =
            [HostCookie::visitor(site), HostCookie::session(site)].iter().any(|c| c.read(request).is_some());
        Self { within: (!been_here).then_some(asset), ..Self::linked(asset, path) }
    }
}

impl fmt::Display for StyleSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.within.and_then(|asset| std::str::from_utf8(&asset.plain).ok()) {
            Some(text) => write!(f, "<style>{text}</style>"),
            None => write!(f, "<link rel=\"stylesheet\" href=\"{}\">", self.href),
        }
    }
}

// Both are files of our own; no value of anybody else's comes into it.
impl HtmlSafe for StyleSheet {}

impl Asset {
    /// An embedded file: `Asset::new(include_bytes!("../assets/site.css"), "text/css; charset=utf-8")`.
    pub fn new(bytes: &'static [u8], content_type: &'static str) -> Self {
        Self::of(Bytes::from_static(bytes), content_type)
    }

    /// Several stylesheets or scripts as one: one request instead of two. Indents, blank lines and comments that have
    /// lines of their own stay behind, so no text in them may span lines.
    pub fn joined(parts: &[&str], content_type: &'static str) -> Self {
        let lines = parts.iter().flat_map(|part| part.lines()).map(str::trim);
        let is_comment = |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        let kept: Vec<&str> = lines.filter(|line| !line.is_empty() && !is_comment(line)).collect();
        Self::of(Bytes::from(kept.join("\n")), content_type)
    }

    /// How many bytes it has before any compression.
    pub fn plain_len(&self) -> usize {
        self.plain.len()
    }

    /// What was made at start.
    pub fn of(plain: Bytes, content_type: &'static str) -> Self {
        let hash = hash(&plain);
        let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(&plain)));
        let gzip = gzip(&plain).filter(|packed| packed.len() + 128 < plain.len());
        Self { plain, gzip, content_type, hash, source }
    }

    /// `path` with the version of the content.
    pub fn href(&self, path: &str) -> String {
        with_version(path, &self.hash)
    }

    /// What a content security policy calls it, where it stands within a page.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many bytes go over the wire to a browser.
    pub fn compressed_len(&self) -> usize {
        self.gzip.as_ref().unwrap_or(&self.plain).len()
    }

    /// The answer to a request for it.
    pub fn answer(&self, request: &Request) -> Response {
        let versioned = request.uri().query().is_some_and(|query| query.split('&').any(|part| self.names(part)));
        let caching = if versioned { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        let packed = self.gzip.as_ref().filter(|_| accepts_gzip(request));
        let etag = format!("\"{}{}\"", self.hash, if packed.is_some() { "-gzip" } else { "" });
        let known = request.header(header::IF_NONE_MATCH).is_some_and(|known| matches(known, &etag));
        let mut response = Response::builder().header(header::ETAG, etag).header(header::CACHE_CONTROL, caching);
        if self.gzip.is_some() {
            response = response.header(header::VARY, "accept-encoding");
        }
        if known {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let response = response.header(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        match packed {
            Some(packed) => response.header(header::CONTENT_ENCODING, "gzip").body(packed.clone()),
            None => response.body(self.plain.clone()),
        }
    }

    fn names(&self, part: &str) -> bool {
        part.strip_prefix("v=") == Some(&self.hash)
    }
}

/// What [`Asset::href`] gives, for a page that links what it does not serve itself.
pub fn versioned(path: &str, content: &[u8]) -> String {
    with_version(path, &hash(content))
}

fn with_version(path: &str, hash: &str) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    format!("{path}{join}v={hash}")
}

fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content)[..12])
}

/// Compressed once and as well as can be.
fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// `If-None-Match` compares weakly (RFC 9110, 13.1.2).
fn matches(known: &str, etag: &str) -> bool {
    known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

impl Endpoint for Asset {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(self.answer(&request))
    }
}
