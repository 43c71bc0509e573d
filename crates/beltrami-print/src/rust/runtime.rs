//! Functions and types that modules in Rust bring with them; each uses those before it alone.

use std::sync::LazyLock;

use crate::runtime::{Helper, helpers};

pub(super) static HELPERS: LazyLock<Vec<Helper>> = LazyLock::new(|| {
    helpers(&[
        include_str!("../../runtime/rust/base.rs"),
        include_str!("../../runtime/rust/matrix_function.rs"),
        include_str!("../../runtime/rust/singular.rs"),
    ])
});
