//! The operations of the language, one file each.
//!
//! A file holds one record ([`Op`](beltrami_core::Op)) and, as its leading `//!` lines, the manual page of the
//! operation; nothing here computes.
//! *Invariant: the rules and the differential of an operation mention itself, its family, and operations listed before
//! it.* So adding an operation is one file and one word of the list below, and edits no other file.
//!
//! In a page, an example that `prints` states the output to the letter, one that `gives` states its value.
//! A sample of a record is declarations of its arguments; where sizes, indices or texts are among the arguments, or
//! the domain is narrow, `=>` and the whole call follow the declarations.
//!
//! Entry point: [`registry`].

use std::sync::LazyLock;

use beltrami_core::{Entry, Registry};

/// The list of files: commas between families, `|` within a family whose members mention each other.
macro_rules! operations {
    ($($($name:ident)|+),* $(,)?) => {
        $($(mod $name;)+)*

        /// Every operation, in the order of the manual.
        pub static ENTRIES: &[Entry] = &[$($(Entry {
            op: &$name::OP,
            file: concat!(stringify!($name), ".rs"),
            source: include_str!(concat!(stringify!($name), ".rs")),
        }),+),*];

        /// The files of each family, in the same order.
        #[cfg(test)]
        static FAMILIES: &[&[&str]] = &[$(&[$(concat!(stringify!($name), ".rs")),+]),*];
    };
}

operations![
    eye,
    ones,
    zeros,
    unit,
    add,
    sub,
    neg,
    scale,
    mul,
    transpose,
    hadamard,
    where_entry,
    tril | triu,
    divide,
    edivide,
    exp,
    log,
    power,
    scalar_power,
    epower,
    sqrt,
    sign,
    step,
    abs,
    cos | sin,
    tan,
    arcsin,
    arccos,
    arctan,
    cosh | sinh,
    tanh,
    erf,
    relu,
    leaky_relu,
    sigmoid,
    softplus,
    expm1,
    log1p,
    gelu,
    silu,
    above,
    max,
    min,
    sum,
    sum_columns,
    sum_rows,
    mean,
    mean_columns,
    mean_rows,
    var,
    var_columns,
    var_rows,
    deviation,
    deviation_columns,
    deviation_rows,
    cumsum,
    cumsum_columns,
    cumsum_rows,
    argmax,
    max_entry,
    min_entry,
    vec,
    unvec,
    diag_matrix,
    diag_vector,
    trace,
    kron,
    kr,
    commutation,
    hcat,
    vcat,
    entry,
    einsum,
    inv,
    mat_power,
    det,
    detsign,
    logdet,
    adj | dadj,
    pinv,
    norm1,
    norm1_columns,
    norm1_rows,
    norm2,
    norm2_columns,
    norm2_rows,
    norminf,
    dmsign | msign,
    normnuc,
    cosine,
    normspec | topdyad,
    dmclip | mclip,
    dlowrank | lowrank,
    dsvdvals | svdvals | dyads | ddyads,
    softmax,
    softmaxrest,
    softmax_columns,
    softmax_rows,
    logsumexp,
    logsumexp_columns,
    logsumexp_rows,
    dexpm | expm,
    dlogm | logm,
    dsqrtm | sqrtm,
    dinvroot | invroot,
    droot | root,
    dcosm | cosm | dsinm | sinm,
    lmax | vmax,
];

/// All operations of the language.
pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(ENTRIES));
    &REGISTRY
}

#[cfg(test)]
mod tests;
