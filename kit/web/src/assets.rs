//! Files that are part of the program, or drawn by it.

use hyper::body::Bytes;
use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::cookies::hex;

/// One file: an endpoint that answers with a strong ETag, and 304 to who has it already.
///
/// Link it as [`Asset::href`]: the address then names the content, so a browser keeps it for a year and still gets a
/// new one after an upgrade. Asked for without the version, the browser is told to revalidate.
#[derive(Debug, Clone)]
pub struct Asset {
    plain: Bytes,
    content_type: &'static str,
    hash: String,
}

impl Asset {
    /// An embedded file: `Asset::new(include_bytes!("../assets/site.css"), "text/css; charset=utf-8")`.
    pub fn new(bytes: &'static [u8], content_type: &'static str) -> Self {
        Self::of(Bytes::from_static(bytes), content_type)
    }

    /// What the program has made, always the same from the same facts.
    pub fn of(plain: Bytes, content_type: &'static str) -> Self {
        let hash = hash(&plain);
        Self { plain, content_type, hash }
    }

    /// `path`, which may have a query, with the version of the content.
    pub fn href(&self, path: &str) -> String {
        with_version(path, &self.hash)
    }

    fn etag(&self) -> String {
        format!("\"{}\"", self.hash)
    }

    /// The file, or 304 to who has it already: for handlers that found out first which file is meant.
    pub fn answer(&self, request: &Request) -> Response {
        let version = format!("v={}", self.hash);
        let versioned = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == version));
        let caching = if versioned { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        let etag = self.etag();
        let fresh = request.header(header::IF_NONE_MATCH).is_some_and(|known| matches(known, &etag));
        let response = Response::builder().header(header::ETAG, etag).header(header::CACHE_CONTROL, caching);
        if fresh {
            response.status(StatusCode::NOT_MODIFIED).finish()
        } else {
            let response = response.header(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            response.body(self.plain.clone())
        }
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
