//! Whether everything is said in every language.

use std::path::Path;

use kit_web::testing::check_words;

#[test]
fn every_text_exists_in_every_language_and_is_used() {
    assert_eq!(check_words(Path::new(env!("CARGO_MANIFEST_DIR"))), Vec::<String>::new());
}
