//! Problems as poem-openapi sees them. Which of them an operation can answer is written into the specification when the
//! contract is assembled, see [`Contract`](crate::openapi::Contract).

use poem_openapi::{
    ApiResponse,
    registry::{MetaResponses, Registry},
};

use super::Problem;

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        MetaResponses { responses: Vec::new() }
    }

    fn register(_registry: &mut Registry) {}
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
