//! How problems appear in the specification.

use poem::http::StatusCode;
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};

use super::{PROBLEM_JSON, Problem};

/// Every status that an operation may answer besides success. They are declared for all operations alike: which of
/// them an operation really uses is decided by rules that the web layer does not know.
const STATUSES: &[(StatusCode, &str)] = &[
    (StatusCode::BAD_REQUEST, "The request is not valid; `field` names the culprit where there is one."),
    (StatusCode::UNAUTHORIZED, "Credentials are missing or not valid."),
    (StatusCode::PAYMENT_REQUIRED, "The payment was refused; `code` says why."),
    (StatusCode::FORBIDDEN, "The credentials do not permit this."),
    (StatusCode::NOT_FOUND, "There is no such thing, or none that the caller may see."),
    (StatusCode::METHOD_NOT_ALLOWED, "The address does not take this method."),
    (StatusCode::CONFLICT, "The state does not allow it; `code` says why."),
    (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not application/json."),
    (StatusCode::UNPROCESSABLE_ENTITY, "Well-formed, but a rule refuses it; `code` says which."),
    (StatusCode::TOO_MANY_REQUESTS, "A limit of this caller is reached; see Retry-After."),
    (StatusCode::INTERNAL_SERVER_ERROR, "An error of ours; it has been logged."),
    (StatusCode::SERVICE_UNAVAILABLE, "Overloaded or not available; see Retry-After."),
];

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let response = |(status, description): &(StatusCode, &'static str)| MetaResponse {
            description,
            status: Some(status.as_u16()),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: PROBLEM_JSON,
                schema: MetaSchemaRef::Reference("Problem".to_owned()),
            }],
            headers: vec![],
        };
        MetaResponses { responses: STATUSES.iter().map(response).collect() }
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Problem, _>("Problem".to_owned(), |_| schema());
    }
}

fn schema() -> MetaSchema {
    let text = |description: &'static str| {
        MetaSchemaRef::Inline(Box::new(MetaSchema { description: Some(description), ..MetaSchema::new("string") }))
    };
    let whole = |description: &'static str| {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            description: Some(description),
            ..MetaSchema::new_with_format("integer", "int32")
        }))
    };
    MetaSchema {
        title: Some("Problem".to_owned()),
        description: Some("An error (RFC 9457). Programs branch on `code`; further members are facts about this code."),
        required: vec!["type", "title", "status", "code"],
        properties: vec![
            ("type", text("Where this kind of problem is documented.")),
            ("title", text("A summary that is the same for every occurrence of the code.")),
            ("status", whole("The HTTP status.")),
            ("code", text("A stable slug.")),
            ("detail", text("What happened this time, for a person to read.")),
            ("field", text("The field that is not valid, as a path such as `lines[2].quantity`.")),
            ("retry_after_seconds", whole("When to try again; the same as Retry-After.")),
        ],
        additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
        ..MetaSchema::new("object")
    }
}

/// Declares a site's own error type: a newtype around [`Problem`] that poem-openapi accepts as an error.
///
/// A site needs a type of its own because only then may it write `impl From<its_core::Error>` and use `?`.
///
/// ```
/// kit_web::api_problem! {
///     /// What the API answers when it refuses.
///     pub struct ApiError;
/// }
///
/// struct Refused; // stands for the error of a core
/// impl From<Refused> for ApiError {
///     fn from(_: Refused) -> Self {
///         kit_web::Problem::forbidden().into()
///     }
/// }
/// ```
#[macro_export]
macro_rules! api_problem {
    ($(#[$meta:meta])* $vis:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $vis struct $name(pub $crate::Problem);

        impl ::core::convert::From<$crate::Problem> for $name {
            fn from(problem: $crate::Problem) -> Self {
                Self(problem)
            }
        }

        impl ::core::convert::From<$name> for $crate::Problem {
            fn from(error: $name) -> Self {
                error.0
            }
        }

        impl ::core::convert::From<$name> for ::poem::Error {
            fn from(error: $name) -> Self {
                error.0.into()
            }
        }

        impl ::poem_openapi::ApiResponse for $name {
            fn meta() -> ::poem_openapi::registry::MetaResponses {
                <$crate::Problem as ::poem_openapi::ApiResponse>::meta()
            }

            fn register(registry: &mut ::poem_openapi::registry::Registry) {
                <$crate::Problem as ::poem_openapi::ApiResponse>::register(registry)
            }
        }
    };
}
