//! Python identifiers for names of the language.

/// A name as Python spells it.
pub(super) fn spelled(name: &str) -> String {
    name.chars().map(normal).collect()
}

/// The letter Python reads a compatibility letter as (Unicode normal form KC).
pub(super) fn normal(c: char) -> char {
    match c {
        'µ' => 'μ',
        'ϐ' => 'β',
        'ϑ' => 'θ',
        'ϒ' => 'Υ',
        'ϕ' => 'φ',
        'ϖ' => 'π',
        'ϰ' => 'κ',
        'ϱ' => 'ρ',
        'ϲ' => 'ς',
        'ϴ' => 'Θ',
        'ϵ' => 'ε',
        'Ϲ' => 'Σ',
        _ => c,
    }
}

/// Functions of `scipy.special` that may be imported by name.
pub(super) const SPECIAL: [&str; 4] = ["erf", "expit", "log_ndtr", "ndtr"];

/// The words of Python and of printed modules.
pub(super) const RESERVED: [&str; 63] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "np",
    "warnings",
    "torch",
    "jax",
    "jnp",
    "like",
    "scipy",
    "value",
    "derivative",
    "inputs",
    "names",
    "name",
    "float",
    "int",
    "str",
    "len",
    "range",
    "tuple",
    "dict",
    "set",
    "zip",
    "sorted",
    "TypeError",
    "ValueError",
    "isinstance",
];
