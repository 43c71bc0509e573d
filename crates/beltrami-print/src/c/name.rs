//! C identifiers for names of the language, and names of C.

/// A name as C spells it: Greek letters by their names, since compilers differ on others than Latin ones.
pub(super) fn spelled(name: &str) -> String {
    let letter = |c: char| match GREEK.iter().find(|(letter, _)| *letter == c) {
        _ if c.is_ascii() => c.to_string(),
        Some((_, word)) => String::from(*word),
        None => format!("u{:x}", u32::from(c)),
    };
    name.chars().map(letter).collect()
}

const GREEK: [(char, &str); 57] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('µ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('ο', "omicron"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('ς', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('ϑ', "theta"),
    ('ϕ', "phi"),
    ('ϖ', "pi"),
    ('ϰ', "kappa"),
    ('ϱ', "rho"),
    ('ϵ', "epsilon"),
    ('ϐ', "beta"),
    ('Α', "Alpha"),
    ('Β', "Beta"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Ε', "Epsilon"),
    ('Ζ', "Zeta"),
    ('Η', "Eta"),
    ('Θ', "Theta"),
    ('Ι', "Iota"),
    ('Κ', "Kappa"),
    ('Λ', "Lambda"),
    ('Μ', "Mu"),
    ('Ν', "Nu"),
    ('Ξ', "Xi"),
    ('Ο', "Omicron"),
    ('Π', "Pi"),
    ('Ρ', "Rho"),
    ('Σ', "Sigma"),
    ('Τ', "Tau"),
    ('Υ', "Upsilon"),
    ('Φ', "Phi"),
    ('Χ', "Chi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

/// The words of C, of its headers and of printed programs.
#[rustfmt::skip]
pub(super) const RESERVED: &[&str] = &[
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
    "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct",
    "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof", "bool", "true", "false", "main",
    "alignas", "alignof", "constexpr", "nullptr", "static_assert", "thread_local", "I", "complex", "imaginary", "size_t",
    "NULL", "INFINITY", "NAN", "INT_MAX", "PTRDIFF_MAX", "DBL_EPSILON", "HUGE_VAL", "lapack_int", "lapack_logical", "linux",
    "unix", "value", "derivative", "message", "result", "status", "room", "done", "total", "top", "OK", "BAD_SIZE",
    "OUT_OF_MEMORY", "SINGULAR", "NOT_POSITIVE_DEFINITE", "OUT_OF_DOMAIN", "NO_CONVERGENCE", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "fabs", "pow", "erf", "erfc", "log1p", "log2", "ceil", "ldexp", "isnan", "isinf", "isfinite",
    "malloc", "free", "memcpy", "memset",
];

/// What programs use of `math.h`.
#[rustfmt::skip]
pub(super) const MATH: &[&str] = &[
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt",
    "fabs", "erf", "erfc", "pow", "log1p", "log2", "ceil", "ldexp", "isnan", "isfinite",
    "INFINITY",
];
