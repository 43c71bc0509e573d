//! Python identifiers for names of the language.

use std::collections::BTreeSet;

/// The identifiers in use.
pub(super) struct Identifiers {
    taken: BTreeSet<String>,
    temporaries: usize,
}

impl Identifiers {
    /// None in use but those of Python and of the printed module.
    pub fn new() -> Identifiers {
        Identifiers {
            taken: RESERVED.iter().chain(&SPECIAL).map(|word| String::from(*word)).collect(),
            temporaries: 0,
        }
    }

    /// The identifier for a name, with underscores after it until it is free.
    pub fn name(&mut self, name: &str) -> String {
        let mut word: String = name.chars().map(normal).collect();
        if word.starts_with('_') {
            // Helpers of the printed module start with an underscore.
            word.insert(0, 'v');
        }
        while !self.taken.insert(word.clone()) {
            word.push('_');
        }
        word
    }

    /// The next name for an intermediate value.
    pub fn temporary(&mut self) -> String {
        loop {
            let word = format!("t{}", self.temporaries);
            self.temporaries += 1;
            if !self.taken.contains(&word) {
                return word;
            }
        }
    }

    /// Numbers intermediate values from 0 again, for another function.
    pub fn restart(&mut self) {
        self.temporaries = 0;
    }
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

const RESERVED: [&str; 63] = [
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
