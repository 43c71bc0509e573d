//! Functions that programs in C bring with them; each uses those before it alone.

use std::sync::LazyLock;

use crate::runtime::{Helper, helpers};

pub(super) static HELPERS: LazyLock<Vec<Helper>> = LazyLock::new(|| {
    helpers(&[
        include_str!("../../runtime/c/base.c"),
        include_str!("../../runtime/c/matrix_function.c"),
        include_str!("../../runtime/c/singular.c"),
    ])
});
