//! What tells the array libraries of Python apart, but for their spellings.

use std::sync::LazyLock;

use crate::python::runtime;
use crate::runtime::Helper;

/// An array library of Python.
pub(super) struct Library {
    /// The column of the table of spellings.
    pub column: usize,
    /// What it is called.
    pub title: &'static str,
    /// How it is called in code.
    pub name: &'static str,
    /// Import lines, each with the text that needs it.
    pub imports: &'static [(&'static str, &'static str)],
    /// Where functions of bare names are imported from.
    pub special: &'static str,
    /// Further arguments of what makes an array from sizes, `#` standing for an input.
    pub like: &'static str,
    /// What makes an array of a number.
    pub of_number: &'static str,
    /// Whether functions of arrays take numbers too.
    pub takes_numbers: bool,
    /// What a scalar result is wrapped in.
    pub scalar: &'static str,
    /// What a result is wrapped in that may be the caller's own array.
    pub copied: &'static str,
    /// Lines of the reader before the inputs are read, and the argument they add to `_array`.
    pub reading: (&'static [&'static str], &'static str),
    /// What the description says about arrays.
    pub about: &'static str,
    /// Functions that modules bring with them; each may use those before it.
    pub helpers: &'static LazyLock<Vec<Helper>>,
    /// Functions of singular values of its own.
    pub singular: &'static LazyLock<Vec<Helper>>,
}

/// Modules of Python itself, each with the text that needs it.
pub(super) const STANDARD: &[(&str, &str)] =
    &[("itertools.", "import itertools"), ("warnings.", "import warnings")];

pub(super) static NUMPY: Library = Library {
    column: 0,
    title: "NumPy",
    name: "np",
    imports: &[
        ("", "import numpy as np"),
        ("scipy.linalg.", "import scipy.linalg"),
        ("scipy.special.", "import scipy.special"),
    ],
    special: "scipy.special",
    like: "",
    of_number: "#1",
    takes_numbers: true,
    scalar: "float(#1)",
    copied: "np.array(#1)",
    reading: (&[], ""),
    about: "Vectors and rows are arrays of one axis, scalars are floats; all inputs are keywords.",
    helpers: &runtime::NUMPY,
    singular: &runtime::NONE,
};

pub(super) static TORCH: Library = Library {
    column: 1,
    title: "PyTorch",
    name: "torch",
    imports: &[("", "import torch")],
    special: "torch.special",
    like: ", dtype=#.dtype, device=#.device",
    of_number: "torch.as_tensor(#1{like})",
    takes_numbers: false,
    scalar: "#1",
    copied: "#1.clone()",
    reading: (&["like = _like(inputs)"], ", like"),
    about: "Vectors and rows are tensors of one axis, scalars of none; all inputs are keywords.\n\
            Results have the dtype and device of the inputs, which must agree, and are differentiable by autograd.",
    helpers: &runtime::TORCH,
    singular: &runtime::TORCH_SINGULAR,
};

pub(super) static JAX: Library = Library {
    column: 2,
    title: "JAX",
    name: "jnp",
    imports: &[("jax.", "import jax"), ("", "import jax.numpy as jnp")],
    special: "jax.scipy.special",
    like: ", dtype=#.dtype",
    of_number: "jnp.asarray(#1{like})",
    takes_numbers: true,
    scalar: "#1",
    copied: "#1",
    reading: (&[], ""),
    about: "Vectors and rows are arrays of one axis, scalars of none; all inputs are keywords.\n\
            Both functions can be compiled by `jax.jit`; 64-bit arrays need `jax_enable_x64`.",
    helpers: &runtime::JAX,
    singular: &runtime::NONE,
};
