//! Ids are newtypes, so that a customer's id cannot be passed where an order's is wanted.

/// Declares newtypes over time-ordered UUIDs.
///
/// ```
/// kit_core::uuid_ids! {
///     /// One thing's id.
///     pub struct ThingId;
/// }
/// let id = ThingId::from_uuid(kit_core::Env::system().uuid());
/// assert_eq!(ThingId::parse(&id.to_string()), Some(id));
/// ```
#[macro_export]
macro_rules! uuid_ids {
    ($($(#[$meta:meta])* pub struct $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::Uuid);

        impl $name {
            /// From a UUID made by `Env::uuid` or read back from a store.
            #[must_use]
            pub const fn from_uuid(uuid: $crate::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            #[must_use]
            pub const fn uuid(self) -> $crate::Uuid {
                self.0
            }

            /// Reads the hyphenated form; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                // The UUID parser also takes braces, URNs and bare hex: one id has one spelling here.
                (text.len() == 36).then(|| $crate::Uuid::try_parse(text).ok().map(Self)).flatten()
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
    )+};
}
