//! A small site with a page for every behaviour that the layers have an opinion about.

use kit_core::Language;
use kit_web::{
    CsrfToken, HostCookie, OptionalJson, Problem, SecretText, ShellConfig, StrictJson, Text, Token,
    assets::Asset,
    docs::ProblemDoc,
    forms::FormData,
    headers::allow_form_action,
    health::healthz,
    openapi::{ApiTable, Contract, Refusals},
    pages::{self, PageTable, Pages},
    shell,
};
use poem::{
    Endpoint, IntoResponse, Response, Result, Route, handler,
    http::StatusCode,
    web::{Html, Redirect},
};
use poem_openapi::{
    Object, OpenApi, OpenApiService, SecurityScheme, Tags,
    auth::Bearer,
    param::{Header, Path, Query},
    payload::Json,
};

kit_web::api_problem! {
    /// What the API of this site answers when it refuses.
    pub(crate) struct ApiError;
}

/// Stands for the error of a core.
pub(crate) struct TooPoor;

impl From<TooPoor> for ApiError {
    fn from(_: TooPoor) -> Self {
        Problem::new(StatusCode::PAYMENT_REQUIRED, "insufficient-funds", "There is not enough money")
            .fact("shortfall", "5.00")
            .into()
    }
}

#[derive(Tags)]
enum Tag {
    /// Moving money.
    Transfers,
}

#[derive(SecurityScheme)]
#[oai(ty = "bearer")]
struct Key(#[expect(dead_code, reason = "only its presence matters here")] Bearer);

/// An amount of money.
#[derive(Object)]
struct Money {
    /// A decimal number such as `12.90`.
    #[oai(validator(max_length = 12, pattern = "^[0-9]+\\.[0-9]{2}$"))]
    amount: String,
    currency: Text,
}

/// A transfer to be made.
#[derive(Object)]
pub(crate) struct NewTransfer {
    /// The account that receives.
    #[oai(validator(min_length = 4, max_length = 20))]
    to: Text,
    money: Money,
    /// The PIN of the account.
    #[oai(write_only)]
    pin: SecretText,
    tags: Option<Vec<String>>,
    urgent: Option<bool>,
    #[oai(validator(minimum(value = "1"), maximum(value = "99")))]
    count: Option<u8>,
}

#[derive(Object)]
struct Made {
    id: u64,
}

pub(crate) struct Api;

#[OpenApi]
impl Api {
    /// Makes a transfer
    ///
    /// The money moves at once; see `Problem`.
    #[oai(path = "/transfers", method = "post", tag = "Tag::Transfers", operation_id = "make-transfer")]
    async fn make(
        &self,
        _key: Key,
        #[oai(name = "Idempotency-Key")] _idempotency_key: Header<String>,
        body: StrictJson<NewTransfer>,
    ) -> Result<Json<Made>, ApiError> {
        if body.pin.expose() == "0000" {
            return Err(TooPoor.into());
        }
        assert_ne!(body.pin.expose(), "6666", "a bug in a handler");
        let _ = (&body.to, &body.money.amount, &body.money.currency, &body.tags, &body.urgent, &body.count);
        Ok(Json(Made { id: 7 }))
    }

    /// One transfer
    #[oai(path = "/transfers/:id", method = "get", tag = "Tag::Transfers", operation_id = "get-transfer")]
    async fn one(
        &self,
        id: Path<u64>,
        #[oai(validator(minimum(value = "1"), maximum(value = "9")))] depth: Query<Option<u8>>,
    ) -> Result<Json<Made>, ApiError> {
        match (id.0, depth.0) {
            (7, _) => Ok(Json(Made { id: 7 })),
            _ => Err(Problem::not_found().into()),
        }
    }

    /// Reads JSON the way poem-openapi does
    #[oai(path = "/loose", method = "post", operation_id = "read-loosely")]
    async fn loose(&self, body: Json<Money>) -> Result<Json<Made>, ApiError> {
        let _ = body.0;
        Ok(Json(Made { id: 8 }))
    }

    /// Reads a body that may be left out
    #[oai(path = "/optional", method = "post", operation_id = "read-if-there")]
    async fn optional(&self, body: OptionalJson<Money>) -> Result<Json<Made>, ApiError> {
        Ok(Json(Made { id: if body.0.is_some() { 9 } else { 0 } }))
    }

    /// Breaks
    #[oai(path = "/broken", method = "get", operation_id = "break")]
    async fn broken(&self) -> Result<Json<Made>> {
        Err(poem::error::InternalServerError(std::io::Error::other("SECRET-CAUSE")))
    }
}

pub(crate) fn service() -> OpenApiService<Api, ()> {
    OpenApiService::new(Api, "Test bank", "1.0").server("/api/v1").description("Moves money.\n\nWith `care`.")
}

pub(crate) const PROBLEMS: &[ProblemDoc] = &[ProblemDoc {
    code: "insufficient-funds",
    statuses: std::borrow::Cow::Borrowed(&[402]),
    meaning: "Too poor; see `shortfall`.",
}];

/// The contract of this site.
pub(crate) fn spec() -> String {
    let contract = Contract {
        generated: &service().spec(),
        problems: PROBLEMS,
        field_codes: &["missing"],
        members: serde_json::json!({ "shortfall": { "type": "string" } }),
        schemas: serde_json::json!({}),
        field_members: serde_json::json!({}),
        refusals: &[
            Refusals { operation: "make-transfer", answers: &[(402, &["insufficient-funds"])] },
            Refusals { operation: "get-transfer", answers: &[(404, &["not-found"])] },
        ],
        credentials: &[],
        samples: vec![ApiError::from(TooPoor).into(), Problem::not_found()],
        parameters: &[],
        examples: r#"{ "get-transfer": { "responses": { "200": { "id": 7 } } } }"#,
    };
    contract.assemble()
}

#[handler]
fn home(csrf: CsrfToken) -> Html<String> {
    Html(format!(r#"<form method="post" action="/echo"><input type="hidden" name="csrf" value="{csrf}"></form>"#))
}

#[handler]
fn echo(form: FormData) -> Html<String> {
    Html(format!("got {}", form.text("word")))
}

#[handler]
fn log_in() -> Response {
    let mut response = Redirect::see_other("/").into_response();
    HostCookie::session("test").set(&mut response, &Token::new(), None);
    response
}

#[handler]
fn log_out() -> Response {
    let mut response = Redirect::see_other("/").into_response();
    HostCookie::session("test").delete(&mut response);
    response
}

#[handler]
fn bug() -> Html<String> {
    panic!("a bug in a page")
}

#[handler]
fn teapot() -> Result<Html<String>> {
    Err(Problem::new(StatusCode::IM_A_TEAPOT, "teapot", "I am a teapot").detail("Short and stout.").into())
}

#[handler]
fn checkout() -> Response {
    let mut response = Html("<form></form>").into_response();
    allow_form_action(&mut response, "https://bank.example:8443");
    allow_form_action(&mut response, "https://evil.example; script-src *");
    response
}

pub(crate) fn error_page(problem: &Problem, _language: Language) -> String {
    format!("<h1>{}</h1><p>{}</p>", problem.title, problem.detail)
}

fn site() -> (Route, PageTable) {
    let pages = Pages::new()
        .at("/", pages::show(home))
        .at("/echo", pages::send(echo))
        .at("/form", pages::form(home, echo))
        .at("/shown", pages::show(home))
        .at("/login", pages::send(log_in))
        .at("/logout", pages::send(log_out))
        .at("/bug", pages::show(bug))
        .at("/teapot", pages::show(teapot))
        .at("/checkout", pages::show(checkout))
        .at("/site.css", pages::show(asset()))
        .at("/healthz", healthz(|| Ok(())))
        .at("/sick", healthz(|| Err("SECRET-REASON".to_owned())));
    pages.finish()
}

pub(crate) fn routes() -> Route {
    site().0.nest("/api/v1", service())
}

pub(crate) fn asset() -> Asset {
    Asset::new(b"body{}", "text/css; charset=utf-8")
}

pub(crate) fn config() -> ShellConfig {
    let spec = serde_json::from_str(&spec()).unwrap();
    ShellConfig { pages: site().1, api: ApiTable::from_spec(&spec, "/api/v1"), ..ShellConfig::new("test", error_page) }
}

pub(crate) fn app() -> impl Endpoint<Output = Response> + 'static {
    shell(routes(), config())
}
