//! Functions that printed modules bring with them, when they use them.

use std::sync::LazyLock;

use crate::python::library::Library;
use crate::runtime::{self, Helper, helpers};

/// The sources of those of a library and of the shared ones that `code` uses, in order, with those they use themselves.
///
/// A library's own function of singular values stands for the shared one of its name.
pub(super) fn used(library: &Library, code: &str) -> Vec<String> {
    let own = |shared: &'static Helper| {
        let mut own = library.singular.iter();
        own.find(|helper| helper.name == shared.name).unwrap_or(shared)
    };
    let singular = SINGULAR.iter().map(own);
    let helpers: Vec<&Helper> =
        SHARED.iter().chain(library.helpers.iter()).chain(singular).collect();
    let library = format!("{}.", library.name);
    let used = runtime::used(&helpers, code).into_iter();
    used.map(|helper| helper.source.replace("xp.", &library)).collect()
}

/// Those that are the same for all libraries, whose name is `xp` here.
static SHARED: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/shared.py")]));

/// Those of singular values, which are the same too.
static SINGULAR: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/singular.py")]));

pub(super) static NUMPY: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/numpy.py")]));

pub(super) static TORCH: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/torch.py")]));

pub(super) static TORCH_SINGULAR: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/torch_singular.py")]));

pub(super) static JAX: LazyLock<Vec<Helper>> =
    LazyLock::new(|| helpers(&[include_str!("../../runtime/python/jax.py")]));

/// A library that has no function of singular values of its own.
pub(super) static NONE: LazyLock<Vec<Helper>> = LazyLock::new(Vec::new);
