//! Julia identifiers for names of the language, and names of Julia.

/// A name as Julia reads it.
pub(super) fn spelled(name: &str) -> String {
    name.replace('µ', "μ")
}

/// The words of Julia and the functions of printed files.
#[rustfmt::skip]
pub(super) const RESERVED: &[&str] = &[
    "abstract", "baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false",
    "finally", "for", "function", "global", "if", "import", "in", "isa", "let", "local", "macro", "module", "mutable", "outer",
    "primitive", "public", "quote", "return", "struct", "true", "try", "type", "using", "where", "while", "I", "Inf", "NaN",
    "Matrix", "Symmetric", "LowerTriangular", "UpperTriangular", "DimensionMismatch", "ArgumentError", "value", "derivative",
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", "sign", "max", "min",
    "maximum", "sum", "dot", "tr", "det", "diag", "diagm", "tril", "triu", "kron", "lu", "cholesky", "logdet", "logabsdet",
    "norm", "opnorm", "svd", "svdvals", "pinv", "eigen", "eigmax", "real", "float", "reshape", "vec", "vcat", "hcat", "copy",
    "ones", "zeros", "fill", "size", "throw", "length",
];
