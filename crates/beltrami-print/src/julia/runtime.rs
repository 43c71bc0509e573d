//! Functions that files in Julia bring with them; each uses those before it alone.

use std::sync::LazyLock;

use crate::runtime::{Helper, helpers};

pub(super) static HELPERS: LazyLock<Vec<Helper>> = LazyLock::new(|| {
    helpers(&[
        include_str!("../../runtime/julia/base.jl"),
        include_str!("../../runtime/julia/singular.jl"),
    ])
});
