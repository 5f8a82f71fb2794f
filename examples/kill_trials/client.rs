//! One request, one answer, or none: what a customer's program sees of a site.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// The stable slug of a problem.
    pub(crate) fn code(&self) -> &str {
        self.text("code")
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }
}

pub(crate) struct Client {
    agent: Agent,
    site: String,
}

/// What is asked. `key` is the idempotency key.
#[derive(Clone, Default)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) token: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) body: Option<Value>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), ..Self::default() }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", path: path.into(), body: Some(body), ..Self::default() }
    }

    pub(crate) fn by_customer(self, token: &'a str) -> Self {
        Self { token: Some(token), ..self }
    }

    pub(crate) fn under(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }
}

impl Client {
    /// Connections are not kept: a kept one that has died tells nothing about the site.
    pub(crate) fn new(port: u16, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(timeout));
        Self { agent: config.build().into(), site: format!("http://127.0.0.1:{port}") }
    }

    /// `None` where no whole answer came back.
    pub(crate) fn send(&self, call: &Call<'_>) -> Option<Reply> {
        let mut request = Request::builder().method(call.method).uri(format!("{}/api/v1{}", self.site, call.path));
        if let Some(token) = call.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key);
        }
        let sent = match &call.body {
            Some(body) => {
                self.agent.run(request.header("Content-Type", "application/json").body(body.to_string()).ok()?)
            }
            None => self.agent.run(request.body(()).ok()?),
        };
        let mut answer = sent.ok()?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().ok()?;
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).ok()? };
        Some(Reply { status, body })
    }

    /// Whether the site says that it is ready.
    pub(crate) fn is_healthy(&self) -> bool {
        self.agent.get(format!("{}/healthz", self.site)).call().is_ok_and(|answer| answer.status() == 200)
    }
}
